#include "compiler/source/source_map.h"

#include <gtest/gtest.h>

namespace varpulis::source {
namespace {

// `a{i}b` from offset 10 on, with the value for the placeholder.
std::shared_ptr<LoopBody> Body() {
  auto body = std::make_shared<LoopBody>("i");
  body->AddText(10, "a");
  body->AddVariable({11, 14});
  body->AddText(14, "b");
  return body;
}

TEST(SourceMap, EndOfATextBelongsToIt) {
  SourceMap sources("main", "abc");
  const SourceFile& other = sources.AddFile("other", "xy");
  EXPECT_EQ(sources.At(3).path(), "main");
  EXPECT_EQ(sources.At(other.base()).path(), "other");
  EXPECT_EQ(sources.At(other.end()).path(), "other");
  EXPECT_EQ(sources.Text({other.base() + 1, other.end()}), "y");
}

TEST(SourceMap, PlacesInFilesAreTheirOwnOrigin) {
  const SourceMap sources("main", "abc");
  EXPECT_EQ(sources.OriginOf({1, 2}).span, (SourceSpan{1, 2}));
  EXPECT_EQ(sources.OriginOf({1, 2}).copy, "");
}

TEST(SourceMap, PlacesInCopiesComeFromTheBody) {
  SourceMap sources("main", "0123456789a{i}b");
  const SourceFile& copy = sources.AddCopy(Body(), "42");
  EXPECT_EQ(copy.text(), "a42b");
  const auto origin = [&](uint32_t begin, uint32_t end) {
    return sources.OriginOf({copy.base() + begin, copy.base() + end}).span;
  };
  EXPECT_EQ(origin(0, 1), (SourceSpan{10, 11}));
  EXPECT_EQ(origin(0, 4), (SourceSpan{10, 15}));
  // Half of the value is the whole placeholder.
  EXPECT_EQ(origin(2, 3), (SourceSpan{11, 14}));
  EXPECT_EQ(origin(3, 4), (SourceSpan{14, 15}));
  EXPECT_EQ(origin(4, 4), (SourceSpan{15, 15}));
  EXPECT_EQ(sources.OriginOf({copy.base(), copy.end()}).copy, "i = 42");
}

TEST(SourceMap, CopiesOfCopiesLeadToTheFile) {
  SourceMap sources("main", "0123456789a{i}b");
  const SourceFile& outer = sources.AddCopy(Body(), "7");
  auto body = std::make_shared<LoopBody>("k");
  body->AddVariable({outer.base() + 1, outer.base() + 2});
  const SourceFile& inner = sources.AddCopy(body, "-1");
  const Origin origin = sources.OriginOf({inner.base() + 1, inner.end()});
  EXPECT_EQ(origin.span, (SourceSpan{11, 14}));
  EXPECT_EQ(origin.copy, "i = 7, k = -1");
}

}  // namespace
}  // namespace varpulis::source
