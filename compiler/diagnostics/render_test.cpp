#include "compiler/diagnostics/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varpulis::diagnostics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Show(const std::string& text, source::SourceSpan span, std::string message) {
  const source::SourceFile source("p.vpl", text);
  return Render({DiagnosticKind::SyntaxError, span, std::move(message), {}, {}, {}}, source, {});
}

TEST(Render, UnderlinesThePlace) {
  EXPECT_EQ(Show("a\nbc de\n", {5, 7}, "no"),
            "error[E000]: no\n"
            "  --> p.vpl:2:4\n"
            "  |\n"
            "2 | bc de\n"
            "  |    ^^\n\n");
}

TEST(Render, WhatSteersATerminalIsShownInstead) {
  const std::string text = Show(std::string("a\x1b[31m\0b", 8), {1, 2}, std::string("`\0`", 3));
  EXPECT_THAT(text, HasSubstr("a␣[31m␣b\n"));
  EXPECT_THAT(text, HasSubstr("`␣`"));
  EXPECT_THAT(text, HasSubstr("  |  ^\n"));
}

TEST(Render, LongMessagesAreCutAtACharacter) {
  const std::string text = Show("a", {0, 1}, std::string(999, 'x') + "\u00e9" + "tail");
  EXPECT_THAT(text, HasSubstr(std::string(999, 'x') + "...\n"));
  EXPECT_THAT(text, Not(HasSubstr("tail")));
}

}  // namespace
}  // namespace varpulis::diagnostics
