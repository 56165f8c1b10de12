#include <chrono>
#include <cstdio>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/limits.h"
#include "runtime/io/fuzz_entry.h"
#include "runtime/io/reader_test_support.h"

namespace varpulis::io {
namespace {

using testing::DynamicTable;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::PlanOf;
using testing::Read;

ir::Plan Dynamic() { return PlanOf({DynamicTable("T", {"a", "b"})}); }

ReaderOptions SkipBad() {
  ReaderOptions options;
  options.skip_bad = true;
  return options;
}

TEST(MalformedJson, EventsBeforeItComeFirst) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"type":"T","a":1)", "expected , or }"},
      {R"({"type":"T","a":"x)", "string does not end"},
      {R"({"type":"T","a")", "expected :"},
      {R"({"type":"T",)", "expected a key"},
      {R"({"type":"T",})", "expected a key"},
      {R"({"type":"T" "a":1})", "expected , or }"},
      {R"({"type":"T","a":})", "expected a value"},
      {R"({"type":"T","a":tru})", "expected a value"},
      {R"({"type":"T","a":01})", "expected a value"},
      {R"({"type":"T","a":1.})", "expected a value"},
      {R"({"type":"T","a":1e})", "expected a value"},
      {R"({"type":"T","a":-})", "expected a value"},
      {R"({"type":"T","a":NaN})", "expected a value"},
      {R"({"type":"T","a":"\q"})", "bad escape"},
      {R"({"type":"T","a":"\u12g4"})", "bad escape"},
      {"{\"type\":\"T\",\"a\":\"\x01\"}", "control character"},
      {R"({"type":"T","a":[1,]})", "expected a value"},
      {R"({"type":"T","a":[1})", "expected , or ]"},
      {R"({"type":"T","a":{"x" 1}})", "expected :"},
      {R"({"type":"T","a":{1}})", "expected a key"},
      {R"({"type":"T"} x)", "unexpected text"},
      {R"({"type":"T"}{"type":"T"})", "unexpected text"},
      {"{\"type\":\"T\",\"a\":\"\xff\"}", "not UTF-8"},
      {"{\"type\":\"T\",\"\xc0\x80\":1}", "not UTF-8"},
      {"{\"type\":\"T\",\"unread\":[\"\xed\xa0\x80\"]}", "not UTF-8"},
      {R"([1])", "expected an event"},
  };
  for (const auto& [line, reason] : cases) {
    std::string text =
        fmt::format("{{\"type\":\"T\",\"a\":1}}\n{}\n{{\"type\":\"T\",\"a\":2}}\n", line);
    auto reading = Read(Dynamic(), text);
    EXPECT_THAT(reading.error, HasSubstr(reason)) << line;
    EXPECT_THAT(reading.error, HasSubstr("events:2: ")) << line;
    EXPECT_THAT(reading.events, ElementsAre(R"(T@0 {"a":1})")) << line;
    auto skipped = Read(Dynamic(), text, SkipBad());
    EXPECT_THAT(skipped.events, ElementsAre(R"(T@0 {"a":1})", R"(T@0 {"a":2})")) << line;
    EXPECT_EQ(skipped.statistics.bad_lines, 1u);
  }
}

TEST(MalformedJson, TheErrorStays) {
  auto plan = Dynamic();
  auto reader = EventReader::OverText("f", "{\"type\":\"T\"}\n{\n", plan, {});
  row::Batch batch(plan);
  EXPECT_TRUE(reader->Next(batch).value());
  EXPECT_EQ(reader->Next(batch).status().code(), StatusCode::Malformed);
  EXPECT_EQ(reader->Next(batch).status().code(), StatusCode::Malformed);
  EXPECT_TRUE(batch.order.empty());
}

TEST(MalformedJson, OnlyTheFirstThreeAreKept) {
  auto reading = Read(Dynamic(), "{\n{\n{\n{\n{\n", SkipBad());
  EXPECT_EQ(reading.statistics.bad_lines, 5u);
  EXPECT_EQ(reading.statistics.first_bad.size(), 3u);
}

