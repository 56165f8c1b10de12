#include "compiler/syntax/logical_line.h"

#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "base/limits.h"
#include "compiler/syntax/stream_operators.h"
#include "grammar/VplLexer.h"

namespace varpulis::syntax {

using diagnostics::DiagnosticKind;
using grammar::VplLexer;
using source::SourceSpan;

namespace {

struct Bracket {
  Token opener;
  // Holds stream operators or steps: `merge(`, `sequence(`, `fork(`.
  bool stream_level;
  // The block of a lambda: its line breaks separate statements.
  bool statements;
  // `then`, `=>` and `Stream<` of the list item at hand: they nest without a bracket.
  int item_nesting = 0;
};

bool ContinuesAfter(uint32_t type) {
  switch (type) {
    case VplLexer::COMMA: case VplLexer::ASSIGN: case VplLexer::EQUALS: case VplLexer::ARROW:
    case VplLexer::FAT_ARROW: case VplLexer::DOT: case VplLexer::STREAM_DOT: case VplLexer::SAFE_DOT:
    case VplLexer::AND: case VplLexer::OR: case VplLexer::NOT: case VplLexer::IN: case VplLexer::IS:
    case VplLexer::THEN: return true;
    // `*` and `?` may end a pattern step, but a statement never starts with what may follow them.
    case VplLexer::QUESTION: case VplLexer::STAR: case VplLexer::PLUS: return false;
    default: return type >= VplLexer::COALESCE && type <= VplLexer::GT && type != VplLexer::TILDE;
  }
}

bool ContinuesBefore(uint32_t type, uint32_t following) {
  switch (type) {
    case VplLexer::DOT: case VplLexer::STREAM_DOT: case VplLexer::SAFE_DOT: case VplLexer::ARROW:
    case VplLexer::FAT_ARROW: case VplLexer::AND: case VplLexer::OR: case VplLexer::IN:
    case VplLexer::IS: case VplLexer::THEN: return true;
    case VplLexer::PATTERN_AND: case VplLexer::PATTERN_OR: case VplLexer::XOR: case VplLexer::WHERE:
    case VplLexer::AS: case VplLexer::WITHIN: return following != VplLexer::ASSIGN;
    case VplLexer::PARTITION: return following == VplLexer::BY;
    case VplLexer::MINUS: case VplLexer::TILDE: case VplLexer::QUESTION: return false;
    default: return type >= VplLexer::COALESCE && type <= VplLexer::GT;
  }
}

// Declarations that open with two words, which no expression does.
bool StartsDeclaration(uint32_t type, uint32_t following) {
  switch (type) {
    case VplLexer::STREAM: case VplLexer::EVENT: case VplLexer::PATTERN: case VplLexer::CONNECTOR:
    case VplLexer::CONTEXT: case VplLexer::FN: case VplLexer::TYPE: case VplLexer::LET:
    case VplLexer::VAR: case VplLexer::CONST: return IsName(following);
    default: return false;
  }
}

bool IsOpener(uint32_t type) {
  return type == VplLexer::LPAREN || type == VplLexer::LBRACKET || type == VplLexer::LBRACE;
}
bool IsCloser(uint32_t type) {
  return type == VplLexer::RPAREN || type == VplLexer::RBRACKET || type == VplLexer::RBRACE;
}
uint32_t CloserOf(uint32_t opener) {
  return opener == VplLexer::LPAREN     ? VplLexer::RPAREN
         : opener == VplLexer::LBRACKET ? VplLexer::RBRACKET
                                        : VplLexer::RBRACE;
}

class LineSplitter {
 public:
  LineSplitter(const source::SourceFile& source, const std::vector<Token>& tokens,
               diagnostics::DiagnosticEmitter& diagnostics)
      : source_(source), tokens_(tokens), diagnostics_(diagnostics) {}

  std::vector<LogicalLine> Split() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      if (tokens_[at_].type == VplLexer::LINE_BREAK) {
        LineBreak();
      } else {
        Append(tokens_[at_]);
      }
    }
    EndLine();
    return std::move(lines_);
  }

 private:
  // The type of the n-th token from here that is no line break; EOF behind the last.
  uint32_t Ahead(int n) const {
    for (size_t i = at_; i < tokens_.size(); ++i) {
      if (tokens_[i].type == VplLexer::LINE_BREAK) continue;
      if (n-- == 0) return tokens_[i].type;
    }
    return static_cast<uint32_t>(VplLexer::EOF);
  }
  const Token& TokenAhead() const {
    size_t i = at_;
    while (tokens_[i].type == VplLexer::LINE_BREAK) ++i;
    return tokens_[i];
  }

  void LineBreak() {
    while (at_ + 1 < tokens_.size() && tokens_[at_ + 1].type == VplLexer::LINE_BREAK) ++at_;
    if (line_.tokens.empty()) return;
    const uint32_t next = Ahead(0);
    if (next == static_cast<uint32_t>(VplLexer::EOF)) return;
    const uint32_t last = line_.tokens.back().type;
    if (!brackets_.empty() && StartsOver(last)) {
      EndLine();
    } else if (!brackets_.empty() && !brackets_.back().statements) {
      return;
    } else if (ContinuesAfter(last) || ContinuesBefore(next, Ahead(1))) {
      return;
    } else if (brackets_.empty()) {
      EndLine();
    } else if (last != VplLexer::NEWLINE) {
      line_.tokens.push_back({static_cast<uint32_t>(VplLexer::NEWLINE), tokens_[at_].span});
    }
  }

