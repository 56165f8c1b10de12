// What is parsed again. That the result is that of Parse() is shown for all golden programs by
// tests/golden/parsing_test.cpp.

#include "compiler/syntax/incremental_parser.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace varpulis::syntax {
namespace {

class Incremental : public testing::Test {
 protected:
  // Parses the statements, each on a line of its own unless it brings more.
  size_t Parse(const std::vector<std::string>& statements) {
    text_.clear();
    for (const std::string& statement : statements) text_ += statement + "\n";
    sources_.emplace("test.vpl", text_);
    diagnostics_ = {};
    program_ = &parser_.Parse(*sources_, diagnostics_);
    return parser_.parsed();
  }

  // The text that a statement of the program says it covers.
  std::string Covered(size_t statement) const {
    return std::string(sources_->Text(program_->statements.at(statement)->span));
  }

  IncrementalParser parser_;
  std::string text_;
  std::optional<source::SourceMap> sources_;
  diagnostics::DiagnosticEmitter diagnostics_;
  const ast::Program* program_ = nullptr;
};

const std::string kA = "stream A = E .where(x > 1)";
const std::string kB = "stream B = E\n    .where(y == 'b')\n    .emit(y: y)";
const std::string kC = "event E:\n    x: int\n    y: str";

TEST_F(Incremental, OnlyWhatChanged) {
  EXPECT_EQ(Parse({kA, kB, kC}), 3u);
  EXPECT_EQ(Parse({kA, kB, kC}), 0u);
  EXPECT_EQ(Parse({kA, "stream B = E\n    .where(y == 'c')", kC}), 1u);
  EXPECT_EQ(Parse({kC, kA}), 0u) << "moved, and one is gone";
  EXPECT_EQ(Parse({kC, kA, kA}), 1u) << "the same text twice is two statements";
}

TEST_F(Incremental, StatementsThatMovedPointToTheirNewPlace) {
  Parse({kA, kB});
  EXPECT_EQ(Parse({"let longer = 'than before'", "# a comment", kA, kB}), 1u);
  EXPECT_EQ(Covered(1), kA);
  EXPECT_EQ(Covered(2), kB);
  EXPECT_EQ(Parse({kB}), 0u);
  EXPECT_EQ(Covered(0), kB);
}

TEST_F(Incremental, ErrorsStayWhereTheyAre) {
  const std::string wrong = "stream = E";
  EXPECT_EQ(Parse({kA, wrong}), 2u);
  ASSERT_EQ(diagnostics_.errors(), 1u);
  EXPECT_EQ(Parse({"let x = 1", kA, wrong}), 1u);
  ASSERT_EQ(diagnostics_.errors(), 1u) << "told again, although it is not parsed again";
  const auto error = diagnostics_.Sorted().front();
  EXPECT_EQ(sources_->main().Locate(error.span.begin).line, 3u);
  EXPECT_EQ(program_->statements.size(), 2u);
  EXPECT_EQ(Parse({kA, "stream W = E"}), 1u);
  EXPECT_EQ(diagnostics_.errors(), 0u);
}

TEST_F(Incremental, AStatementThatWasCutShortIsParsedWhenItIsWhole) {
  EXPECT_EQ(Parse({"stream A = E .where((x > 1)", kB}), 1u);
  EXPECT_EQ(diagnostics_.errors(), 1u);
  EXPECT_EQ(Parse({kA, kB}), 1u);
  EXPECT_EQ(diagnostics_.errors(), 0u);
  EXPECT_EQ(program_->statements.size(), 2u);
}

TEST_F(Incremental, LinesBelowABadOneComeBackWithIt) {
  const std::string body = "    x := 1";
  Parse({"strem X = E", body, kA});
  EXPECT_EQ(program_->statements.size(), 1u);
  EXPECT_EQ(Parse({"let y = 2", body, kA}), 1u);
  EXPECT_EQ(program_->statements.size(), 3u);
}

}  // namespace
}  // namespace varpulis::syntax
