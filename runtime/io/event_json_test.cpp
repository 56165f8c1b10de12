#include "runtime/io/event_json.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

namespace varpulis::io {
namespace {

std::string Float(double value) {
  std::string out;
  AppendJsonFloat(out, value);
  return out;
}
std::string String(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}
std::string Value(const abi::Cell& value) {
  std::string out;
  AppendJsonValue(out, value);
  return out;
}

TEST(EventJson, FloatsAsPythonPrintsThem) {
  EXPECT_EQ(Float(0), "0.0");
  EXPECT_EQ(Float(-0.0), "-0.0");
  EXPECT_EQ(Float(5), "5.0");
  EXPECT_EQ(Float(0.1), "0.1");
  EXPECT_EQ(Float(-2.5), "-2.5");
  EXPECT_EQ(Float(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(Float(0.0001), "0.0001");
  EXPECT_EQ(Float(0.00001), "1e-05");
  EXPECT_EQ(Float(0.000012345), "1.2345e-05");
  EXPECT_EQ(Float(9999999999999998), "9999999999999998.0");
  EXPECT_EQ(Float(1e16), "1e+16");
  EXPECT_EQ(Float(1.5e16), "1.5e+16");
  EXPECT_EQ(Float(1e100), "1e+100");
  EXPECT_EQ(Float(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(Float(5e-324), "5e-324");
  EXPECT_EQ(Float(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(Float(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(Float(-std::numeric_limits<double>::infinity()), "null");
}

TEST(EventJson, FloatsReadBackToTheSameBits) {
  uint64_t state = 1;
  for (int i = 0; i < 100'000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    uint64_t bits = state ^ state >> 31;
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    std::string text = Float(value);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(back, value) << text;
    ASSERT_NE(text.find_first_of(".e"), std::string::npos) << text;
  }
}

TEST(EventJson, StringsAreEscapedWhereverTheEscapeStands) {
  EXPECT_EQ(String(""), "\"\"");
  EXPECT_EQ(String("a\"b\\c\n\t\r\b\f\x01\x1f/\x7f"), R"("a\"b\\c\n\t\r\b\f\u0001\u001f/)"
                                                      "\x7f\"");
  EXPECT_EQ(String(std::string_view("\0", 1)), "\"\\u0000\"");
  EXPECT_EQ(String("é😀"), "\"é😀\"");
  for (size_t size = 1; size < 40; ++size) {
    for (size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      text[at] = '"';
      EXPECT_EQ(String(text), "\"" + text.substr(0, at) + "\\\"" + text.substr(at + 1) + "\"");
    }
  }
}

TEST(EventJson, Values) {
  EXPECT_EQ(Value(abi::Cell::Missing()), "null");
  EXPECT_EQ(Value(abi::Cell::Null()), "null");
  EXPECT_EQ(Value(abi::Cell::Bool(true)), "true");
  EXPECT_EQ(Value(abi::Cell::Int(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(Value(abi::Cell::Int(12, abi::Tag::IntText)), "12");
  EXPECT_EQ(Value(abi::Cell::Int(90 * kNsPerSecond, abi::Tag::Duration)), "90000000000");
  EXPECT_EQ(Value(abi::Cell::Int(1'500'000'000, abi::Tag::Timestamp)),
            "\"1970-01-01T00:00:01.500Z\"");
}

TEST(EventJson, FlatEvents) {
  std::string out;
  FlatEventWriter writer(out);
  writer.Begin("Alert", 7 * kNsPerSecond);
  writer.Field("a b", abi::Cell::Int(1));
  writer.Field("gone", abi::Cell::Missing());
  writer.Field("nothing", abi::Cell::Null());
  writer.Field("timestamp", abi::Cell::Int(2));
  writer.Field("event_type", abi::Cell::Int(3));
  writer.End();
  EXPECT_EQ(
      out,
      "{\"event_type\":\"Alert\",\"timestamp\":\"1970-01-01T00:00:07Z\",\"a b\":1,\"nothing\":null,"
      "\"data_timestamp\":2,\"data_event_type\":3}\n");
}

}  // namespace
}  // namespace varpulis::io
