#include "runtime/io/json_object.h"

#include <gtest/gtest.h>

#include "runtime/io/event_json.h"

namespace varpulis::io {
namespace {

// The object written again, or `! why not`.
std::string ReadAgain(std::string_view text) {
  JsonObjectReader reader;
  base::Arena arena;
  const auto cell = reader.Read(text, arena);
  if (!cell) return "! " + reader.error();
  std::string out;
  AppendJsonValue(out, *cell);
  return out;
}

TEST(JsonObject, ReadsValuesOfEveryKind) {
  EXPECT_EQ(ReadAgain(R"({"a": 1, "b": -2.5, "c": "x\ny", "d": null, "e": [true, {"f": {}}]})"),
            R"({"a":1,"b":-2.5,"c":"x\ny","d":null,"e":[true,{"f":{}}]})");
  EXPECT_EQ(ReadAgain("{}"), "{}");
}

TEST(JsonObject, MayStandOnSeveralLines) {
  EXPECT_EQ(ReadAgain("\r\n {\n  \"a\":\n 1\n}\r\n\n"), R"({"a":1})");
}

TEST(JsonObject, KeysOfEventsAreKeysLikeOthers) {
  EXPECT_EQ(ReadAgain(R"({"type": "T", "data": {"a": 1}, "timestamp": 5})"),
            R"({"type":"T","data":{"a":1},"timestamp":5})");
}

TEST(JsonObject, AnythingElseIsAnError) {
  EXPECT_EQ(ReadAgain(""), "! no JSON object");
  EXPECT_EQ(ReadAgain("[1]"), "! no JSON object");
  EXPECT_EQ(ReadAgain("<html>"), "! no JSON object");
  EXPECT_EQ(ReadAgain(R"({"a":1} {"b":2})"), "! text behind the JSON object");
  EXPECT_TRUE(ReadAgain(R"({"a":)").starts_with("! invalid JSON at column "))
      << ReadAgain(R"({"a":)");
  EXPECT_TRUE(ReadAgain("{\"a\":\"\xff\"}").starts_with("! "));
}

TEST(JsonObject, TheReaderIsGoodForManyTexts) {
  JsonObjectReader reader;
  base::Arena arena;
  EXPECT_FALSE(reader.Read("{", arena));
  const auto first = reader.Read(R"({"a":"a long text that is not stored inline"})", arena);
  const auto second = reader.Read(R"({"b":2})", arena);
  ASSERT_TRUE(first && second);
  std::string out;
  AppendJsonValue(out, *first);
  EXPECT_EQ(out, R"({"a":"a long text that is not stored inline"})");
}

}  // namespace
}  // namespace varpulis::io
