#include "tests/format/checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/ast/program.h"
#include "compiler/syntax/comment.h"
#include "compiler/syntax/format/format.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/statement_cutter.h"

namespace varpulis::format {
namespace {

std::string Lines(std::string_view text) {
  std::string lines;
  for (char c : text) {
    if (c != ' ' && c != '\t' && c != '\r') lines += c;
  }
  return lines;
}

std::vector<std::string> CommentTexts(const source::SourceFile& source) {
  diagnostics::DiagnosticEmitter ignored;
  std::vector<std::string> texts;
  uint32_t end = 0;
  const auto add = [&](uint32_t until) {
    for (const syntax::Comment& comment : syntax::CommentsIn(source, {end, until}))
      texts.push_back(Lines(source.Text(comment.span)));
  };
  for (const syntax::Token& token : syntax::Lex(source, ignored)) {
    add(token.span.begin);
    end = token.span.end;
  }
  add(static_cast<uint32_t>(source.text().size()));
  return texts;
}

// The text from where the two begin to differ.
std::string Difference(const std::string& a, const std::string& b) {
  const auto at = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const size_t from = static_cast<size_t>(at.first - a.begin());
  const size_t start = from > 60 ? from - 60 : 0;
  return fmt::format("\n<<< {}\n>>> {}\n", a.substr(start, 200), b.substr(start, 200));
}
std::string Difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return Difference(fmt::format("{}", fmt::join(a, " ")), fmt::format("{}", fmt::join(b, " ")));
}

// Blanks at the end of a line that is not inside of a text.
bool HasTrailingBlanks(const source::SourceFile& source) {
  diagnostics::DiagnosticEmitter ignored;
  for (const syntax::Token& token : syntax::Lex(source, ignored)) {
    const bool is_break = syntax::TokenName(token.type) == "LINE_BREAK";
    const char before = token.span.begin == 0 ? '\n' : source.text()[token.span.begin - 1];
    if (is_break && (before == ' ' || before == '\t')) return true;
  }
  return source.text().ends_with(' ') || source.text().ends_with('\t');
}

}  // namespace

std::vector<std::string> TokenTexts(const std::string& program) {
  const source::SourceFile source("tokens.vpl", program);
  diagnostics::DiagnosticEmitter ignored;
  const std::vector<syntax::Token> tokens = syntax::Lex(source, ignored);
  std::vector<std::string> texts;
  for (const syntax::StatementText& statement :
       CutStatements(SplitLines(source, tokens, ignored), ignored)) {
    for (const syntax::Token& token : statement.tokens) {
      const std::string name = syntax::TokenName(token.type);
      const bool layout = name == "NEWLINE" || name == "INDENT" || name == "DEDENT";
      texts.push_back(layout ? name : name + ":" + std::string(source.Text(token.span)));
    }
  }
  return texts;
}

std::string AstOf(const std::string& program) {
  source::SourceMap sources("program.vpl", program);
  diagnostics::DiagnosticEmitter ignored;
  return ast::Print(syntax::Parse(sources, ignored));
}

Checked FormatAndCheck(const std::string& program) {
  const source::SourceFile source("program.vpl", program);
  diagnostics::DiagnosticEmitter diagnostics;
  Checked result{Format(source, diagnostics), {}};
  if (!result.text) {
    if (!diagnostics.has_errors()) result.complaint = "refused without a reason";
    return result;
  }
  const source::SourceFile formatted("program.vpl", *result.text);
  diagnostics::DiagnosticEmitter again;
  const std::optional<std::string> twice = Format(formatted, again);
  const auto tokens = TokenTexts(program), tokens_after = TokenTexts(*result.text);
  const auto comments = CommentTexts(source), comments_after = CommentTexts(formatted);
  const std::string ast = AstOf(program), ast_after = AstOf(*result.text);
  if (tokens != tokens_after) {
    result.complaint = "other tokens" + Difference(tokens, tokens_after);
  } else if (comments != comments_after) {
    result.complaint = "other comments" + Difference(comments, comments_after);
  } else if (ast != ast_after) {
    result.complaint = "another AST" + Difference(ast, ast_after);
  } else if (!twice) {
    result.complaint = "the result has syntax errors\n" + *result.text;
  } else if (*twice != *result.text) {
    result.complaint = "not the same when formatted twice" + Difference(*result.text, *twice);
  } else if (HasTrailingBlanks(formatted)) {
    result.complaint = "blanks at the end of a line\n" + *result.text;
  } else if (!result.text->empty() && !result.text->ends_with('\n')) {
    result.complaint = "no line break at the end";
  }
  return result;
}

}  // namespace varpulis::format
