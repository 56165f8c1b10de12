// Every program of the checkout, and programs made of their tokens, keep their meaning when formatted.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "compiler/syntax/token.h"
#include "tests/differential/dice.h"
#include "tests/format/checks.h"
#include "tests/replay/all_programs.h"

namespace varpulis::format {
namespace {

using testing::AllPrograms;
using testing::Program;

TEST(FormatPrograms, KeepTheirMeaning) {
  size_t formatted = 0;
  for (const Program& program : AllPrograms(VPL_CHECKOUT)) {
    const Checked checked = FormatAndCheck(program.text);
    EXPECT_EQ(checked.complaint, "") << program.path;
    formatted += checked.text.has_value();
  }
  EXPECT_GT(formatted, 100u);
}

TEST(FormatPrograms, TheExamplesAreFormatted) {
  for (const Program& program : AllPrograms(VPL_CHECKOUT)) {
    if (program.path.string().find("/examples/") == std::string::npos) continue;
    EXPECT_EQ(FormatAndCheck(program.text).text, program.text) << program.path;
  }
}

// What may stand between two tokens.
std::string RandomGap(testing::Dice& dice) {
  switch (dice.Roll(12)) {
    case 0:
      return "\n";
    case 1:
      return "\n    ";
    case 2:
      return "  # comment\n  ";
    case 3:
      return " /* comment */ ";
    case 4:
      return "\n\n\n/* over\n   lines */\n";
    case 5:
      return "";
    default:
      return " ";
  }
}

// The tokens of a program with a few of them left out, repeated, exchanged or placed differently.
std::string Mutated(const std::string& text, testing::Dice& dice) {
  const source::SourceFile source("seed.vpl", text);
  diagnostics::DiagnosticEmitter ignored;
  const std::vector<syntax::Token> tokens = syntax::Lex(source, ignored);
  if (tokens.empty()) return text;
  const size_t rate = tokens.size() / (1 + dice.Roll(4)) + 1;
  std::string mutated;
  uint32_t end = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool here = dice.Roll(rate) == 0;
    const auto gap = source.Text({end, tokens[i].span.begin});
    mutated += here ? RandomGap(dice) : std::string(gap);
    end = tokens[i].span.end;
    const std::string token(source.Text(tokens[i].span));
    const size_t what = here ? dice.Roll(8) : 8;
    if (what == 0) continue;
    if (what == 1) mutated += std::string(source.Text(tokens[dice.Roll(tokens.size())].span)) + " ";
    mutated += token;
    if (what == 2) mutated += " " + token;
  }
  return mutated;
}

TEST(FormatPrograms, MutatedProgramsKeepTheirMeaning) {
  const std::vector<Program> programs = AllPrograms(VPL_CHECKOUT);
  testing::Dice dice(20260731);
  size_t formatted = 0;
  for (int round = 0; round < 3000; ++round) {
    const Program& seed = programs[dice.Roll(programs.size())];
    const std::string text = Mutated(seed.text, dice);
    const Checked checked = FormatAndCheck(text);
    ASSERT_EQ(checked.complaint, "") << seed.path << "\n" << text;
    formatted += checked.text.has_value();
  }
  EXPECT_GT(formatted, 500u);
}

}  // namespace
}  // namespace varpulis::format
