// Operands and operators of one flat list to a tree by precedence (language.md 1.6).

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/syntax/ast_builder.h"
#include "compiler/syntax/tree_nodes.h"

namespace varpulis::syntax {

namespace {

using ast::ExprPtr;
using source::SourceSpan;

// Levels of language.md 1.6: a smaller number binds tighter.
enum Level {
  kPower = 2,
  kUnary = 3,
  kProduct = 4,
  kSum = 5,
  kShift = 6,
  kBitAnd = 7,
  kBitXor = 8,
  kBitOr = 9,
  kCompare = 10,
  kNot = 11,
  kAnd = 12,
  kXor = 13,
  kOr = 14,
  kCoalesce = 15,
  kRange = 16,
};

constexpr size_t kCoalesceWeight = 4;

int LevelOf(const Grammar::InfixContext* infix) {
  if (infix == nullptr) return kCompare;  // is
  switch (infix->start->getType()) {
    case Grammar::POWER:
      return kPower;
    case Grammar::STAR:
    case Grammar::SLASH:
    case Grammar::PERCENT:
      return kProduct;
    case Grammar::PLUS:
    case Grammar::MINUS:
      return kSum;
    case Grammar::SHIFT_LEFT:
    case Grammar::SHIFT_RIGHT:
      return kShift;
    case Grammar::AMPERSAND:
      return kBitAnd;
    case Grammar::CARET:
      return kBitXor;
    case Grammar::PIPE:
      return kBitOr;
    case Grammar::AND:
      return kAnd;
    case Grammar::XOR:
      return kXor;
    case Grammar::OR:
      return kOr;
    case Grammar::COALESCE:
      return kCoalesce;
    case Grammar::RANGE:
    case Grammar::RANGE_INCLUSIVE:
      return kRange;
    default:
      return kCompare;
  }
}

ast::ArithOp ArithOf(size_t token) {
  switch (token) {
    case Grammar::POWER:
      return ast::ArithOp::Pow;
    case Grammar::STAR:
      return ast::ArithOp::Mul;
    case Grammar::SLASH:
      return ast::ArithOp::Div;
    case Grammar::PERCENT:
      return ast::ArithOp::Mod;
    case Grammar::PLUS:
      return ast::ArithOp::Add;
    case Grammar::MINUS:
      return ast::ArithOp::Sub;
    case Grammar::SHIFT_LEFT:
      return ast::ArithOp::ShiftLeft;
    case Grammar::SHIFT_RIGHT:
      return ast::ArithOp::ShiftRight;
    case Grammar::AMPERSAND:
      return ast::ArithOp::BitAnd;
    case Grammar::CARET:
      return ast::ArithOp::BitXor;
    default:
      return ast::ArithOp::BitOr;
  }
}

ast::CompareOp CompareOf(size_t token) {
  switch (token) {
    case Grammar::EQ:
      return ast::CompareOp::Eq;
    case Grammar::NE:
      return ast::CompareOp::Ne;
    case Grammar::LT:
      return ast::CompareOp::Lt;
    case Grammar::LE:
      return ast::CompareOp::Le;
    case Grammar::GT:
      return ast::CompareOp::Gt;
    case Grammar::GE:
      return ast::CompareOp::Ge;
    case Grammar::IN:
      return ast::CompareOp::In;
    default:
      return ast::CompareOp::NotIn;
  }
}

// An operator with the operand behind it.
struct Link {
  Grammar::LinkContext* tree;
  Grammar::InfixContext* infix;  // null: `is`
  int level;
};

std::vector<Link> LinksOf(const Grammar::ChainContext* tree) {
  std::vector<Link> links;
  for (auto* link : AllOf<Grammar::LinkContext>(tree)) {
    auto* infix = FirstOf<Grammar::InfixContext>(link);
    links.push_back({link, infix, LevelOf(infix)});
  }
  return links;
}

// A node over operands that stand side by side covers them all.
template <typename Node>
ExprPtr Cover(Node node) {
  const SourceSpan span = node.operands.front()->span.To(node.operands.back()->span);
  return std::make_unique<ast::Expr>(span, std::move(node));
}

class ChainReader {
 public:
  ChainReader(AstBuilder& builder, Grammar::ChainContext* tree, std::vector<Link> links)
      : b_(builder),
        links_(std::move(links)),
        prefixes_(AllOf<Grammar::PrefixContext>(tree)),
        operand_(FirstOf<Grammar::OperandContext>(tree)) {
    size_t powers = 0;
    for (const Link& link : links_) powers += link.level == kPower ? 1 : 0;
    b_.LimitNesting(powers, b_.Span(tree));
  }

