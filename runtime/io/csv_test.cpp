#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/io/reader_test_support.h"

namespace varpulis::io {
namespace {

using testing::DeclaredTable;
using testing::DynamicTable;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::PlanOf;
using testing::Read;

ir::Plan Dynamic() { return PlanOf({DynamicTable("T", {"a", "b", "c"})}); }

TEST(Csv, CellsAndQuotes) {
  auto reading = Read(Dynamic(),
                      "type,a,b,\"c\"\r\n"
                      "T,1,2.5,x\r\n"
                      "T,007,1e3,\"a \"\"quoted\"\", cell\"\n"
                      "\n"
                      "T,,\"two\nlines\",\"\"\n"
                      "T,-0,99999999999999999999\n"
                      "T,true,null, 5\n",
                      {}, "x.csv");
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.events,
              ElementsAre(R"(T@0 {"a":1t,"b":2.5,"c":"x"})",
                          R"(T@0 {"a":"007","b":1000.0,"c":"a \"quoted\", cell"})",
                          R"(T@0 {"b":"two\nlines"})", R"(T@0 {"a":-0.0,"b":1e+20})",
                          R"(T@0 {"a":"true","b":"null","c":" 5"})"));
}

TEST(Csv, DeclaredFieldsAndTime) {
  using ir::Type;
  auto plan = PlanOf({DeclaredTable("T", {{"i", Type::Int},
                                          {"s", Type::Str, true},
                                          {"t", Type::Timestamp, true},
                                          {"b", Type::Bool, true},
                                          {"f", Type::Float, true}})});
  ReaderOptions options;
  options.default_type = "T";
  auto reading = Read(
      plan, "timestamp,i,s,t,b,f\n5,1,12,1700000000,true,3\n2026-01-01T00:00:00Z,x,,,no,\n,,,,,\n",
      options, "x.csv");
  EXPECT_THAT(
      reading.events,
      ElementsAre(R"(T@5000000000 {"i":1,"s":"12","t":"2023-11-14T22:13:20Z","b":true,"f":3.0})",
                  "T@1767225600000000000 {}", "T@1767225600000000000 {}"));
  EXPECT_EQ(reading.statistics.schema_violations, 3u);
}

TEST(Csv, Malformed) {
  EXPECT_THAT(Read(Dynamic(), "type,a\nT,1\nT,1,2\n", {}, "x.csv").error,
              HasSubstr("x.csv:3: 3 cells, but the header has 2"));
  EXPECT_THAT(Read(Dynamic(), "a\n1\n", {}, "x.csv").error,
              HasSubstr("x.csv:2: the record has no type"));
  EXPECT_THAT(Read(Dynamic(), "type,a\nT,\"x\n", {}, "x.csv").error,
              HasSubstr("x.csv:2: a quoted cell does not end"));
  EXPECT_THAT(Read(Dynamic(), "type,a\nT,\xff\n", {}, "x.csv").error,
              HasSubstr("x.csv:2: not UTF-8"));
  ReaderOptions skip;
  skip.skip_bad = true;
  EXPECT_THAT(Read(Dynamic(), "type,a\nT,1,2\nT,3\n", skip, "x.csv").events,
              ElementsAre(R"(T@0 {"a":3t})"));
}

TEST(JsonArray, Elements) {
  auto reading = Read(Dynamic(), R"( [
  {"type": "T", "a": 1},
  {
    "type": "T",
    "a": {"x": [1,
      2]}, "b": "]}\"{["
  },{"type":"Other"}
] )");
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.events,
              ElementsAre(R"(T@0 {"a":1})", R"(T@0 {"a":{"x":[1,2]},"b":"]}\"{["})", "unread"));
  EXPECT_EQ(Read(Dynamic(), "[]").events.size(), 0u);
}

TEST(JsonArray, Malformed) {
  const std::pair<const char*, const char*> cases[] = {
      {"[{\"type\":\"T\"},\n{\"type\":}]", "events:2: invalid JSON"},
      {"[{\"type\":\"T\"}\n{\"type\":\"T\"}]", "events:2: expected , or ]"},
      {"[{\"type\":\"T\"},\n1]", "events:2: expected an object"},
      {"[{\"type\":\"T\"},\n]", "events:2: expected an object"},
      {"[{\"type\":\"T\"},\n", "events:2: the array does not end"},
      {"[{\"type\":\"T\"}\n", "events:2: the array does not end"},
      {"[{\"type\":\"T\"},\n{\"type\":\"T", "events:2: the object does not end"},
      {"[{\"type\":\"T\"}]\nx", "events:2: unexpected text behind the array"},
      {"[{\"type\":\"T\"},\n{\"a\":\"\n\"}]", "events:2: invalid JSON"},
  };
  for (const auto& [text, error] : cases) {
    auto reading = Read(Dynamic(), text);
    EXPECT_THAT(reading.error, HasSubstr(error)) << text;
    EXPECT_EQ(reading.events.size(), 1u) << text;
  }
  ReaderOptions skip;
  skip.skip_bad = true;
  EXPECT_EQ(Read(Dynamic(), "[{\"type\":\"T\"},{\"type\":},{\"type\":\"T\"}]", skip).events.size(),
            2u);
}

}  // namespace
}  // namespace varpulis::io
