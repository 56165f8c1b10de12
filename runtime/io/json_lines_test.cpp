#include <utility>

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

std::vector<std::string> Events(const ir::Plan& plan, const std::string& text,
                                ReaderOptions options = {}) {
  auto reading = Read(plan, text, std::move(options));
  EXPECT_EQ(reading.error, "");
  return reading.events;
}

TEST(JsonTyping, TheCasesOfTheLanguage) {
  auto plan = PlanOf({DynamicTable("WindowsPowershell", {"EventID", "Channel"}),
                      DynamicTable("Sysmon14", {"EventID"}),
                      DynamicTable("WinEvent4625", {"EventID"}), DynamicTable("T", {"timestamp"})});
  EXPECT_THAT(
      Events(
          plan,
          R"({"type":"WindowsPowershell","EventID":4104,"Channel":"Microsoft-Windows-PowerShell/Operational"}
{"EventID":14,"Channel":"Microsoft-Windows-Sysmon/Operational"}
{"EventID":"4625","Channel":"Security"}
{"event_type":"T","data":{"timestamp":1}})"),
      ElementsAre(
          R"(WindowsPowershell@0 {"EventID":4104,"Channel":"Microsoft-Windows-PowerShell/Operational"})",
          R"(Sysmon14@0 {"EventID":14})", R"(WinEvent4625@0 {"EventID":4625t})",
          R"(T@0 {"timestamp":1})"));
  EXPECT_THAT(Read(plan, "\n{\"a\":1}\n").error, HasSubstr("events:2: the event has no type"));
}

TEST(JsonTyping, SysmonNamesAndOtherChannels) {
  auto plan = PlanOf(
      {DynamicTable("SysmonDnsQuery", {"EventID"}), DynamicTable("WinEvent22", {"EventID"})});
  EXPECT_THAT(Events(plan, R"({"EventID":22,"Channel":"x Sysmon y"}
{"EventID":22,"Channel":"sysmon"}
{"EventID":22})"),
              ElementsAre(R"(SysmonDnsQuery@0 {"EventID":22})", R"(WinEvent22@0 {"EventID":22})",
                          R"(WinEvent22@0 {"EventID":22})"));
}

TEST(JsonTyping, TheTypeMayStandAnywhereAndHaveEscapes) {
  auto plan = PlanOf({DynamicTable("T", {"a", "data"})});
  EXPECT_THAT(
      Events(plan, R"({"a":1,"type":"T"}
{"a":2,"event_type":"T"}
{"event_type":"\u0054","data":3,"a":"x"}
{"data":{"a":4},"event_type":"T","type":"Other"}
{"fields":{"a":5},"event_type":"T"}
{"type":7,"event_type":"T","a":6}
{"type":"T","data":{"a":7}})"),
      ElementsAre(R"(T@0 {"a":1})", R"(T@0 {"a":2})", R"(T@0 {"a":"x","data":3})", R"(T@0 {"a":4})",
                  R"(T@0 {"a":5})", R"(T@0 {"a":6})", R"(T@0 {"data":{"a":7}})"));
}

TEST(JsonTyping, DefaultTypeComesLast) {
  auto plan = PlanOf({DynamicTable("D", {"a"}), DynamicTable("WinEvent7", {"a"})});
  ReaderOptions options;
  options.default_type = "D";
  EXPECT_THAT(Events(plan, "{\"a\":1}\n{\"a\":2,\"EventID\":7}", options),
              ElementsAre(R"(D@0 {"a":1})", R"(WinEvent7@0 {"a":2})"));
}

TEST(JsonValues, FlatIntegerTextIsAnIntAndOtherTextStays) {
  auto plan = PlanOf({DynamicTable("T", {"a", "b", "c", "d"})});
  EXPECT_THAT(
      Events(plan, R"({"type":"T","a":"445","b":"007","c":"-3","d":"0x10"}
{"type":"T","a":"0","b":"-0","c":"3.14","d":""}
{"type":"T","a":"9223372036854775807","b":"9223372036854775808","c":"-9223372036854775808","d":" 1"}
{"event_type":"T","data":{"a":"445"}}
{"type":"T","a":["1"],"b":{"k":"2"}})"),
      ElementsAre(
          R"(T@0 {"a":445t,"b":"007","c":-3t,"d":"0x10"})",
          R"(T@0 {"a":0t,"b":"-0","c":"3.14","d":""})",
          R"(T@0 {"a":9223372036854775807t,"b":"9223372036854775808","c":-9223372036854775808t,"d":" 1"})",
          R"(T@0 {"a":"445"})", R"(T@0 {"a":["1"],"b":{"k":"2"}})"));
}

