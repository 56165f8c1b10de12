#include "tests/cases/case_files.h"

#include <gtest/gtest.h>

namespace varpulis::cases {
namespace {

TEST(Diff, EqualTextsDifferNowhere) { EXPECT_EQ(Diff("a\nb\n", "a\nb\n"), ""); }

TEST(Diff, ShowsChangedLinesAndTheirNeighbours) {
  EXPECT_EQ(Diff("1\n2\n3\n4\n5\n6\n", "1\n2\n3\nfour\n5\n6\n"),
            "  - expected, + actual\n  ...\n    2\n    3\n  - 4\n  + four\n    5\n    6\n");
}

TEST(Diff, ShowsWhatIsMissingAtTheEnd) {
  EXPECT_EQ(Diff("1\n2\n", "1\n"), "  - expected, + actual\n    1\n  - 2\n");
}

}  // namespace
}  // namespace varpulis::cases
