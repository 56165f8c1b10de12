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

ir::Plan Dynamic() { return PlanOf({DynamicTable("T", {"a", "b", "field_0", "field_1"})}); }

TEST(TextEvents, FormsAndValues) {
  auto reading = Read(Dynamic(), R"(# comment
// comment

T { a: 1, b: -2.5 }
  T{a:true,b:nil};
T {}
T()
T(1, "x y")
T { a: "q\"\n\t\u{e9}\z", b: 'it\'s' }
T { a: bare text (here), b: "445" }
T { a: [1, [2.0, "x"], {k: v, "q": 3}], b: {`x-y`: 1, k: null, k: 2} }
T { a: 90s, b: @2026-01-02T03:04:05Z }
T { a: 9223372036854775808, b: 5min }
T { "a": nan, 'b': 007 }
Other { a: 1 } ;
)");
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(
      reading.events,
      ElementsAre(R"(T@0 {"a":1,"b":-2.5})", R"(T@0 {"a":true,"b":null})", "T@0 {}", "T@0 {}",
                  R"(T@0 {"field_0":1,"field_1":"x y"})", R"(T@0 {"a":"q\"\n\té\\z","b":"it's"})",
                  R"x(T@0 {"a":"bare text (here)","b":"445"})x",
                  R"(T@0 {"a":[1,[2.0,"x"],{"k":"v","q":3}],"b":{"x-y":1,"k":2}})",
                  R"(T@0 {"a":90000000000ns,"b":"2026-01-02T03:04:05Z"})",
                  R"(T@0 {"a":9.223372036854776e+18,"b":"5min"})", R"(T@0 {"a":"nan","b":"007"})",
                  "unread"));
}

TEST(TextEvents, BlanksComeAndGoBetweenLines) {
  auto reading =
      Read(PlanOf({DynamicTable("T", {"a"})}), "T { a:1 }\nT { a: 2 }\nT { a:  \"x\" }\nT{a:3}\n");
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.events, ElementsAre(R"(T@0 {"a":1})", R"(T@0 {"a":2})", R"(T@0 {"a":"x"})",
                                          R"(T@0 {"a":3})"));
}

TEST(TextEvents, PositionalFieldsTakeTheDeclaredNames) {
  auto plan = PlanOf({DeclaredTable(
      "T", {{"x", ir::Type::Float}, {"y", ir::Type::Timestamp}, {"z", ir::Type::Str, true}})});
  auto reading = Read(plan, "T(1, \"2026-01-02\")\nT(1, 5, ok)\nT(\"1\", 5)\n");
  EXPECT_THAT(reading.events, ElementsAre(R"(T@0 {"x":1.0,"y":"2026-01-02T00:00:00Z"})",
                                          R"(T@0 {"x":1.0,"y":"1970-01-01T00:00:05Z","z":"ok"})",
                                          R"(T@0 {"y":"1970-01-01T00:00:05Z"})"));
  EXPECT_EQ(reading.statistics.schema_violations, 1u);
}

TEST(TextEvents, OffsetsOrderTheDeliveryStably) {
  std::string text = R"(T { a: 0 }
{"type":"T","a":1,"@timestamp":99}
@3s T { a: 2 }
BATCH 2000
T { a: 3 }
{"type":"T","a":4,"@timestamp":99}
@500 T { a: 5 }
@1500ms {"event_type":"T","data":{"a":6},"timestamp":77}
BATCH 2000 ;
T { a: 7 }
@1us T { a: 8 }
BATCH 0
{"type":"T","a":9,"timestamp":3}
)";
  auto in_order = ElementsAre(
      R"(T@0 {"a":0})", R"(T@99000000000 {"a":1})", R"(T@0 {"a":9})", R"(T@1000 {"a":8})",
      R"(T@500000000 {"a":5})", R"(T@1500000000 {"a":6})", R"(T@2000000000 {"a":3})",
      R"(T@2000000000 {"a":4})", R"(T@2000000000 {"a":7})", R"(T@3000000000 {"a":2})");
  EXPECT_THAT(Read(Dynamic(), text).events, in_order);
  ReaderOptions small;
  small.batch_rows = 3;
  EXPECT_THAT(Read(Dynamic(), text, small).events, in_order);

  ReaderOptions streaming;
  streaming.streaming = true;
  streaming.start = kNsPerSecond;
  EXPECT_THAT(
      Read(Dynamic(), text, streaming).events,
      ElementsAre(R"(T@1000000000 {"a":0})", R"(T@99000000000 {"a":1})", R"(T@4000000000 {"a":2})",
                  R"(T@3000000000 {"a":3})", R"(T@3000000000 {"a":4})", R"(T@1500000000 {"a":5})",
                  R"(T@2500000000 {"a":6})", R"(T@3000000000 {"a":7})", R"(T@1000001000 {"a":8})",
                  R"(T@1000000000 {"a":9})"));
}

TEST(TextEvents, AJsonLineWithoutTimeFollowsATextEvent) {
  auto reading = Read(Dynamic(), "@5s T {}\n{\"type\":\"T\"}\n@4s T {}\n");
  EXPECT_THAT(reading.events, ElementsAre("T@0 {}", "T@4000000000 {}", "T@5000000000 {}"));
}