  // Reads an operand and all links that bind at least as tightly as `loosest`.
  ExprPtr Read(int loosest) {
    ExprPtr left = ReadOperand(loosest);
    while (next_ < links_.size() && links_[next_].level <= loosest) {
      left = ReadLevel(std::move(left), links_[next_].level);
    }
    return left;
  }

 private:
  ExprPtr ReadLevel(ExprPtr left, int level) {
    switch (level) {
      case kPower:
        return ReadPower(std::move(left));
      case kCompare:
        return ReadCompare(std::move(left));
      case kAnd:
        return ReadLogical(std::move(left), ast::LogicalOp::And, level);
      case kXor:
        return ReadLogical(std::move(left), ast::LogicalOp::Xor, level);
      case kOr:
        return ReadLogical(std::move(left), ast::LogicalOp::Or, level);
      case kCoalesce: {
        ast::CoalesceExpr all;
        ReadOperands(all.operands, std::move(left), level);
        return Cover(std::move(all));
      }
      case kRange:
        return ReadRange(std::move(left));
      default:
        return ReadArith(std::move(left), level);
    }
  }

  // Takes the next link; its operand is the next that ReadOperand reads.
  const Link& Take() {
    const Link& link = links_[next_++];
    prefixes_ = AllOf<Grammar::PrefixContext>(link.tree);
    prefix_ = 0;
    operand_ = FirstOf<Grammar::OperandContext>(link.tree);
    return link;
  }

  void ReadOperands(std::vector<ExprPtr>& operands, ExprPtr left, int level) {
    operands.push_back(std::move(left));
    while (next_ < links_.size() && links_[next_].level == level) {
      Take();
      operands.push_back(Read(level - 1));
    }
  }

  ExprPtr ReadArith(ExprPtr left, int level) {
    ast::ArithExpr arith;
    arith.operands.push_back(std::move(left));
    while (next_ < links_.size() && links_[next_].level == level) {
      ReadOp(arith);
      arith.operands.push_back(Read(level - 1));
    }
    return Cover(std::move(arith));
  }

  // Right-associative, and the exponent may carry signs.
  ExprPtr ReadPower(ExprPtr left) {
    ast::ArithExpr power;
    power.operands.push_back(std::move(left));
    ReadOp(power);
    power.operands.push_back(Read(kPower));
    return Cover(std::move(power));
  }

  void ReadOp(ast::ArithExpr& arith) {
    const Link& link = Take();
    arith.ops.push_back(ArithOf(link.infix->start->getType()));
    arith.op_spans.push_back(b_.Span(link.infix));
  }

  ExprPtr ReadLogical(ExprPtr left, ast::LogicalOp op, int level) {
    ast::LogicalExpr logical{op, {}};
    ReadOperands(logical.operands, std::move(left), level);
    return Cover(std::move(logical));
  }

  ExprPtr ReadCompare(ExprPtr left) {
    ExprPtr result = links_[next_].infix == nullptr ? ReadIs(std::move(left)) : nullptr;
    if (result == nullptr) {
      const Link& link = Take();
      ast::CompareExpr compare{CompareOf(link.infix->start->getType()), b_.Span(link.infix),
                               std::move(left), Read(kCompare - 1)};
      const SourceSpan span = compare.left->span.To(compare.right->span);
      result = std::make_unique<ast::Expr>(span, std::move(compare));
    }
    RefuseChain(kCompare, "comparisons do not chain", "join two of them: a < b and b < c");
    return result;
  }

  ExprPtr ReadIs(ExprPtr left) {
    auto* link = links_[next_++].tree;
    ast::IsExpr is;
    const SourceSpan span = left->span.To(b_.Span(link));
    is.operand = std::move(left);
    is.negated = link->NOT() != nullptr;
    is.type_span =
        link->dottedName() ? b_.Span(link->dottedName()) : b_.Span(link->NULL_()->getSymbol());
    is.type_name = b_.Text(is.type_span);
    return std::make_unique<ast::Expr>(span, std::move(is));
  }

