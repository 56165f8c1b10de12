#include "tests/documents/document.h"

#include <gtest/gtest.h>

namespace varpulis::testing {
namespace {

constexpr std::string_view kText =
    "# Title\n\n```vpl\nstream S = E\n```\nwith\n```events\nE { }\n```\n```output\n@0s S { }\n```\n"
    "```vpl E050\nstream T = E .emit(x: nope())\n```\n```sh\nls\n```\n";

TEST(Document, FindsExamplesWithTheirEventsAndOutput) {
  const Document document = ParseDocument(kText);
  ASSERT_EQ(document.examples.size(), 2u);
  EXPECT_EQ(document.examples[0].program, "stream S = E\n");
  EXPECT_TRUE(document.examples[0].has_events);
  EXPECT_EQ(document.examples[0].output, std::vector<std::string>{"@0s S { }"});
  EXPECT_EQ(document.examples[1].expected_code, "E050");
  EXPECT_EQ(document.examples[1].line, 14);
  EXPECT_EQ(document.problem, "");
}

TEST(Document, PrintsItselfWithOtherOutput) {
  Document document = ParseDocument(kText);
  EXPECT_EQ(document.Text(), kText);
  document.examples[0].output = {"one", "two"};
  EXPECT_NE(document.Text().find("```output\none\ntwo\n```"), std::string::npos);
}

TEST(Document, ComplainsAboutBlocksOutOfPlace) {
  EXPECT_NE(ParseDocument("```output\n```\n").problem, "");
  EXPECT_NE(ParseDocument("```vpl\nstream\n").problem, "");
}

}  // namespace
}  // namespace varpulis::testing
