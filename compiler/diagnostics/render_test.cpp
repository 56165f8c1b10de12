#include "compiler/diagnostics/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varpulis::diagnostics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Show(const std::string& text, source::SourceSpan span, std::string message) {
  const source::SourceMap source("p.vpl", text);
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

TEST(Render, OtherFilesFollow) {
  source::SourceMap sources("main.vpl", "a b\n");
  const source::SourceFile& other = sources.AddFile("lib.vpl", "\n\n\n\n\n\n\n\n\nx yz\n");
  const source::SourceSpan there{other.base() + 11, other.base() + 13};
  Diagnostic diagnostic{DiagnosticKind::DuplicateEvent, {2, 3}, "no", "here", {}, "change it"};
  diagnostic.related = {{there, "and there"}, {{0, 1}, "below this"}};
  diagnostic.note = "in expansion with i = 3";
  EXPECT_EQ(Render(diagnostic, sources, {}),
            "error[E001]: no\n"
            "  --> main.vpl:1:3\n"
            "   |\n"
            " 1 | a b\n"
            "   |   ^ here\n"
            "   | - below this\n"
            "   |\n"
            "  ::: lib.vpl:10:3\n"
            "   |\n"
            "10 | x yz\n"
            "   |   -- and there\n"
            "   = note: in expansion with i = 3\n"
            "   = help: change it\n\n");
}

}  // namespace
}  // namespace varpulis::diagnostics
