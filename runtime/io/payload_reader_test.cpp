#include "runtime/io/payload_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace varpulis::io {
namespace {

using ::testing::HasSubstr;

// The event that a payload becomes, as the body of a request would have it; or `refused: why`.
std::string Read(const std::string& payload, const PayloadRules& rules = {.bound_type = "Bound"}) {
  PayloadReader reader({"Known"});
  Injection injection;
  if (!reader.Add(payload, rules, injection)) {
    EXPECT_TRUE(injection.events.empty() && injection.text.empty());
    return "refused: " + reader.reason();
  }
  std::string text = injection.text.substr(injection.events.at(0).begin);
  PayloadReader::Finish(injection);
  InjectionReader again;
  // What was assembled is a batch like any other, with the same events.
  auto batch = again.ReadBatch(injection.text.substr(0, injection.text.size() - kPadding - 1));
  EXPECT_TRUE(batch.ok()) << batch.status().message();
  EXPECT_EQ(batch->events.size(), 1u);
  EXPECT_EQ(batch->events[0].begin, injection.events[0].begin);
  EXPECT_EQ(batch->events[0].timed, injection.events[0].timed);
  EXPECT_EQ(batch->events[0].time, injection.events[0].time);
  return text;
}

TEST(PayloadReader, the_type_is_the_payloads_or_the_bound_one) {
  EXPECT_EQ(Read(R"({"event_type":"T","a":1})"), R"({"event_type":"T","fields":{"a":1}})");
  EXPECT_EQ(Read(R"({"a":1,"event_type":"T"})"), R"({"event_type":"T","fields":{"a":1}})");
  EXPECT_EQ(Read(R"({"a":1})"), R"({"event_type":"Bound","fields":{"a":1}})");
  EXPECT_EQ(Read(R"({})"), R"({"event_type":"Bound","fields":{}})");
  // No text, so it says nothing, and is no field either.
  EXPECT_EQ(Read(R"({"event_type":7,"a":1})"), R"({"event_type":"Bound","fields":{"a":1}})");
}

TEST(PayloadReader, a_word_in_type_is_a_type_only_if_the_program_knows_it) {
  EXPECT_EQ(Read(R"({"type":"Known","a":1})"), R"({"event_type":"Known","fields":{"a":1}})");
  EXPECT_EQ(Read(R"({"type":"Bound","a":1})"), R"({"event_type":"Bound","fields":{"a":1}})");
  EXPECT_EQ(Read(R"({"type":"sensor","a":1})"),
            R"({"event_type":"Bound","fields":{"type":"sensor","a":1}})");
  EXPECT_EQ(Read(R"({"event_type":"T","type":"Known"})"),
            R"({"event_type":"T","fields":{"type":"Known"}})");
}

TEST(PayloadReader, data_or_fields_that_are_objects_hold_the_fields) {
  EXPECT_EQ(Read(R"({"event_type":"T","data":{"a":[1,{"b":2}]},"more":1})"),
            R"({"event_type":"T","fields":{"a":[1,{"b":2}]}})");
  EXPECT_EQ(Read(R"({"fields":{"a":1}})"), R"({"event_type":"Bound","fields":{"a":1}})");
  EXPECT_EQ(Read(R"({"data":7})"), R"({"event_type":"Bound","fields":{"data":7}})");
}

TEST(PayloadReader, the_first_readable_time_counts_and_stays_a_field) {
  EXPECT_EQ(Read(R"({"timestamp":1500})"),
            R"({"event_type":"Bound","timestamp":"1970-01-01T00:00:01.500Z",)"
            R"("fields":{"timestamp":1500}})");
  EXPECT_EQ(Read(R"({"@timestamp":"never","ts":"1970-01-01T00:00:02Z","timestamp":1})"),
            R"({"event_type":"Bound","timestamp":"1970-01-01T00:00:02Z",)"
            R"("fields":{"@timestamp":"never","ts":"1970-01-01T00:00:02Z","timestamp":1}})");
  EXPECT_EQ(Read(R"({"ts":1.5})", {"B", kNsPerSecond}),
            R"({"event_type":"B","timestamp":"1970-01-01T00:00:01.500Z","fields":{"ts":1.5}})");
  EXPECT_EQ(Read(R"({"ts":9223372036854775807})"),
            R"({"event_type":"Bound","fields":{"ts":9223372036854775807}})");
  EXPECT_EQ(Read(R"({"ts":null,"timestamp":{"a":1}})"),
            R"({"event_type":"Bound","fields":{"ts":null,"timestamp":{"a":1}}})");
}

TEST(PayloadReader, what_is_no_event_is_refused_with_the_reason) {
  EXPECT_EQ(Read(""), "refused: the payload is no JSON object");
  EXPECT_EQ(Read("[1]"), "refused: the payload is no JSON object");
  EXPECT_EQ(Read("\xff\xfe"), "refused: the payload is no JSON object");
  EXPECT_EQ(Read(R"({"a":1} x)"), "refused: there is something behind the object");
  EXPECT_EQ(Read(std::string("{\"a\":1}\0", 8)), "refused: there is something behind the object");
  EXPECT_EQ(Read(R"({"a":1,})"), "refused: expected a key");
  EXPECT_EQ(Read(R"({"a" 1})"), "refused: expected : behind a key");
  EXPECT_THAT(Read(R"({"a":tru})"), HasSubstr("refused: "));
  EXPECT_THAT(Read("{\"a\":\"\xff\"}"), HasSubstr("refused: "));
  EXPECT_THAT(Read("{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}"),
              HasSubstr("refused: "));
  EXPECT_THAT(Read("{\"a\":\"" + std::string(limits::kMaxEventLineBytes, 'x') + "\"}"),
              HasSubstr("more than 1048576 bytes"));
}

TEST(PayloadReader, line_breaks_between_members_are_blanks) {
  EXPECT_EQ(Read("\n{\n  \"a\": 1,\r\n  \"b\": [\n2]\n}\n"),
            "{\"event_type\":\"Bound\",\"fields\":{\"a\":1,\"b\":[\t2]}}");
}

TEST(PayloadReader, surplus_fields_are_left_out_and_counted) {
  std::string payload = "{\"event_type\":\"T\"";
  for (size_t i = 0; i < limits::kMaxEventFields + 3; ++i)
    payload += ",\"f" + std::to_string(i) + "\":1";
  PayloadReader reader({});
  Injection injection;
  EXPECT_TRUE(reader.Add(payload + "}", {}, injection)) << reader.reason();
  EXPECT_EQ(reader.dropped_fields(), 3u);
}

TEST(PayloadReader, a_refused_payload_leaves_the_others_alone) {
  PayloadReader reader({});
  Injection injection;
  EXPECT_TRUE(reader.Add(R"({"a":1})", {"T", kNsPerMs}, injection));
  EXPECT_FALSE(reader.Add("nothing", {"T", kNsPerMs}, injection));
  EXPECT_TRUE(reader.Add(R"({"a":2})", {"T", kNsPerMs}, injection));
  PayloadReader::Finish(injection);
  EXPECT_EQ(injection.events.size(), 2u);
  EXPECT_THAT(injection.text, HasSubstr(R"({"events":[{"event_type":"T","fields":{"a":1}},)"
                                        R"({"event_type":"T","fields":{"a":2}}]})"));
}

}  // namespace
}  // namespace varpulis::io
