#include "compiler/syntax/logical_line.h"

#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "base/limits.h"
#include "compiler/ast/stream_operators.h"
#include "grammar/VplLexer.h"

namespace varpulis::syntax {

using diagnostics::DiagnosticKind;
using grammar::VplLexer;
using source::SourceSpan;

namespace {

struct Bracket {
  Token opener;
  // Holds stream operators or steps: `merge(`, `sequence(`, `fork(`.
  bool stream_level = false;
  // The block of a lambda: its line breaks separate statements.
  bool statements = false;
  // `then`, `=>` and `Stream<` of the list item at hand: they nest without a bracket.
  int item_nesting = 0;
  // Holds steps of a pattern, joined by `and`, `or`, `xor` and `not` (which are other tokens then).
  bool pattern_level = false;
  // After `where`, up to the end of the step: an expression.
  bool in_condition = false;
};

bool ContinuesAfter(uint32_t type) {
  switch (type) {
    case VplLexer::COMMA:
    case VplLexer::ASSIGN:
    case VplLexer::EQUALS:
    case VplLexer::ARROW:
    case VplLexer::FAT_ARROW:
    case VplLexer::DOT:
    case VplLexer::STREAM_DOT:
    case VplLexer::SAFE_DOT:
    case VplLexer::AND:
    case VplLexer::OR:
    case VplLexer::NOT:
    case VplLexer::IN:
    case VplLexer::IS:
    case VplLexer::THEN:
      return true;
    case VplLexer::QUESTION:
      return false;
    default:
      return type >= VplLexer::COALESCE && type <= VplLexer::GT && type != VplLexer::TILDE;
  }
}

// `following` tells a word that goes on from one that names something: `in: str`, `where := 1`.
bool ContinuesBefore(uint32_t type, uint32_t following) {
  if (following == VplLexer::COLON || following == VplLexer::ASSIGN) return false;
  switch (type) {
    case VplLexer::DOT:
    case VplLexer::STREAM_DOT:
    case VplLexer::SAFE_DOT:
    case VplLexer::ARROW:
    case VplLexer::FAT_ARROW:
    case VplLexer::AND:
    case VplLexer::OR:
    case VplLexer::IN:
    case VplLexer::IS:
    case VplLexer::THEN:
      return true;
    case VplLexer::PATTERN_AND:
    case VplLexer::PATTERN_OR:
    case VplLexer::XOR:
    case VplLexer::WHERE:
    case VplLexer::AS:
    case VplLexer::WITHIN:
      return true;
    case VplLexer::NOT:
      return following == VplLexer::IN;
    case VplLexer::PARTITION:
      return following == VplLexer::BY;
    case VplLexer::MINUS:
    case VplLexer::TILDE:
    case VplLexer::QUESTION:
      return false;
    default:
      return type >= VplLexer::COALESCE && type <= VplLexer::GT;
  }
}

// Declarations that open with two words, which no expression does.
bool StartsDeclaration(uint32_t type, uint32_t following) {
  switch (type) {
    case VplLexer::STREAM:
    case VplLexer::EVENT:
    case VplLexer::PATTERN:
    case VplLexer::CONNECTOR:
    case VplLexer::CONTEXT:
    case VplLexer::FN:
    case VplLexer::TYPE:
    case VplLexer::LET:
    case VplLexer::VAR:
    case VplLexer::CONST:
    case VplLexer::FOR:
      return IsName(following);
    default:
      return false;
  }
}

// What `and`, `or`, `xor` and `not` are between the steps of a pattern.
uint32_t PatternWord(uint32_t type) {
  switch (type) {
    case VplLexer::AND:
      return VplLexer::PATTERN_AND;
    case VplLexer::OR:
      return VplLexer::PATTERN_OR;
    case VplLexer::XOR:
      return VplLexer::PATTERN_XOR;
    case VplLexer::NOT:
      return VplLexer::PATTERN_NOT;
    default:
      return type;
  }
}
bool IsPatternWord(uint32_t type) {
  return type == VplLexer::PATTERN_AND || type == VplLexer::PATTERN_OR ||
         type == VplLexer::PATTERN_XOR || type == VplLexer::PATTERN_NOT;
}

bool IsOpener(uint32_t type) {
  return type == VplLexer::LPAREN || type == VplLexer::LBRACKET || type == VplLexer::LBRACE;
}
bool IsCloser(uint32_t type) {
  return type == VplLexer::RPAREN || type == VplLexer::RBRACKET || type == VplLexer::RBRACE;
}
bool IsLiteral(uint32_t type) {
  return (type >= VplLexer::FLOAT && type <= VplLexer::BACKTICK) ||
         (type >= VplLexer::TRUE && type <= VplLexer::NULL_);
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
  const Token& TokenAhead() const { return FirstFrom(at_); }
  // The last token is no line break.
  const Token& FirstFrom(size_t i) const {
    while (tokens_[i].type == VplLexer::LINE_BREAK) ++i;
    return tokens_[i];
  }

  void LineBreak() {
    while (at_ + 1 < tokens_.size() && tokens_[at_ + 1].type == VplLexer::LINE_BREAK) ++at_;
    if (line_.tokens.empty()) return;
    const uint32_t next = Ahead(0);
    if (next == static_cast<uint32_t>(VplLexer::EOF)) return;
    const uint32_t last = line_.tokens.back().type;
    if (StartsOver(last)) {
      EndLine();
    } else if (!brackets_.empty() && !brackets_.back().statements) {
      return;
    } else if (GoesOnAfter(last) || ContinuesBefore(next, Ahead(1)) ||
               (next == VplLexer::ELSE && open_choices_ > 0)) {
      return;
    } else if (brackets_.empty()) {
      EndLine();
    } else if (last != VplLexer::NEWLINE) {
      line_.tokens.push_back({static_cast<uint32_t>(VplLexer::NEWLINE), tokens_[at_].span});
    }
  }

  bool GoesOnAfter(uint32_t last) const {
    if (in_pattern_ && IsPatternWord(last)) return true;
    if (last == VplLexer::XOR && line_.tokens.size() > 1) {
      const uint32_t before = line_.tokens[line_.tokens.size() - 2].type;
      return IsName(before) || IsCloser(before) || IsLiteral(before);
    }
    return ContinuesAfter(last) && !EndsStep(last);
  }

  // `pattern P = A -> B+`: the `+` or `*` repeats the step and is no operator.
  bool EndsStep(uint32_t last) const {
    if (!in_pattern_ || (last != VplLexer::PLUS && last != VplLexer::STAR)) return false;
    size_t i = line_.tokens.size() - 1;
    while (i >= 2 && IsName(line_.tokens[i - 1].type) && line_.tokens[i - 2].type == VplLexer::DOT)
      i -= 2;
    if (i < 2 || !IsName(line_.tokens[i - 1].type)) return false;
    switch (line_.tokens[i - 2].type) {
      case VplLexer::EQUALS:
      case VplLexer::ARROW:
      case VplLexer::PATTERN_AND:
      case VplLexer::PATTERN_OR:
      case VplLexer::PATTERN_NOT:
        return true;
      default:
        return false;
    }
  }

  // A statement starts although a bracket is open or the line before seems to go on: something was
  // forgotten there.
  bool StartsOver(uint32_t last) const {
    const Token& next = TokenAhead();
    const uint32_t following = Ahead(1);
    if (brackets_.empty()) {
      // `-> event as e`, `-> stream where x` are steps of types with such names.
      if (following == VplLexer::AS || following == VplLexer::WHERE) return false;
      if (next.type == VplLexer::RETURN) return IsName(following) || IsLiteral(following);
      return StartsDeclaration(next.type, following);
    }
    if (last == VplLexer::LPAREN || last == VplLexer::COMMA) return false;
    return source_.Locate(next.span.begin).column == 1 && StartsDeclaration(next.type, following);
  }

  void EndLine() {
    if (!brackets_.empty()) {
      const Token& opener = brackets_.back().opener;
      Report(opener.span, fmt::format("`{}` is never closed", source_.Text(opener.span)), {});
      brackets_.clear();
    }
    outside_ = {};
    open_choices_ = 0;
    if (!line_.tokens.empty()) lines_.push_back(std::move(line_));
    line_ = {};
  }

  void Append(Token token) {
    if (line_.tokens.empty()) Begin(token);
    if (IsBad(token.type)) line_.broken = true;
    if (token.type == VplLexer::DOT && StartsOperator()) {
      token.type = static_cast<uint32_t>(VplLexer::STREAM_DOT);
    }
    const Bracket& level = Level();
    if (level.pattern_level && !level.in_condition) token.type = PatternWord(token.type);
    FollowCondition(token.type);
    if (token.type == VplLexer::THEN) ++open_choices_;
    if (token.type == VplLexer::ELSE) --open_choices_;
    if (IsOpener(token.type)) Open(token);
    if (IsCloser(token.type)) Close(token);
    CountNesting(token.type);
    line_.tokens.push_back(token);
  }

  void Begin(const Token& token) {
    const auto line = source_.Line(source_.Locate(token.span.begin).line);
    line_.indentation = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
    in_stream_ = token.type == VplLexer::STREAM && IsName(Ahead(1));
    in_pattern_ = token.type == VplLexer::PATTERN && IsName(Ahead(1));
    outside_.pattern_level = in_pattern_;
  }

  Bracket& Level() { return brackets_.empty() ? outside_ : brackets_.back(); }
  const Bracket& Level() const { return brackets_.empty() ? outside_ : brackets_.back(); }

  void FollowCondition(uint32_t type) {
    switch (type) {
      case VplLexer::WHERE:
      case VplLexer::ON:
      case VplLexer::WITHIN:
      case VplLexer::BY:
        Level().in_condition =
            line_.tokens.empty() || line_.tokens.back().type != VplLexer::STREAM_DOT;
        break;
      case VplLexer::FAT_ARROW:
        Level().in_condition = true;
        break;
      case VplLexer::ARROW:
      case VplLexer::COMMA:
      case VplLexer::AS:
      case VplLexer::STREAM_DOT:
      case VplLexer::PATTERN_AND:
      case VplLexer::PATTERN_OR:
        Level().in_condition = false;
        break;
      default:
        break;
    }
  }

  // In a condition only the name of an operator ends it; elsewhere every call is one, so that a
  // misspelt operator is told as such.
  bool StartsOperator() const {
    const uint32_t name = Ahead(1);
    const bool is_call = Ahead(2) == VplLexer::LPAREN;
    const bool may_be_step = (in_stream_ || in_pattern_) && !Level().in_condition;
    if (name == VplLexer::INCREASING || name == VplLexer::DECREASING) return is_call && may_be_step;
    if (!in_stream_ || (!brackets_.empty() && !brackets_.back().stream_level)) return false;
    if (name == VplLexer::EMIT && Ahead(2) == VplLexer::AS) return true;
    if (at_ + 1 >= tokens_.size() || IsInEmitType()) return false;
    if (name == static_cast<uint32_t>(VplLexer::EOF)) return false;
    const bool is_operator = ast::IsStreamOperator(source_.Text(FirstFrom(at_ + 1).span));
    // ` .where x > 1`: the parentheses were forgotten.
    if (!is_call) return may_be_step && is_operator && IsAfterSpace();
    return may_be_step || is_operator;
  }

  bool IsAfterSpace() const {
    return at_ > 0 && tokens_[at_ - 1].span.end < tokens_[at_].span.begin;
  }

  // In `.emit as m.T(`.
  bool IsInEmitType() const {
    const auto& tokens = line_.tokens;
    size_t i = tokens.size();
    while (i >= 2 && IsName(tokens[i - 1].type) && tokens[i - 2].type == VplLexer::DOT) i -= 2;
    return i >= 3 && tokens[i - 2].type == VplLexer::AS && tokens[i - 3].type == VplLexer::EMIT;
  }

  void Open(const Token& token) {
    const bool outer = brackets_.empty() || brackets_.back().stream_level;
    Bracket bracket{token};
    bracket.pattern_level = Level().pattern_level && !Level().in_condition;
    if (!line_.tokens.empty()) {
      const Token& before = line_.tokens.back();
      const auto word = source_.Text(before.span);
      bracket.stream_level =
          in_stream_ && outer && token.type == VplLexer::LPAREN &&
          ((before.type >= VplLexer::MERGE && before.type <= VplLexer::SEQUENCE) || word == "fork");
      bracket.pattern_level |= before.type == VplLexer::PATTERN && line_.tokens.size() > 1 &&
                               line_.tokens[line_.tokens.size() - 2].type == VplLexer::STREAM_DOT;
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
    Report(token.span, fmt::format("`{}` does not close `{}`", text, source_.Text(opener.span)),
           opener.span);
  }

  void CountNesting(uint32_t type) {
    if (line_.broken) return;  // keeps hostile text linear
    int& items = Level().item_nesting;
    if (type == VplLexer::COMMA) items = 0;
    if (type == VplLexer::THEN || type == VplLexer::FAT_ARROW || type == VplLexer::STREAM_TYPE)
      ++items;
    int nesting = outside_.item_nesting;
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
  Bracket outside_{};  // what is outside of all brackets
  size_t at_ = 0;
  int open_choices_ = 0;  // `then` without its `else`
  bool in_stream_ = false;
  bool in_pattern_ = false;
};

}  // namespace

std::vector<LogicalLine> SplitLines(const source::SourceFile& source,
                                    const std::vector<Token>& tokens,
                                    diagnostics::DiagnosticEmitter& diagnostics) {
  return LineSplitter(source, tokens, diagnostics).Split();
}

}  // namespace varpulis::syntax