TEST(MalformedJson, TruncatedLastLine) {
  EXPECT_THAT(Read(Dynamic(), "{\"type\":\"T\"}\n{\"type\":\"T\",\"a\":\"x").error,
              HasSubstr("events:2: invalid JSON"));
  EXPECT_EQ(Read(Dynamic(), "{\"type\":\"T\"}\n{\"type\":\"T\"}").events.size(), 2u);
}

TEST(Limits, LongLines) {
  std::string ok = "{\"type\":\"T\",\"a\":1}\n";
  std::string exact = "{\"type\":\"T\",\"a\":2,\"x\":\"" +
                      std::string(limits::kMaxEventLineBytes - 25, 'x') + "\"}\n";
  std::string over =
      "{\"type\":\"T\",\"x\":\"" + std::string(limits::kMaxEventLineBytes, 'x') + "\"}\n";
  std::string huge = "{\"type\":\"T\",\"x\":\"" + std::string(10u << 20, 'x') + "\"}\n";
  for (const std::string& line : {over, huge}) {
    EXPECT_THAT(Read(Dynamic(), fmt::format("{}{}", ok, line)).error,
                HasSubstr("events:2: the line is longer"));
    EXPECT_THAT(Read(Dynamic(), fmt::format("{}@1s T {{}}\n{}", ok, line)).error,
                HasSubstr("events:3: the line is longer"));
    auto reading = Read(Dynamic(), fmt::format("{0}{1}{2}{1}{0}", ok, line, exact), SkipBad());
    EXPECT_THAT(reading.events, ElementsAre(R"(T@0 {"a":1})", R"(T@0 {"a":2})", R"(T@0 {"a":1})"));
    EXPECT_EQ(reading.statistics.bad_lines, 2u);
  }
}

