#include "base/log.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varpulis::log {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Filter Parse(std::string_view text) {
  std::vector<std::string> bad;
  Filter filter = Filter::Parse(text, bad);
  EXPECT_THAT(bad, IsEmpty()) << text;
  return filter;
}

TEST(LogFilter, without_directives_it_is_info) {
  EXPECT_EQ(Parse("").LevelOf("varpulis_cli"), Level::Info);
}

TEST(LogFilter, a_directive_holds_for_every_target_that_starts_with_it) {
  const Filter filter = Parse("warn,varpulis_runtime::connector=debug");
  EXPECT_EQ(filter.LevelOf("varpulis_runtime::connector::mqtt"), Level::Debug);
  EXPECT_EQ(filter.LevelOf("varpulis_runtime::engine"), Level::Warn);
  EXPECT_EQ(Parse("varpulis=debug").LevelOf("varpulis_runtime::tenant"), Level::Debug);
}

TEST(LogFilter, the_longest_directive_wins_and_at_equal_length_the_last) {
  const Filter filter = Parse("a::b=trace,a=error,a::b=debug");
  EXPECT_EQ(filter.LevelOf("a::b::c"), Level::Debug);
  EXPECT_EQ(filter.LevelOf("a::c"), Level::Error);
}

TEST(LogFilter, a_bare_target_means_trace_and_levels_have_numbers_and_any_case) {
  EXPECT_EQ(Parse("error,varpulis::http").LevelOf("varpulis::http"), Level::Trace);
  EXPECT_EQ(Parse("2").LevelOf("x"), Level::Warn);
  EXPECT_EQ(Parse("OFF").LevelOf("x"), Level::Off);
}

TEST(LogFilter, bad_directives_are_named_and_the_rest_is_honoured) {
  std::vector<std::string> bad;
  const Filter filter = Filter::Parse("x=loud,debug,=info,a b,x[span{k=1,l=2}]=info,y[s", bad);
  EXPECT_THAT(bad, ElementsAre("x=loud", "=info", "a b", "y[s"));
  EXPECT_EQ(filter.LevelOf("x"), Level::Debug);
}

// 2026-02-04T10:30:00.123456Z
constexpr int64_t kTime = 1'770'201'000'123'456;

TEST(LogRecord, text_has_padded_levels_and_quotes_what_could_be_misread) {
  Options options;
  EXPECT_EQ(FormatRecord(options, kTime, Level::Info, "varpulis_runtime::tenant",
                         "Pipeline deployed", {{"name", "a b"}, {"streams", 2}, {"id", "x-1"}}),
            "2026-02-04T10:30:00.123456Z  INFO varpulis_runtime::tenant: Pipeline deployed "
            "name=\"a b\" streams=2 id=x-1");
  options.timestamps = false;
  EXPECT_EQ(FormatRecord(options, kTime, Level::Error, "t", "two\nlines", {}),
            "ERROR t: two\\nlines");
}

TEST(LogRecord, json_is_one_flat_object) {
  Options options;
  options.json = true;
  EXPECT_EQ(FormatRecord(options, kTime, Level::Warn, "t", "say \"x\"",
                         {{"on", true}, {"ms", 1.5}, {"text", "a\nb"}}),
            "{\"timestamp\":\"2026-02-04T10:30:00.123456Z\",\"level\":\"WARN\",\"target\":\"t\","
            "\"message\":\"say \\\"x\\\"\",\"on\":true,\"ms\":1.500,\"text\":\"a\\u000ab\"}");
  options.timestamps = false;
  EXPECT_EQ(FormatRecord(options, kTime, Level::Warn, "t", "m", {}),
            "{\"level\":\"WARN\",\"target\":\"t\",\"message\":\"m\"}");
}

}  // namespace
}  // namespace varpulis::log
