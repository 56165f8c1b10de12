#include "compiler/syntax/token_role.h"

#include "antlr4-runtime.h"
#include "grammar/VplLexer.h"

namespace varpulis::syntax {

using grammar::VplLexer;

namespace {

// Reserved words and those that are names where nothing else is meant.
bool IsWord(uint32_t type) {
  return IsName(type) || (type >= VplLexer::AND && type <= VplLexer::ELSE) ||
         type == VplLexer::PATTERN_XOR;
}
bool IsDot(uint32_t type) {
  return type == VplLexer::DOT || type == VplLexer::SAFE_DOT || type == VplLexer::STREAM_DOT;
}
bool IsText(uint32_t type) {
  return type == VplLexer::STRING || type == VplLexer::RAW_STRING ||
         type == VplLexer::ESCAPED_STRING;
}
bool IsSource(uint32_t type) { return type >= VplLexer::MERGE && type <= VplLexer::TIMER; }

class RoleReader {
 public:
  explicit RoleReader(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::vector<TokenRole> Read() {
    roles_.reserve(tokens_.size());
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      const TokenRole role = RoleOfNext();
      EndType(role);
      roles_.push_back(role);
      Follow(role);
    }
    return std::move(roles_);
  }

 private:
  struct Bracket {
    uint32_t opener = 0;
    bool is_type = false;
    bool statements = false;  // the block of a lambda
    bool steps = false;       // holds steps of a pattern
    bool in_condition = false;
  };

  // The type of the token `n` places from here; EOF beyond the ends.
  uint32_t Type(int n) const {
    const size_t i = at_ + static_cast<size_t>(n);
    return i < tokens_.size() ? tokens_[i].type : static_cast<uint32_t>(VplLexer::EOF);
  }
  Bracket& Level() { return brackets_.empty() ? outside_ : brackets_.back(); }
  bool ReadsSteps() { return Level().steps && !Level().in_condition; }
  bool StartsStatement() const {
    if (at_ == 0) return true;
    const TokenRole before = roles_.back();
    if (before == TokenRole::Layout || before == TokenRole::Semicolon) return true;
    if (!brackets_.empty()) return brackets_.back().statements && Type(-1) == VplLexer::LBRACE;
    return before == TokenRole::Colon && tokens_.front().type != VplLexer::STREAM;
  }

  TokenRole RoleOfNext() {
    const uint32_t type = Type(0);
    if (type == VplLexer::NEWLINE || type == VplLexer::INDENT || type == VplLexer::DEDENT)
      return TokenRole::Layout;
    if (type >= VplLexer::FLOAT && type <= VplLexer::TIMESTAMP) return TokenRole::Number;
    if (IsText(type)) return TokenRole::Text;
    if (type == VplLexer::BACKTICK) return TokenRole::Name;
    if (IsWord(type)) return WordRole(type);
    return SymbolRole(type);
  }

  // --- words -------------------------------------------------------------------------------------

  TokenRole WordRole(uint32_t type) {
    if (at_ > 0 && IsDot(Type(-1))) return TokenRole::Name;
    if (Type(1) == VplLexer::COLON && IsKey()) return TokenRole::Name;
    if (StartsStatement() && OpensStatement(type)) return TokenRole::Keyword;
    switch (type) {
      case VplLexer::AND:
      case VplLexer::OR:
      case VplLexer::NOT:
      case VplLexer::IN:
      case VplLexer::IS:
      case VplLexer::PATTERN_XOR:
        return TokenRole::WordOperator;
      case VplLexer::TRUE:
      case VplLexer::FALSE:
      case VplLexer::NULL_:
        return TokenRole::Constant;
      case VplLexer::IF:
      case VplLexer::THEN:
      case VplLexer::ELSE:
        return TokenRole::Keyword;
      case VplLexer::PATTERN_AND:
      case VplLexer::PATTERN_OR:
      case VplLexer::PATTERN_NOT:
        return ReadsSteps() ? TokenRole::WordOperator : TokenRole::Name;
      default:
        return expects_operand_ ? FirstWord(type) : FollowingWord(type);
    }
  }

