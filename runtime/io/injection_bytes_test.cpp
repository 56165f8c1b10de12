#include "runtime/io/injection_bytes.h"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace varpulis::io {
namespace {

Injection Read(std::string body) {
  InjectionReader reader;
  Result<Injection> injection = reader.ReadBatch(std::move(body));
  EXPECT_TRUE(injection.ok()) << injection.status().message();
  return std::move(*injection);
}

void ExpectSame(const Injection& a, const Injection& b) {
  EXPECT_EQ(a.text, b.text);
  ASSERT_EQ(a.events.size(), b.events.size());
  for (size_t i = 0; i < a.events.size(); ++i) {
    EXPECT_EQ(a.events[i].begin, b.events[i].begin);
    EXPECT_EQ(a.events[i].index, b.events[i].index);
    EXPECT_EQ(a.events[i].timed, b.events[i].timed);
    if (a.events[i].timed) EXPECT_EQ(a.events[i].time, b.events[i].time);
  }
}

TEST(InjectionBytes, events_come_back_as_they_were_accepted) {
  const Injection injection = Read(
      R"({"events":[{"event_type":"A","fields":{}}, 7, {"event_type":"B","timestamp":1500,"fields":{}},)"
      R"({"event_type":"C","fields":{}},{"event_type":"A","timestamp":-9000000000,"data":{"x":"ä"}}]})");
  ASSERT_EQ(injection.events.size(), 4u);
  const std::string bytes = EncodeInjection(injection);
  ExpectSame(*DecodeInjection(bytes, 4), injection);
  Injection first_two = injection;
  first_two.events.resize(2);
  ExpectSame(*DecodeInjection(bytes, 2), first_two);
  EXPECT_FALSE(DecodeInjection(bytes, 5).ok());
}

TEST(InjectionBytes, times_of_both_ends_of_the_range) {
  Injection injection = Read(
      R"({"events":[{"event_type":"A","fields":{}},{"event_type":"A","fields":{}},{"event_type":"A","fields":{}}]})");
  for (InjectedEvent& event : injection.events) event.timed = true;
  injection.events[0].time = std::numeric_limits<int64_t>::min();
  injection.events[1].time = std::numeric_limits<int64_t>::max();
  injection.events[2].time = 0;
  ExpectSame(*DecodeInjection(EncodeInjection(injection), 3), injection);
}

TEST(InjectionBytes, a_batch_costs_a_few_bytes_more_than_its_text) {
  std::string body = R"({"events":[)";
  for (int i = 0; i < 1000; ++i)
    body += (i > 0 ? "," : "") + std::string(R"({"event_type":"Reading","fields":{"value":1}})");
  const size_t text = body.size() + 2;
  EXPECT_LT(EncodeInjection(Read(body + "]}")).size(), text + 3 * 1000);
}

TEST(InjectionBytes, whatever_is_damaged_is_refused_or_stays_in_bounds) {
  const std::string bytes = EncodeInjection(Read(
      R"({"events":[{"event_type":"A","fields":{}},{"event_type":"B","timestamp":1500,"fields":{}}]})"));
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Result<Injection> cut = DecodeInjection(std::string_view(bytes).substr(0, size), 2);
    if (!cut.ok()) continue;
    for (const InjectedEvent& event : cut.value().events)
      EXPECT_EQ(cut.value().text.at(event.begin), '{');
  }
  for (size_t at = 0; at < 8; ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(value);
      const Result<Injection> read = DecodeInjection(damaged, 1);
      if (read.ok()) EXPECT_EQ(read.value().text.at(read.value().events.at(0).begin), '{');
    }
  }
  EXPECT_FALSE(DecodeInjection("", 0).ok());
  EXPECT_FALSE(DecodeInjection("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 0).ok());
}

}  // namespace
}  // namespace varpulis::io
