#include "runtime/io/injection.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "runtime/io/reader_test_support.h"

namespace varpulis::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

Injection ReadOne(std::string body) {
  InjectionReader reader;
  Result<Injection> injection = reader.ReadEvent(std::move(body));
  EXPECT_TRUE(injection.ok()) << injection.status().message();
  return injection.ok() ? std::move(*injection) : Injection{};
}
Injection ReadMany(std::string body) {
  InjectionReader reader;
  Result<Injection> injection = reader.ReadBatch(std::move(body));
  EXPECT_TRUE(injection.ok()) << injection.status().message();
  return injection.ok() ? std::move(*injection) : Injection{};
}
Status WhyNotOne(std::string body) {
  InjectionReader reader;
  return reader.ReadEvent(std::move(body)).status();
}
Status WhyNotMany(std::string body) {
  InjectionReader reader;
  return reader.ReadBatch(std::move(body)).status();
}

std::vector<std::string> Decoded(const Injection& injection, TimestampNs stamp = 7) {
  const ir::Plan plan = testing::PlanOf({testing::DynamicTable("A", {"x", "y"}),
                                         testing::DeclaredTable("D", {{"n", ir::Type::Float}})});
  InjectionDecoder decoder(plan);
  row::Batch batch(plan);
  std::vector<std::string> events;
  for (size_t next = 0; next < injection.events.size();) {
    next = decoder.Decode(injection, next, stamp, batch);
    for (const row::RowRef& ref : batch.order) {
      events.push_back(ref.table == row::kUnreadTable
                           ? "unread"
                           : testing::Show(batch.tables[ref.table], ref.row));
    }
  }
  return events;
}

TEST(Injection, one_event_of_both_forms_with_line_breaks_between_tokens) {
  EXPECT_THAT(
      Decoded(ReadOne("{\n \"event_type\": \"A\",\r\n\"fields\":{\"x\":1,\n\"y\":\"007\"}}\n")),
      ElementsAre(R"(A@7 {"x":1,"y":"007"})"));
  EXPECT_THAT(Decoded(ReadOne(R"({"data":{"x":[1,{"k":null}]},"event_type":"A","other":1})")),
              ElementsAre(R"(A@7 {"x":[1,{"k":null}]})"));
  EXPECT_THAT(Decoded(ReadOne(R"({"event_type":"D","fields":{"n":2}})")),
              ElementsAre(R"(D@7 {"n":2.0})"));
  EXPECT_THAT(Decoded(ReadOne(R"({"event_type":"Nobody","fields":{}})")), ElementsAre("unread"));
}

TEST(Injection, an_integer_time_is_milliseconds_whatever_its_size) {
  EXPECT_THAT(Decoded(ReadOne(R"({"event_type":"A","timestamp":5,"fields":{}})")),
              ElementsAre("A@5000000 {}"));
  EXPECT_THAT(
      Decoded(ReadOne(R"({"event_type":"A","timestamp":"1970-01-01T00:00:01Z","fields":{}})")),
      ElementsAre("A@1000000000 {}"));
  EXPECT_THAT(Decoded(ReadOne(R"({"event_type":"A","timestamp":null,"fields":{}})")),
              ElementsAre("A@7 {}"));
  for (const char* time : {"1.5", "true", "\"yesterday\"", "9223372036854775807", "{}"}) {
    const Status status =
        WhyNotOne(std::string(R"({"event_type":"A","fields":{},"timestamp":)") + time + "}");
    EXPECT_EQ(status.code(), StatusCode::Malformed) << time;
    EXPECT_THAT(status.message(), HasSubstr("timestamp")) << time;
  }
}

TEST(Injection, what_is_no_event_is_malformed) {
  for (const char* body :
       {"", " ", "[]", "1", "{", "{\"event_type\":\"A\"", R"({"event_type":"A","fields":{}} x)",
        R"({"event_type":"A","fields":{}}{})", R"({"event_type":"A"})",
        R"({"event_type":"A","fields":[]})", R"({"event_type":"","fields":{}})",
        R"({"event_type":1,"fields":{}})", R"({"fields":{}})",
        "{\"event_type\":\"A\",\"fields\":{\"x\":\"a\nb\"}}",
        R"({"event_type":"A","fields":{"x":tru}})",
        "{\"event_type\":\"A\",\"fields\":{\"x\":\"\xff\"}}"}) {
    EXPECT_EQ(WhyNotOne(body).code(), StatusCode::Malformed) << body;
  }
  EXPECT_EQ(WhyNotOne(std::string("{\"event_type\":\"A\",\"fields\":{}}\0{", 33)).code(),
            StatusCode::Malformed);
}

