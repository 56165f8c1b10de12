// Parsing on several threads, and parsing again what has changed, give what parsing gives: for each
// program of the goldens, whatever is wrong with it.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/ast/spans.h"
#include "compiler/diagnostics/render.h"
#include "compiler/syntax/incremental_parser.h"
#include "compiler/syntax/parse.h"

namespace varpulis {
namespace {

std::vector<std::string> Programs() {
  std::vector<std::string> programs;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(VPL_GOLDEN_CASES)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".vpl") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    programs.push_back(text.substr(0, text.find("# --- expected\n")));
  }
  return programs;
}

// Everything there is to see: the tree, all places in it, names that are lost, diagnostics.
std::string Describe(const ast::Program& program, const source::SourceMap& sources,
                     const diagnostics::DiagnosticEmitter& diagnostics) {
  std::string text = ast::Print(program);
  for (const auto& statement : program.statements) {
    ast::EachSpan(*statement, [&](source::SourceSpan& span) {
      text += fmt::format("{}-{} ", span.begin, span.end);
    });
  }
  for (const std::string& name : program.lost_names) text += "\nlost " + name;
  for (const auto& d : diagnostics.Sorted()) text += "\n" + diagnostics::Render(d, sources, {});
  return text;
}

std::string Parsed(const std::string& text, unsigned threads = 1) {
  source::SourceMap sources("p.vpl", text);
  diagnostics::DiagnosticEmitter diagnostics;
  const ast::Program program = syntax::Parse(sources, diagnostics, {threads});
  return Describe(program, sources, diagnostics);
}

std::string ParsedAgain(syntax::IncrementalParser& parser, const std::string& text) {
  source::SourceMap sources("p.vpl", text);
  diagnostics::DiagnosticEmitter diagnostics;
  const ast::Program& program = parser.Parse(sources, diagnostics, {2});
  return Describe(program, sources, diagnostics);
}

TEST(Parsing, ThreadsMakeNoDifference) {
  for (const std::string& program : Programs()) ASSERT_EQ(Parsed(program, 4), Parsed(program));
}

TEST(Parsing, AgainAfterAChangeInFrontOrBehind) {
  for (const std::string& program : Programs()) {
    syntax::IncrementalParser parser;
    for (const std::string& text : {program, "let before = 'it'\n" + program, program,
                                    program + "\nstream After = X .where(y > 1)\n"}) {
      ASSERT_EQ(ParsedAgain(parser, text), Parsed(text));
    }
  }
}

TEST(Parsing, AgainAfterACharacterIsGone) {
  for (const std::string& program : Programs()) {
    syntax::IncrementalParser parser;
    ParsedAgain(parser, program);
    // A few places spread over the program; the whole text in between, as an editor sends it.
    for (size_t at = 0; at < program.size(); at += 1 + program.size() / 6) {
      std::string changed = program;
      changed.erase(at, 1);
      ASSERT_EQ(ParsedAgain(parser, changed), Parsed(changed)) << at;
    }
    ASSERT_EQ(ParsedAgain(parser, program), Parsed(program));
  }
}

}  // namespace
}  // namespace varpulis