TEST(JsonValues, NumbersAndNesting) {
  auto plan = PlanOf({DynamicTable("T", {"a", "b"})});
  EXPECT_THAT(
      Events(plan, R"({"type":"T","a":9223372036854775807,"b":9223372036854775808}
{"type":"T","a":-9223372036854775808,"b":-1.5e3}
{"type":"T","a":0.1,"b":123456789012345678901234567890}
{"type":"T","a":1e400,"b":5e-324}
{"type":"T","a":[1,[],{},{"x":[true,false,null]}],"b":"\u00e9\ud83d\ude00\n\/ long enough to be copied"}
{"type":"T","a":{"k":1,"j":2,"k":3},"b":1,"b":2})"),
      ElementsAre(
          R"(T@0 {"a":9223372036854775807,"b":9.223372036854776e+18})",
          R"(T@0 {"a":-9223372036854775808,"b":-1500.0})",
          R"(T@0 {"a":0.1,"b":1.2345678901234568e+29})", R"(T@0 {"a":null,"b":5e-324})",
          R"(T@0 {"a":[1,[],{},{"x":[true,false,null]}],"b":"é😀\n/ long enough to be copied"})",
          R"(T@0 {"a":{"k":3,"j":2},"b":2})"));
}

TEST(JsonValues, TheWholeEventAsAMap) {
  auto plan = PlanOf({DynamicTable("T", {"*"})});
  EXPECT_THAT(
      Events(plan, R"({"type":"T","z":1,"a":"2","@version":"1","z":null,"m":{"x":1},"timestamp":5}
{"event_type":"T","timestamp":6,"data":{"type":"q","timestamp":7}})"),
      ElementsAre(R"(T@5000000000 {"*":{"z":null,"a":2,"m":{"x":1}}})",
                  R"(T@6000000000 {"*":{"type":"q","timestamp":7}})"));
}

TEST(JsonValues, ManyDuplicateKeysInAMap) {
  auto plan = PlanOf({DynamicTable("T", {"m"})});
  std::string members;
  for (int i = 0; i < 40; ++i) members += fmt::format("{}\"k{}\":{}", i > 0 ? "," : "", i % 20, i);
  std::string expected;
  for (int i = 0; i < 20; ++i) expected += fmt::format("{}\"k{}\":{}", i > 0 ? "," : "", i, i + 20);
  EXPECT_THAT(Events(plan, "{\"type\":\"T\",\"m\":{" + members + "}}"),
              ElementsAre("T@0 {\"m\":{" + expected + "}}"));
}

TEST(JsonCoercion, DeclaredFields) {
  using ir::Type;
  auto plan = PlanOf({DeclaredTable("T", {{"i", Type::Int},
                                          {"f", Type::Float},
                                          {"s", Type::Str, true},
                                          {"t", Type::Timestamp, true},
                                          {"d", Type::Duration, true},
                                          {"b", Type::Bool, true}})});
  auto reading =
      Read(plan, R"({"type":"T","i":1,"f":2,"s":"5","t":"2026-01-02T03:04:05.5Z","d":"90s","b":true}
{"type":"T","i":"12","f":"3.5","t":1700000000000,"d":"5min","b":1}
{"type":"T","i":1.0,"f":"x","s":7,"t":"tomorrow","d":5}
{"type":"T","i":null,"s":null}
{"event_type":"T","data":{"i":"1","f":"1"}})");
  EXPECT_THAT(
      reading.events,
      ElementsAre(
          R"(T@0 {"i":1,"f":2.0,"s":"5","t":"2026-01-02T03:04:05.500Z","d":90000000000ns,"b":true})",
          R"(T@0 {"i":12,"f":3.5,"t":"2023-11-14T22:13:20Z"})", R"(T@0 {})",
          R"(T@0 {"i":null,"s":null})", R"(T@0 {})"));
  // Line 2: d, b. Line 3: all five. Line 4: i null, f absent. Line 5: i, f.
  EXPECT_EQ(reading.statistics.schema_violations, 2u + 5u + 2u + 2u);
}

TEST(JsonCoercion, UnreadDeclaredFieldsAreCountedToo) {
  auto table = DeclaredTable("T", {{"i", ir::Type::Int}, {"timestamp", ir::Type::Timestamp}});
  table.columns = {{"x", ir::Type::Any}};
  auto reading = Read(PlanOf({table}), R"({"type":"T","i":"x","timestamp":1}
{"type":"T","x":1,"timestamp":1}
{"type":"T","i":1})");
  EXPECT_THAT(reading.events,
              ElementsAre("T@1000000000 {}", R"(T@1000000000 {"x":1})", "T@1000000000 {}"));
  EXPECT_EQ(reading.statistics.schema_violations, 3u);
}