TEST(Limits, DepthElementsAndFields) {
  auto nested = [](size_t depth) {
    return "{\"type\":\"T\",\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_EQ(Read(Dynamic(), nested(32)).error, "");
  EXPECT_THAT(Read(Dynamic(), nested(33)).error, HasSubstr("too deeply"));
  EXPECT_THAT(Read(Dynamic(), nested(500'000)).error, HasSubstr("too deeply"));
  std::string array = "{\"type\":\"T\",\"a\":[0";
  for (int i = 1; i < 10'000; ++i) array += ",1";
  EXPECT_EQ(Read(Dynamic(), array + "]}").error, "");
  EXPECT_THAT(Read(Dynamic(), array + ",1]}").error, HasSubstr("too many array elements"));
  std::string fields = "{\"type\":\"T\"";
  for (int i = 1; i < 1024; ++i) fields += fmt::format(",\"f{}\":1", i);
  EXPECT_EQ(Read(Dynamic(), fields + "}\n" + fields + "}\n").error, "");
  EXPECT_THAT(Read(Dynamic(), fields + "}\n" + fields + ",\"f1024\":1}").error,
              HasSubstr("too many fields"));
}

TEST(Limits, LongTextsAreCutAtACharacter) {
  std::string text(limits::kMaxStringBytes - 1, 'x');
  auto reading = Read(
      Dynamic(), "{\"type\":\"T\",\"a\":\"" + text + "\u00e9\",\"b\":[\"" + text + "\\u00e9\"]}");
  EXPECT_THAT(reading.events, ElementsAre("T@0 {\"a\":\"" + text + "\",\"b\":[\"" + text + "\"]}"));
  EXPECT_EQ(reading.statistics.truncated_strings, 2u);
}

TEST(Robustness, NothingOddTakesLong) {
  auto begin = std::chrono::steady_clock::now();
  std::string nuls(20u << 20, '\0');
  EXPECT_THAT(Read(Dynamic(), nuls).error, HasSubstr("events:1: the line is longer"));
  EXPECT_EQ(Read(Dynamic(), nuls, SkipBad()).statistics.bad_lines, 1u);
  EXPECT_EQ(Read(Dynamic(), std::string(20u << 20, '\n')).error, "");
  EXPECT_EQ(Read(Dynamic(), std::string(20u << 20, ' ')).events.size(), 0u);
  EXPECT_THAT(Read(Dynamic(), std::string(20u << 20, '[')).error, HasSubstr("expected an object"));
  EXPECT_THAT(Read(Dynamic(), "[{\"a\":" + std::string(20u << 20, '[')).error,
              HasSubstr("does not end"));
  EXPECT_THAT(Read(Dynamic(), "a\n\"" + std::string(20u << 20, '\n'), {}, "f.csv").error,
              HasSubstr("longer than 1 MiB"));
  EXPECT_GT(Read(Dynamic(), "a\n\"" + std::string(4u << 20, '\n'), SkipBad(), "f.csv")
                .statistics.bad_lines,
            0u);
  EXPECT_EQ(Read(Dynamic(), "").events.size(), 0u);
  EXPECT_EQ(Read(Dynamic(), "\xEF\xBB\xBF{\"type\":\"T\"}").events.size(), 1u);
  auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  EXPECT_LT(seconds, 20);
}

TEST(Robustness, FuzzEntryTakesAnything) {
  for (std::string text : {"", "c", "[", "{", "[{\"type\":\"A\",\"a\":1}]", "c\"",
                           "cevent_type,a\nA,1\n", "@1 A { a: [ }\nB { i: 1, t: @2026-01-01 }\n",
                           "{\"type\":\"B\",\"d\":\"5s\",\"x\":{\"y\":[1]}}"}) {
    FuzzReader(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  }
}

TEST(Robustness, CompressedFilesAreRecognised) {
  EXPECT_THAT(Read(Dynamic(), "\x1f\x8b\x08\x01").error, HasSubstr("compressed with gzip"));
  EXPECT_THAT(Read(Dynamic(), "\x28\xb5\x2f\xfd").error, HasSubstr("compressed with zstd"));
}

class Files : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    std::string path = ::testing::TempDir() + fmt::format("vpl_io_{}_{}", getpid(), name);
    std::ofstream(path, std::ios::binary) << text;
    paths_.push_back(path);
    return path;
  }
  ~Files() override {
    for (const std::string& path : paths_) std::remove(path.c_str());
  }

 private:
  std::vector<std::string> paths_;
};

TEST_F(Files, OneAfterTheOther) {
  auto plan = Dynamic();
  std::string a = Write("a", "BATCH 5\nT { a: 1 }\n");
  std::string b = Write("b", "{\"type\":\"T\",\"a\":2}\nT { a: 3 }");
  std::string c = Write("c.csv", "type,a\nT,4\n");
  std::string d = Write("d", " \n[{\"type\":\"T\",\"a\":5}]");
  auto reader = EventReader::Open({a, b, c, d}, plan, {});
  ASSERT_TRUE(reader.ok());
  auto reading = testing::ReadAll(**reader, plan);
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.events, ElementsAre(R"(T@5000000 {"a":1})", R"(T@5000000 {"a":2})",
                                          R"(T@0 {"a":3})", R"(T@0 {"a":4t})", R"(T@0 {"a":5})"));
  EXPECT_EQ(reading.statistics.bytes, reading.statistics.total_bytes);
  EXPECT_EQ(reading.batches.size(), 1u);
}

TEST_F(Files, MissingAndUnreadable) {
  auto plan = Dynamic();
  std::string a = Write("a", "");
  auto missing = EventReader::Open({a, "/nonexistent/x"}, plan, {});
  EXPECT_EQ(missing.status().code(), StatusCode::NotFound);
  EXPECT_THAT(missing.status().message(), HasSubstr("/nonexistent/x"));
  EXPECT_EQ(EventReader::Open({"/"}, plan, {}).status().code(), StatusCode::IoError);
}

TEST_F(Files, LargerThanTheWindow) {
  auto plan = Dynamic();
  std::string text;
  for (int i = 0; i < 40'000; ++i) {
    text += fmt::format("{{\"type\":\"T\",\"a\":{},\"b\":\"{}\"}}\n", i,
                        std::string(static_cast<size_t>(i % 37), 'x'));
  }
  auto reader = EventReader::Open({Write("large", text)}, plan, {});
  auto reading = testing::ReadAll(**reader, plan);
  ASSERT_EQ(reading.events.size(), 40'000u);
  for (size_t i = 0; i < reading.events.size(); ++i) {
    ASSERT_EQ(reading.events[i],
              fmt::format("T@0 {{\"a\":{},\"b\":\"{}\"}}", i, std::string(i % 37, 'x')));
  }
}

}  // namespace
}  // namespace varpulis::io