  // A word before `:` names a field, an argument or an entry, unless the colon opens a block.
  bool IsKey() const {
    if (!brackets_.empty()) {
      const uint32_t before = Type(-1);
      return before == VplLexer::LPAREN || before == VplLexer::COMMA ||
             brackets_.back().opener == VplLexer::LBRACE;
    }
    const uint32_t first = tokens_.front().type;
    return at_ > 0 &&
           (first == VplLexer::EVENT || first == VplLexer::TYPE || first == VplLexer::CONFIG);
  }

  // Words that are keywords when they stand first in a statement.
  bool OpensStatement(uint32_t type) const {
    const uint32_t next = Type(1);
    switch (type) {
      case VplLexer::STREAM:
      case VplLexer::EVENT:
      case VplLexer::TYPE:
      case VplLexer::PATTERN:
      case VplLexer::CONNECTOR:
      case VplLexer::CONTEXT:
      case VplLexer::FN:
      case VplLexer::LET:
      case VplLexer::VAR:
      case VplLexer::CONST:
      case VplLexer::FOR:
      case VplLexer::EMIT:
        return IsName(next);
      case VplLexer::CONFIG:
        return IsName(next) || next == VplLexer::LBRACE || next == VplLexer::COLON;
      case VplLexer::IMPORT:
        return IsText(next) || next == VplLexer::FN;
      case VplLexer::ELIF:
      case VplLexer::WHILE:
      case VplLexer::RETURN:
        return next != VplLexer::ASSIGN && !IsDot(next);
      case VplLexer::BREAK:
      case VplLexer::CONTINUE:
        return next == VplLexer::NEWLINE;
      default:
        return false;
    }
  }

  // Where a name or a value must follow.
  TokenRole FirstWord(uint32_t type) const {
    const uint32_t next = Type(1);
    if (type == VplLexer::ALL) {
      const bool ends_step = next == VplLexer::AS || next == VplLexer::WHERE ||
                             next == VplLexer::PATTERN_AND || next == VplLexer::PATTERN_OR;
      return IsName(next) && !ends_step ? TokenRole::Keyword : TokenRole::Name;
    }
    if (type == VplLexer::STREAM && IsName(next)) return TokenRole::Keyword;
    if (type == VplLexer::FN && at_ == 1 && Type(-1) == VplLexer::IMPORT) return TokenRole::Keyword;
    if (type == VplLexer::BY && Type(-1) == VplLexer::PARTITION) return TokenRole::Keyword;
    const bool opens = next == VplLexer::LPAREN;
    if (opens && IsSource(type) && Type(-1) == VplLexer::EQUALS) return TokenRole::Keyword;
    const bool in_steps = brackets_.empty() ? outside_.steps : brackets_.back().steps;
    if (opens && type == VplLexer::SEQ && in_steps) return TokenRole::Keyword;
    return TokenRole::Name;
  }

  // Where an operator may follow.
  TokenRole FollowingWord(uint32_t type) const {
    switch (type) {
      case VplLexer::XOR:
        return TokenRole::WordOperator;
      case VplLexer::AS:
      case VplLexer::WHERE:
      case VplLexer::ON:
      case VplLexer::WITHIN:
      case VplLexer::PARTITION:
      case VplLexer::FROM:
      case VplLexer::EXTENDS:
      case VplLexer::ASC:
      case VplLexer::DESC:
        return TokenRole::Keyword;
      default:
        return TokenRole::Name;
    }
  }

  // --- symbols -----------------------------------------------------------------------------------

