#include "runtime/state/state_reader.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "runtime/state/state_writer.h"

namespace varpulis::state {
namespace {

using abi::Cell;
using abi::Tag;

TEST(StateReader, GivesBackNumbersToTheLastBit) {
  const double kOdd = std::nan("0x123");
  StateWriter out;
  out.U64(UINT64_MAX);
  out.I64(INT64_MIN);
  out.F64(-0.0);
  out.F64(kOdd);
  out.F64(-std::numeric_limits<double>::infinity());
  out.Flag(true);
  out.Text("a");
  const std::string bytes = out.Take();
  StateReader in(bytes);
  EXPECT_EQ(in.U64(), UINT64_MAX);
  EXPECT_EQ(in.I64(), INT64_MIN);
  EXPECT_TRUE(std::signbit(in.F64()));
  EXPECT_EQ(std::bit_cast<uint64_t>(in.F64()), std::bit_cast<uint64_t>(kOdd));
  EXPECT_EQ(in.F64(), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(in.Flag());
  EXPECT_EQ(in.Text(), "a");
  in.ExpectEnd();
  EXPECT_TRUE(in.ok());
}

TEST(StateReader, GivesBackValuesWithTheirKinds) {
  for (const Cell& cell :
       {Cell::Missing(), Cell::Null(), Cell::Bool(true), Cell::Int(-5), Cell::Int(7, Tag::IntText),
        Cell::Int(1, Tag::Timestamp), Cell::Int(1, Tag::Duration), Cell::Float(0.1),
        Cell::Str(abi::VplString::Borrow("short")),
        Cell::Str(abi::VplString::Borrow("longer than twelve bytes"))}) {
    StateWriter out;
    out.Value(cell);
    const std::string bytes = out.Take();
    StateReader in(bytes);
    const Cell read = in.Value();
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(read.tag, cell.tag);
    if (cell.tag == Tag::Str) {
      EXPECT_EQ(read.string.view(), cell.string.view());
    } else {
      EXPECT_EQ(read.words[0], cell.words[0]);
    }
  }
}

// The first reason is kept, and all that follows is empty.
TEST(StateReader, NothingIsReadBehindAFailure) {
  StateWriter out;
  out.Byte(2);
  out.U64(99);
  const std::string bytes = out.Take();
  StateReader in(bytes);
  EXPECT_FALSE(in.Flag());
  EXPECT_EQ(in.U64(), 0u);
  EXPECT_EQ(in.Text(), "");
  EXPECT_EQ(in.Value().tag, Tag::Missing);
  EXPECT_EQ(in.status().message(), "neither true nor false");
}

TEST(StateReader, CountsAreWeighedAgainstTheBytesThatAreLeft) {
  StateWriter out;
  out.U64(1'000'000'000'000);
  out.U64(0);
  const std::string bytes = out.Take();
  StateReader in(bytes);
  EXPECT_EQ(in.Count(1), 0u);
  EXPECT_EQ(in.status().message(), "more than there are bytes for");
}

TEST(StateReader, RefusesWhatIsNoValue) {
  const auto reason = [](const std::string& bytes) {
    StateReader in(bytes);
    (void)in.Value();
    return in.status().message();
  };
  EXPECT_EQ(reason("\x0b"), "a value of no known kind");
  EXPECT_EQ(reason(std::string("\x06\x02\0\0\0\xff\xff", 7)), "text that is not UTF-8");
  // An array in an array, and so on.
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += std::string("\x09\x01\0\0\0\0\0\0\0", 9);
  EXPECT_EQ(reason(deep), "values that nest too deeply");
}

}  // namespace
}  // namespace varpulis::state