TEST(TextEvents, Malformed) {
  const std::pair<const char*, const char*> cases[] = {
      {"BATCH x", "BATCH needs a number"},
      {"BATCH -1", "BATCH needs a number"},
      {"BATCH 1 2", "BATCH needs a number"},
      {"BATCH", "BATCH needs a number"},
      {"BATCH 99999999999999999999", "BATCH needs a number"},
      {"BATCH 9223372036854775807", "BATCH needs a number"},
      {"@5x T {}", "@ needs a number"},
      {"@ T {}", "@ needs a number"},
      {"@-5s T {}", "@ needs a number"},
      {"@0s", "expected an event"},
      {"T", "expected { or ("},
      {"T [1]", "expected { or ("},
      {"T { a: 1", "does not end"},
      {"T { a 1 }", "expected :"},
      {"T { a: }", "expected a value"},
      {"T { : 1 }", "expected a field name"},
      {"T { a: 1, }", "expected a field name"},
      {"T { a: 1 } x", "unexpected text"},
      {"T { a: \"x }", "does not end"},
      {"T { 'a: 1 }", "does not end"},
      {"T { a: [1, 2 }", "does not end"},
      {"T { a: {b: 1 }", "expected"},
      {"T(1, 2", "does not end"},
      {"T(,)", "expected a value"},
      {"\"T\" {}", "expected an event"},
      {"T { a: \xff }", "not UTF-8"},
      {"T { a: \"\xc3\" }", "not UTF-8"},
      {"T { \xc3: 1 }", "not UTF-8"},
      {"T\xc3 {}", "not UTF-8"},
  };
  for (const auto& [line, reason] : cases) {
    auto reading = Read(Dynamic(), fmt::format("T {{ a: 1 }}\n{}\nT {{ a: 2 }}\n", line));
    EXPECT_THAT(reading.error, HasSubstr(reason)) << line;
    EXPECT_THAT(reading.error, HasSubstr("events:2: ")) << line;
    EXPECT_THAT(reading.events, ElementsAre(R"(T@0 {"a":1})")) << line;
    ReaderOptions skip;
    skip.skip_bad = true;
    auto skipped = Read(Dynamic(), fmt::format("T {{ a: 1 }}\n{}\nT {{ a: 2 }}\n", line), skip);
    EXPECT_THAT(skipped.events, ElementsAre(R"(T@0 {"a":1})", R"(T@0 {"a":2})")) << line;
  }
}

TEST(TextEvents, AMalformedLineOfAnOrderedFileWaitsForItsTurn) {
  auto reading = Read(Dynamic(), "@2s T { a: 2 }\n@1s T { a }\nBATCH x\n@500ms T { a: 1 }\n");
  EXPECT_THAT(reading.error, HasSubstr("events:3: BATCH needs"));
  ReaderOptions skip;
  skip.skip_bad = true;
  reading = Read(Dynamic(), "@2s T { a: 2 }\n@1s T { a }\nBATCH x\n@500ms T { a: 1 }\n", skip);
  EXPECT_THAT(reading.events, ElementsAre(R"(T@500000000 {"a":1})", R"(T@2000000000 {"a":2})"));
  EXPECT_THAT(reading.statistics.first_bad,
              ElementsAre(HasSubstr("events:3:"), HasSubstr("events:2:")));
  EXPECT_EQ(reading.statistics.bad_lines, 2u);
}

TEST(TextEvents, TimedBatchesHoldOneArrivalEach) {
  ReaderOptions options;
  options.timed = true;
  const std::string text = "T { a: 1 }\nT { a: 2 }\n@2s T { a: 5 }\n@1s T { a: 3 }\n@1s U {}\n";
  EXPECT_THAT(Read(Dynamic(), text, options).batches, ElementsAre(2, 2, 1));
  options.streaming = true;
  EXPECT_THAT(Read(Dynamic(), text, options).batches, ElementsAre(2, 1, 2));
}

TEST(TextEvents, OffsetsBeyondTheRangeOfTimes) {
  ReaderOptions options;
  options.start = kTimeMax - 1;
  EXPECT_THAT(Read(Dynamic(), "@1 T {}\n", options).error, HasSubstr("beyond the range"));
}

TEST(TextEvents, Limits) {
  auto nested = [](int depth) {
    return "T { a: " + std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']') + " }";
  };
  EXPECT_EQ(Read(Dynamic(), nested(32)).error, "");
  EXPECT_THAT(Read(Dynamic(), nested(33)).error, HasSubstr("too deeply"));
  EXPECT_THAT(Read(Dynamic(), nested(400'000)).error, HasSubstr("too deeply"));
  std::string many = "T { a: [0";
  for (int i = 1; i < 10'001; ++i) many += ",1";
  EXPECT_THAT(Read(Dynamic(), many + "] }").error, HasSubstr("too many array elements"));
  std::string fields = "T { a: 1";
  for (int i = 1; i < 1025; ++i) fields += fmt::format(",f{}:1", i);
  EXPECT_THAT(Read(Dynamic(), fields + " }").error, HasSubstr("too many fields"));
}

}  // namespace
}  // namespace varpulis::io