std::string Nested(int depth) {
  return std::string(static_cast<size_t>(depth), '[') +
         std::string(static_cast<size_t>(depth), ']');
}
std::string EventWith(const std::string& value) {
  return R"({"event_type":"A","fields":{"x":)" + value + "}}";
}
std::string Fields(size_t count) {
  std::string text = R"({"event_type":"A","fields":{)";
  for (size_t i = 0; i < count; ++i) text += (i > 0 ? ",\"f" : "\"f") + std::to_string(i) + "\":1";
  return text + "}}";
}

TEST(Injection, limits_of_events_are_told_from_bad_json) {
  EXPECT_TRUE(WhyNotOne(EventWith(Nested(20))).ok());
  EXPECT_EQ(WhyNotOne(EventWith(Nested(40))).code(), StatusCode::ResourceExhausted);
  EXPECT_TRUE(WhyNotOne(Fields(limits::kMaxEventFields)).ok());
  EXPECT_EQ(WhyNotOne(Fields(limits::kMaxEventFields + 1)).code(), StatusCode::ResourceExhausted);
  const auto text = [](size_t size) { return '"' + std::string(size, 'a') + '"'; };
  EXPECT_TRUE(WhyNotOne(EventWith(text(limits::kMaxStringBytes))).ok());
  EXPECT_EQ(WhyNotOne(EventWith(text(limits::kMaxStringBytes + 1))).code(),
            StatusCode::ResourceExhausted);
  EXPECT_EQ(WhyNotOne(EventWith("[{\"k\":" + text(limits::kMaxStringBytes + 1) + "}]")).code(),
            StatusCode::ResourceExhausted);
  // What counts is the value, not how it is written.
  std::string escaped;
  for (size_t i = 0; i < 100'000; ++i) escaped += "\\u0041";
  EXPECT_TRUE(WhyNotOne(EventWith('"' + escaped + '"')).ok());
  std::string elements = "[0";
  for (size_t i = 1; i <= limits::kMaxArrayElements; ++i) elements += ",0";
  EXPECT_EQ(WhyNotOne(EventWith(elements + "]")).code(), StatusCode::ResourceExhausted);
  std::string large = "[" + text(200'000);
  for (int i = 0; i < 6; ++i) large += "," + text(200'000);
  EXPECT_EQ(WhyNotOne(EventWith(large + "]")).code(), StatusCode::ResourceExhausted);
}

TEST(Injection, a_bad_event_of_a_batch_is_refused_alone) {
  const Injection injection = ReadMany(
      R"({"note":[1,{"a":"]"}],"events":[{"event_type":"A","fields":{"x":1}}, 7, {"event_type":"A"},)" +
      EventWith(Nested(40)) + R"(, {"event_type":"A","fields":{"x":2}}]})");
  EXPECT_THAT(Decoded(injection), ElementsAre(R"(A@7 {"x":1})", R"(A@7 {"x":2})"));
  ASSERT_EQ(injection.refused.size(), 3u);
  EXPECT_EQ(injection.refusals, 3u);
  EXPECT_EQ(injection.refused[0].index, 1u);
  EXPECT_EQ(injection.refused[0].refusal, Refusal::Malformed);
  EXPECT_EQ(injection.refused[1].index, 2u);
  EXPECT_EQ(injection.refused[2].index, 3u);
  EXPECT_EQ(injection.refused[2].refusal, Refusal::Limit);
  EXPECT_EQ(injection.over_limit, 1u);
  EXPECT_THAT(ReadMany(R"({"events":[]})").events, IsEmpty());
}

TEST(Injection, refusals_beyond_the_first_hundred_are_counted_only) {
  std::string body = R"({"events":[0)";
  for (int i = 1; i < 250; ++i) body += ",0";
  const Injection injection = ReadMany(body + "]}");
  EXPECT_EQ(injection.refused.size(), limits::kMaxReportedRefusals);
  EXPECT_EQ(injection.refusals, 250u);
  EXPECT_EQ(injection.over_limit, 0u);
}

TEST(Injection, a_body_that_is_no_batch_is_malformed) {
  for (const char* body :
       {"", "[]", "{}", R"({"events":{}})", R"({"events":[)", R"({"events":[{]})",
        R"({"events":[{"event_type":"A","fields":{}})", R"({"events":[],"events":[]})",
        R"({"events":[] "x":1})", R"({"events":[],})", R"({"events":[]}x)", R"({"events":[1,]})",
        R"({"events":[tru]})", R"({events:[]})", R"({"x":nul,"events":[]})"}) {
    EXPECT_EQ(WhyNotMany(body).code(), StatusCode::Malformed) << body;
  }
}

TEST(Injection, more_events_than_a_batch_holds_come_in_several) {
  std::string body = R"({"events":[)";
  const size_t count = 2 * limits::kBatchRows + 10;
  for (size_t i = 0; i < count; ++i) {
    body += (i > 0 ? "," : "") + std::string(R"({"event_type":"A","fields":{"x":)") +
            std::to_string(i) + "}}";
  }
  const std::vector<std::string> events = Decoded(ReadMany(body + "]}"));
  ASSERT_EQ(events.size(), count);
  EXPECT_EQ(events[limits::kBatchRows], R"(A@7 {"x":4096})");
  EXPECT_EQ(events.back(), R"(A@7 {"x":8201})");
}

TEST(Injection, types_are_counted_up_to_a_bound) {
  const ir::Plan plan;
  InjectionDecoder decoder(plan);
  row::Batch batch(plan);
  std::string body =
      R"({"events":[{"event_type":"\u0041","fields":{}},{"event_type":"A","fields":{}})";
  for (size_t i = 0; i < limits::kMaxCountedTypes + 5; ++i) {
    body += R"(,{"event_type":"T)" + std::to_string(i) + R"(","fields":{}})";
  }
  decoder.Decode(ReadMany(body + "]}"), 0, 0, batch);
  const auto counts = decoder.types().All();
  ASSERT_EQ(counts.size(), limits::kMaxCountedTypes + 1);
  EXPECT_THAT(counts.front(), Pair("A", 2));
  EXPECT_THAT(counts.back(), Pair("_other", 6));
}

// Whatever comes in: what the reader accepts the decoder can read, and nothing is read beyond the body.
TEST(Injection, bodies_with_random_damage_are_refused_or_decoded) {
  const std::string good =
      R"({"x":{"a":[1,2.5e3,"\u00e9\n"]},"events":[{"event_type":"A","fields":{"x":"ä","y":[{"k":null}]}},)"
      R"({"timestamp":12,"data":{"n":-7,"":true},"event_type":"D"},{"event_type":"A","fields":{}}]})";
  static constexpr char kBytes[] = "{}[]\",:\\0123456789.eE+-tfnul \t\n\0\x80\xff";
  uint64_t state = 1;
  const auto random = [&state](size_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<size_t>(state >> 33) % below;
  };
  size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string body = good;
    for (size_t damage = 0; damage <= random(3); ++damage) {
      const size_t at = random(body.size());
      const size_t kind = random(4);
      if (kind == 0) body[at] = kBytes[random(sizeof kBytes - 1)];
      if (kind == 1) body.erase(at, 1 + random(8));
      if (kind == 2) body.insert(at, 1, kBytes[random(sizeof kBytes - 1)]);
      if (kind == 3) body.resize(at + 1);
      if (body.empty()) break;
    }
    InjectionReader reader;
    for (const bool batch : {true, false}) {
      const Result<Injection> injection = batch ? reader.ReadBatch(body) : reader.ReadEvent(body);
      if (injection.ok()) accepted += Decoded(injection.value()).size();
    }
  }
  EXPECT_GT(accepted, 1'000u);
}

}  // namespace
}  // namespace varpulis::io