  TokenRole SymbolRole(uint32_t type) {
    switch (type) {
      case VplLexer::LPAREN:
      case VplLexer::LBRACKET:
        return IsCall() ? TokenRole::CallOpener : TokenRole::Opener;
      case VplLexer::LBRACE:
        return in_type_ ? TokenRole::TypeOpener : TokenRole::Opener;
      case VplLexer::RPAREN:
      case VplLexer::RBRACKET:
        return TokenRole::Closer;
      case VplLexer::RBRACE:
        return Level().is_type ? TokenRole::TypeCloser : TokenRole::Closer;
      case VplLexer::COMMA:
        return TokenRole::Comma;
      case VplLexer::COLON:
        return Level().opener == VplLexer::LBRACKET ? TokenRole::SliceColon : TokenRole::Colon;
      case VplLexer::SEMICOLON:
        return TokenRole::Semicolon;
      case VplLexer::DOT:
      case VplLexer::SAFE_DOT:
        return TokenRole::Dot;
      case VplLexer::STREAM_DOT:
        return TokenRole::OperatorDot;
      case VplLexer::RANGE:
      case VplLexer::RANGE_INCLUSIVE:
        return TokenRole::Range;
      case VplLexer::QUESTION:
        return TokenRole::Postfix;
      case VplLexer::TILDE:
        return TokenRole::Prefix;
      case VplLexer::MINUS:
        return expects_operand_ ? TokenRole::Prefix : TokenRole::Binary;
      case VplLexer::PLUS:
      case VplLexer::STAR:
        if (expects_operand_) return TokenRole::Prefix;
        return ReadsSteps() ? TokenRole::Postfix : TokenRole::Binary;
      case VplLexer::LT:
        return in_type_ ? TokenRole::TypeOpener : TokenRole::Binary;
      case VplLexer::GT:
        return in_type_ ? TokenRole::TypeCloser : TokenRole::Binary;
      default:
        return TokenRole::Binary;
    }
  }

  bool IsCall() const {
    if (expects_operand_ || at_ == 0 || in_type_) return IsSourceCall();
    // `context zone (cores: [0])` and `.emit as Alert (user: u)` are no calls.
    const bool names_context = tokens_.front().type == VplLexer::CONTEXT && brackets_.empty();
    return !names_context && !IsEmitType();
  }
  // In front of `(` stands the type of `.emit as m.T`.
  bool IsEmitType() const {
    size_t i = at_;
    while (i > 1 && roles_[i - 1] == TokenRole::Name && roles_[i - 2] == TokenRole::Dot) i -= 2;
    return i > 2 && roles_[i - 1] == TokenRole::Name && tokens_[i - 2].type == VplLexer::AS &&
           tokens_[i - 3].type == VplLexer::EMIT;
  }
  bool IsSourceCall() const {
    return at_ > 0 && roles_.back() == TokenRole::Keyword &&
           (IsSource(Type(-1)) || Type(-1) == VplLexer::SEQ);
  }

  // --- state -------------------------------------------------------------------------------------

  void Follow(TokenRole role) {
    const uint32_t type = Type(0);
    FollowBrackets(role, type);
    FollowCondition(role, type);
    FollowTypes(role, type);
    switch (role) {
      case TokenRole::Name:
      case TokenRole::Number:
      case TokenRole::Text:
      case TokenRole::Constant:
      case TokenRole::Postfix:
      case TokenRole::Closer:
      case TokenRole::TypeCloser:
        expects_operand_ = false;
        break;
      case TokenRole::Keyword:
        expects_operand_ = type != VplLexer::ASC && type != VplLexer::DESC;
        break;
      default:
        expects_operand_ = true;
    }
    if (at_ == 0) outside_.steps = type == VplLexer::PATTERN && role == TokenRole::Keyword;
  }