TEST(JsonTime, OrderOfTheFields) {
  auto plan = PlanOf({DynamicTable("T", {"timestamp", "UtcTime", "n"})});
  auto reading = Read(plan, R"({"type":"T","n":1}
{"type":"T","timestamp":"1970-01-01T00:00:04Z","UtcTime":"1970-01-01 00:00:02.5","@timestamp":"1970-01-01T01:00:01+01:00"}
{"type":"T","timestamp":4,"UtcTime":"1970-01-01 00:00:02.5"}
{"type":"T","timestamp":4,"TimeCreated":"1970-01-01 00:00:03.000000001"}
{"type":"T","timestamp":"1970-01-01T00:00:04Z","UtcTime":"yesterday"}
{"type":"T","n":2}
{"type":"T","timestamp":"1700000000"}
{"type":"T","timestamp":99999999999})");
  EXPECT_THAT(
      reading.events,
      ElementsAre(
          R"(T@0 {"n":1})",
          R"(T@1000000000 {"timestamp":"1970-01-01T00:00:04Z","UtcTime":"1970-01-01 00:00:02.5"})",
          R"(T@2500000000 {"timestamp":4,"UtcTime":"1970-01-01 00:00:02.5"})",
          R"(T@3000000001 {"timestamp":4})", R"(T@4000000000 {"UtcTime":"yesterday"})",
          R"(T@4000000000 {"n":2})", "T@1700000000000000000 {}",
          R"(T@1700000000000000000 {"timestamp":99999999999})"));
  EXPECT_EQ(reading.statistics.unreadable_times, 2u);
}

TEST(JsonTime, ChosenFieldFormatAndStart) {
  auto plan = PlanOf({DynamicTable("T", {"when"})});
  ReaderOptions options;
  options.time_field = "when";
  options.time_format = "%d/%m/%Y %H:%M:%S";
  options.start = 7;
  auto reading = Read(plan, R"({"type":"T"}
{"type":"T","when":"02/01/1970 00:00:01.25","@timestamp":1}
{"event_type":"T","data":{"when":"31/02/1970 00:00:01"},"timestamp":2})",
                      options);
  EXPECT_THAT(reading.events,
              ElementsAre("T@7 {}", R"(T@86401250000000 {"when":"02/01/1970 00:00:01.25"})",
                          R"(T@2000000000 {"when":"31/02/1970 00:00:01"})"));
  EXPECT_EQ(reading.statistics.unreadable_times, 1u);
}

TEST(JsonLines, ShapesThatChangeFromLineToLine) {
  auto plan = PlanOf({DynamicTable("T", {"a", "b", "c"}), DynamicTable("U", {"a", "z"})});
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 30; ++i) {
    switch (i % 5) {
      case 0:
        text += R"({"type":"T","a":1,"b":2})";
        expected.push_back(R"(T@0 {"a":1,"b":2})");
        break;
      case 1:
        text += R"({ "type" : "T" , "a" : 1 , "c" : 3 } ;)";
        expected.push_back(R"(T@0 {"a":1,"c":3})");
        break;
      case 2:
        text += R"({"type":"U","z":"x","a":1})";
        expected.push_back(R"(U@0 {"a":1,"z":"x"})");
        break;
      case 3:
        text += R"({"c":"\u0041","\u0061":2,"type":"T"})";
        expected.push_back(R"(T@0 {"a":2,"c":"A"})");
        break;
      default:
        text += R"({"type":"Nobody","a":1})";
        expected.push_back("unread");
        break;
    }
    text += i % 2 == 0 ? "\n" : "\r\n";
  }
  ReaderOptions options;
  options.batch_rows = 7;
  auto reading = Read(plan, text, options);
  EXPECT_EQ(reading.events, expected);
  EXPECT_THAT(reading.batches, ElementsAre(7, 7, 7, 7, 2));
  EXPECT_EQ(reading.statistics.events, 30u);
  EXPECT_EQ(reading.statistics.bytes, text.size());
  EXPECT_EQ(reading.statistics.total_bytes, text.size());
}

TEST(JsonLines, BlanksComeAndGoBetweenLines) {
  auto reading = Read(PlanOf({DynamicTable("T", {"a"})}),
                      "{\"type\":\"T\",\"a\":1}\n{\"type\":\"T\",\"a\": 2}\n"
                      "{\"type\": \"T\",\"a\":\t\"x\"}\n{\"type\":\"T\",\"a\":3}\n");
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.events, ElementsAre(R"(T@0 {"a":1})", R"(T@0 {"a":2})", R"(T@0 {"a":"x"})",
                                          R"(T@0 {"a":3})"));
}

TEST(JsonLines, RandomKeysDoNotConfuseTheMemory) {
  auto plan = PlanOf({DynamicTable("T", {"k77", "k7"})});
  std::string text;
  std::vector<std::string> expected;
  uint32_t random = 1;
  for (int i = 0; i < 20000; ++i) {
    random = random * 1664525 + 1013904223;
    uint32_t key = (random >> 16) % 5000;
    text += fmt::format("{{\"k{}\":{},\"type\":\"T\"}}\n", key, i);
    expected.push_back(key == 77 || key == 7 ? fmt::format("T@0 {{\"k{}\":{}}}", key, i)
                                             : "T@0 {}");
  }
  EXPECT_EQ(Read(plan, text).events, expected);
}

}  // namespace
}  // namespace varpulis::io