  ExprPtr ReadRange(ExprPtr left) {
    const Link& link = Take();
    ast::RangeExpr range;
    range.inclusive = link.infix->start->getType() == Grammar::RANGE_INCLUSIVE;
    range.low = std::move(left);
    range.high = Read(kRange - 1);
    RefuseChain(kRange, "ranges do not chain", {});
    const SourceSpan span = range.low->span.To(range.high->span);
    return std::make_unique<ast::Expr>(span, std::move(range));
  }

  void RefuseChain(int level, std::string message, std::string help) {
    if (next_ >= links_.size() || links_[next_].level != level) return;
    b_.FailSyntax(b_.Span(links_[next_].tree->start), std::move(message), std::move(help));
  }

  // --- operands ----------------------------------------------------------------------------------

  ExprPtr ReadOperand(int loosest) {
    if (prefix_ == prefixes_.size()) return b_.Build(operand_);
    const bool is_not = prefixes_[prefix_]->start->getType() == Grammar::NOT;
    if (is_not && loosest < kNot) {
      b_.FailSyntax(b_.Span(prefixes_[prefix_]), "`not` binds looser than the operator before it",
                    "put parentheses around the `not` and what it negates");
    }
    return is_not ? ReadNots() : ReadSigns();
  }

  ExprPtr ReadNots() {
    std::vector<Grammar::PrefixContext*> nots;
    while (prefix_ < prefixes_.size() && prefixes_[prefix_]->start->getType() == Grammar::NOT) {
      nots.push_back(prefixes_[prefix_++]);
    }
    return Wrap(nots, Read(kNot - 1));
  }

  ExprPtr ReadSigns() {
    std::vector<Grammar::PrefixContext*> signs;
    while (prefix_ < prefixes_.size() && prefixes_[prefix_]->start->getType() != Grammar::NOT) {
      signs.push_back(prefixes_[prefix_++]);
    }
    if (ExprPtr least = LeastInt(signs.back())) {
      signs.pop_back();
      return Wrap(signs, std::move(least));
    }
    return Wrap(signs, Read(kPower));
  }

  // -9223372036854775808, whose digits alone are out of range.
  ExprPtr LeastInt(Grammar::PrefixContext* sign) {
    if (sign->MINUS() == nullptr || prefix_ != prefixes_.size()) return nullptr;
    if (b_.Text(operand_) != "9223372036854775808") return nullptr;
    if (next_ < links_.size() && links_[next_].level == kPower) return nullptr;
    const SourceSpan span = b_.Span(sign).To(b_.Span(operand_));
    return std::make_unique<ast::Expr>(span, ast::IntLiteral{INT64_MIN});
  }

  // The last prefix is the innermost.
  ExprPtr Wrap(const std::vector<Grammar::PrefixContext*>& prefixes, ExprPtr operand) {
    b_.LimitNesting(prefixes.size(), operand->span);
    for (size_t i = prefixes.size(); i-- > 0;) {
      const auto op = prefixes[i]->MINUS()   ? ast::UnaryOp::Negate
                      : prefixes[i]->TILDE() ? ast::UnaryOp::BitNot
                                             : ast::UnaryOp::Not;
      const SourceSpan span = b_.Span(prefixes[i]).To(operand->span);
      operand = std::make_unique<ast::Expr>(span, ast::UnaryExpr{op, std::move(operand)});
    }
    return operand;
  }

  AstBuilder& b_;
  std::vector<Link> links_;
  std::vector<Grammar::PrefixContext*> prefixes_;
  Grammar::OperandContext* operand_;
  size_t next_ = 0;
  size_t prefix_ = 0;
};

}  // namespace

ast::ExprPtr AstBuilder::Build(Grammar::ChainContext* tree) {
  // Behind the parser operators nest that stand in a row here; `??` even as blocks of a kernel. `and`
  // and `or` stay flat.
  std::vector<Link> links = LinksOf(tree);
  size_t weight = 0;
  for (const Link& link : links) {
    weight += link.level == kCoalesce ? kCoalesceWeight : link.level < kCompare ? 1 : 0;
  }
  open_operators_ += weight;
  if (open_operators_ > static_cast<size_t>(limits::kMaxNestedOperators)) {
    FailSyntax(Span(links.back().tree->start), "there are too many operators in one expression",
               "compute parts of it in a .select(...) before");
  }
  ExprPtr expr = ChainReader(*this, tree, std::move(links)).Read(kRange);
  open_operators_ -= weight;
  return expr;
}

}  // namespace varpulis::syntax