  // A declaration at the start of a line although a bracket is open: the bracket was forgotten.
  bool StartsOver(uint32_t last) const {
    if (last == VplLexer::LPAREN || last == VplLexer::COMMA) return false;
    const Token& next = TokenAhead();
    return source_.Locate(next.span.begin).column == 1 && StartsDeclaration(next.type, Ahead(1));
  }

  void EndLine() {
    if (!brackets_.empty()) {
      const Token& opener = brackets_.back().opener;
      Report(opener.span, fmt::format("`{}` is never closed", source_.Text(opener.span)), {});
      brackets_.clear();
    }
    item_nesting_ = 0;
    if (!line_.tokens.empty()) lines_.push_back(std::move(line_));
    line_ = {};
  }

  void Append(Token token) {
    if (line_.tokens.empty()) Begin(token);
    if (IsBad(token.type)) line_.broken = true;
    if (token.type == VplLexer::DOT && StartsOperator()) {
      token.type = static_cast<uint32_t>(VplLexer::STREAM_DOT);
    }
    if (IsOpener(token.type)) Open(token);
    if (IsCloser(token.type)) Close(token);
    CountNesting(token.type);
    line_.tokens.push_back(token);
  }

  void Begin(const Token& token) {
    const auto line = source_.Line(source_.Locate(token.span.begin).line);
    line_.indentation = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
    in_stream_ = token.type == VplLexer::STREAM && IsName(Ahead(1));
  }

  bool StartsOperator() const {
    if (!in_stream_ || (!brackets_.empty() && !brackets_.back().stream_level)) return false;
    if (Ahead(1) == VplLexer::EMIT) return Ahead(2) == VplLexer::LPAREN || Ahead(2) == VplLexer::AS;
    return at_ + 1 < tokens_.size() && Ahead(2) == VplLexer::LPAREN &&
           IsStreamOperator(source_.Text(tokens_[at_ + 1].span));
  }

  void Open(const Token& token) {
    const bool outer = brackets_.empty() || brackets_.back().stream_level;
    Bracket bracket{token, false, false};
    if (!line_.tokens.empty()) {
      const Token& before = line_.tokens.back();
      const auto word = source_.Text(before.span);
      bracket.stream_level = in_stream_ && outer && token.type == VplLexer::LPAREN &&
                             ((before.type >= VplLexer::MERGE && before.type <= VplLexer::SEQUENCE) ||
                              word == "fork");
      bracket.statements =
          before.type == VplLexer::FAT_ARROW && token.type == VplLexer::LBRACE && !IsMap();
    }
    brackets_.push_back(bracket);
  }

  // After `=> {`: a map is empty or starts with a key.
  bool IsMap() const { return Ahead(1) == VplLexer::RBRACE || Ahead(2) == VplLexer::COLON; }

  void Close(const Token& token) {
    const auto text = source_.Text(token.span);
    if (brackets_.empty()) {
      Report(token.span, fmt::format("`{}` closes nothing", text), {});
      return;
    }
    const Token opener = brackets_.back().opener;
    brackets_.pop_back();
    if (CloserOf(opener.type) == token.type) return;
    Report(token.span,
           fmt::format("`{}` does not close `{}`", text, source_.Text(opener.span)), opener.span);
  }

  void CountNesting(uint32_t type) {
    if (line_.broken) return;  // keeps hostile text linear
    int& items = brackets_.empty() ? item_nesting_ : brackets_.back().item_nesting;
    if (type == VplLexer::COMMA) items = 0;
    if (type == VplLexer::THEN || type == VplLexer::FAT_ARROW || type == VplLexer::STREAM_TYPE) ++items;
    int nesting = item_nesting_;
    if (type != VplLexer::THEN && type != VplLexer::FAT_ARROW && !IsOpener(type) &&
        type != VplLexer::STREAM_TYPE) {
      return;
    }
    for (const Bracket& bracket : brackets_) nesting += 1 + bracket.item_nesting;
    if (nesting <= limits::kMaxProgramNesting) return;
    Report(tokens_[at_].span,
           fmt::format("more than {} levels of nesting", limits::kMaxProgramNesting), {});
  }

  // One report a line is enough: further ones mostly follow from it.
  void Report(SourceSpan span, std::string message, SourceSpan opener) {
    if (line_.broken) return;
    line_.broken = true;
    diagnostics::Diagnostic d{DiagnosticKind::SyntaxError, span, std::move(message), {}, {}, {}};
    if (opener.end != 0) d.related.push_back({opener, "opened here"});
    diagnostics_.Emit(std::move(d));
  }

  const source::SourceFile& source_;
  const std::vector<Token>& tokens_;
  diagnostics::DiagnosticEmitter& diagnostics_;
  std::vector<LogicalLine> lines_;
  LogicalLine line_;
  std::vector<Bracket> brackets_;
  int item_nesting_ = 0;
  size_t at_ = 0;
  bool in_stream_ = false;
};

}  // namespace

std::vector<LogicalLine> SplitLines(const source::SourceFile& source, const std::vector<Token>& tokens,
                                    diagnostics::DiagnosticEmitter& diagnostics) {
  return LineSplitter(source, tokens, diagnostics).Split();
}

}  // namespace varpulis::syntax
