#include "cli/lsp/line_map.h"

#include <string>

#include <gtest/gtest.h>

namespace varpulis::lsp {
namespace {

// U+00E4 has two bytes and one unit, U+6771 three and one, U+1F600 four and two.
const std::string kText =
    "a\xc3\xa4"
    "b\n\xe6\x9d\xb1\xf0\x9f\x98\x80x\r\nlast";

TEST(LineMap, CountsUtf16Units) {
  const LineMap map(kText);
  EXPECT_EQ(map.PositionOf(kText, 0), (Position{0, 0}));
  EXPECT_EQ(map.PositionOf(kText, 1), (Position{0, 1}));
  EXPECT_EQ(map.PositionOf(kText, 3), (Position{0, 2}));
  EXPECT_EQ(map.PositionOf(kText, 5), (Position{1, 0}));
  EXPECT_EQ(map.PositionOf(kText, 8), (Position{1, 1}));
  EXPECT_EQ(map.PositionOf(kText, 12), (Position{1, 3}));
  EXPECT_EQ(map.PositionOf(kText, 15), (Position{2, 0}));
  EXPECT_EQ(map.OffsetOf(kText, {0, 2}), 3u);
  EXPECT_EQ(map.OffsetOf(kText, {1, 1}), 8u);
  EXPECT_EQ(map.OffsetOf(kText, {1, 3}), 12u);
  EXPECT_EQ(map.OffsetOf(kText, {2, 4}), 19u);
}

TEST(LineMap, WhatLiesInsideOfACharacterIsItsStart) {
  const LineMap map(kText);
  EXPECT_EQ(map.PositionOf(kText, 2), (Position{0, 1}));
  EXPECT_EQ(map.PositionOf(kText, 10), (Position{1, 1}));
  EXPECT_EQ(map.OffsetOf(kText, {1, 2}), 8u);
}

TEST(LineMap, WhatLiesBeyondIsTheEnd) {
  const LineMap map(kText);
  EXPECT_EQ(map.OffsetOf(kText, {0, 99}), 4u);
  EXPECT_EQ(map.OffsetOf(kText, {1, 99}), 13u);
  EXPECT_EQ(map.OffsetOf(kText, {99, 0}), 19u);
  EXPECT_EQ(map.PositionOf(kText, 999), (Position{2, 4}));
  const LineMap empty("");
  EXPECT_EQ(empty.OffsetOf("", {0, 1}), 0u);
  EXPECT_EQ(empty.PositionOf("", 1), (Position{0, 0}));
}

TEST(LineMap, EveryCharacterThereAndBack) {
  const LineMap map(kText);
  for (uint32_t offset : {0u, 1u, 3u, 4u, 5u, 8u, 12u, 13u, 15u, 16u, 17u, 18u, 19u})
    EXPECT_EQ(map.OffsetOf(kText, map.PositionOf(kText, offset)), offset);
}

TEST(LineMap, AllKindsOfLineBreaks) {
  const std::string text = "a\rb\r\nc\nd";
  const LineMap map(text);
  EXPECT_EQ(map.PositionOf(text, 2), (Position{1, 0}));
  EXPECT_EQ(map.PositionOf(text, 5), (Position{2, 0}));
  EXPECT_EQ(map.PositionOf(text, 7), (Position{3, 0}));
  EXPECT_EQ(map.OffsetOf(text, {1, 5}), 3u);
}

}  // namespace
}  // namespace varpulis::lsp
