#include "compiler/syntax/read_tokens.h"

#include <algorithm>
#include <string>

#include "antlr4-runtime.h"
#include "compiler/syntax/comment.h"
#include "compiler/syntax/statement_cutter.h"
#include "grammar/VplLexer.h"

namespace varpulis::syntax {

std::vector<std::vector<PlacedToken>> ReadTokens(const source::SourceFile& source) {
  diagnostics::DiagnosticEmitter ignored;
  const std::vector<Token> tokens = Lex(source, ignored);
  std::vector<std::vector<PlacedToken>> statements;
  for (const StatementText& statement :
       CutStatements(SplitLines(source, tokens, ignored), ignored)) {
    const std::vector<TokenRole> roles = RolesOf(statement.tokens);
    std::vector<PlacedToken>& placed = statements.emplace_back();
    for (size_t i = 0; i < roles.size(); ++i) {
      const source::SourceSpan span = statement.tokens[i].span;
      const bool layout = roles[i] == TokenRole::Layout;
      placed.push_back({layout ? source::SourceSpan{span.end, span.end} : span, roles[i]});
    }
  }
  return statements;
}

bool IsCode(const source::SourceFile& source, uint32_t offset) {
  const source::SourceFile before("", std::string(source.text().substr(0, offset)));
  diagnostics::DiagnosticEmitter ignored;
  const std::vector<Token> tokens = Lex(before, ignored);
  const auto is_open = [](const Token& token) {
    return token.type == grammar::VplLexer::UNCLOSED_RAW_STRING ||
           token.type == grammar::VplLexer::UNCLOSED_STRING ||
           token.type == grammar::VplLexer::UNCLOSED_COMMENT;
  };
  if (!tokens.empty() && is_open(tokens.back())) return false;
  const uint32_t end = tokens.empty() ? 0 : tokens.back().span.end;
  const auto comments = CommentsIn(before, {end, static_cast<uint32_t>(before.text().size())});
  return std::none_of(comments.begin(), comments.end(),
                      [](const Comment& comment) { return !comment.is_block; });
}

}  // namespace varpulis::syntax