  void FollowBrackets(TokenRole role, uint32_t type) {
    const bool opens = role == TokenRole::Opener || role == TokenRole::CallOpener;
    if (opens || (role == TokenRole::TypeOpener && type == VplLexer::LBRACE)) {
      Bracket bracket;
      bracket.opener = type;
      bracket.is_type = role == TokenRole::TypeOpener;
      bracket.statements = type == VplLexer::LBRACE && at_ > 0 && Type(-1) == VplLexer::FAT_ARROW &&
                           Type(1) != VplLexer::RBRACE && Type(2) != VplLexer::COLON;
      bracket.steps = ReadsSteps() || (at_ > 1 && Type(-1) == VplLexer::PATTERN &&
                                       Type(-2) == VplLexer::STREAM_DOT);
      brackets_.push_back(bracket);
    } else if (type == VplLexer::RPAREN || type == VplLexer::RBRACKET || type == VplLexer::RBRACE) {
      if (!brackets_.empty()) brackets_.pop_back();
    }
  }

  void FollowCondition(TokenRole role, uint32_t type) {
    if (role == TokenRole::Keyword) {
      if (type == VplLexer::WHERE || type == VplLexer::ON || type == VplLexer::WITHIN ||
          type == VplLexer::BY) {
        Level().in_condition = true;
      }
      if (type == VplLexer::AS) Level().in_condition = false;
    }
    if (type == VplLexer::FAT_ARROW) Level().in_condition = true;
    if (role == TokenRole::Layout || type == VplLexer::ARROW || type == VplLexer::COMMA ||
        type == VplLexer::STREAM_DOT || type == VplLexer::PATTERN_AND ||
        type == VplLexer::PATTERN_OR) {
      Level().in_condition = false;
    }
  }

  // A type is written here, up to the end of the item at hand.
  void FollowTypes(TokenRole role, uint32_t type) {
    if (in_type_) return;
    const uint32_t first = tokens_.front().type;
    bool starts = false;
    if (role == TokenRole::Colon && Type(1) != VplLexer::NEWLINE) {
      if (first == VplLexer::EVENT || first == VplLexer::TYPE) {
        starts = true;
      } else if (declares_function_) {
        starts = !brackets_.empty();
      } else {
        starts = declares_variable_ || (first == VplLexer::STREAM && at_ == 2);
      }
    } else if (type == VplLexer::ARROW) {
      starts = declares_function_ && brackets_.empty();
    } else if (type == VplLexer::EQUALS) {
      starts = first == VplLexer::TYPE && at_ == 2;
    }
    if (starts) {
      in_type_ = true;
      type_depth_ = brackets_.size();
    }
    if (role == TokenRole::Keyword) {
      declares_function_ |= type == VplLexer::FN;
      declares_variable_ =
          type == VplLexer::LET || type == VplLexer::VAR || type == VplLexer::CONST;
    } else if (role != TokenRole::Name) {
      declares_variable_ = false;
    }
    if (role == TokenRole::Layout) declares_function_ = false;
  }

  void EndType(TokenRole role) {
    if (!in_type_) return;
    const uint32_t type = Type(0);
    const bool ends_item = type == VplLexer::COMMA || type == VplLexer::EQUALS ||
                           type == VplLexer::FROM || role == TokenRole::Colon ||
                           role == TokenRole::Layout;
    const bool closes =
        type == VplLexer::RPAREN || type == VplLexer::RBRACKET || type == VplLexer::RBRACE;
    if (brackets_.size() < type_depth_ ||
        (brackets_.size() == type_depth_ && (ends_item || closes)))
      in_type_ = false;
  }

  const std::vector<Token>& tokens_;
  std::vector<TokenRole> roles_;
  std::vector<Bracket> brackets_;
  Bracket outside_;
  size_t at_ = 0;
  size_t type_depth_ = 0;
  bool expects_operand_ = true;
  bool in_type_ = false;
  bool declares_function_ = false;
  bool declares_variable_ = false;
};

}  // namespace

std::vector<TokenRole> RolesOf(const std::vector<Token>& statement) {
  return RoleReader(statement).Read();
}

}  // namespace varpulis::syntax
