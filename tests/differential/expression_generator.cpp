#include "tests/differential/expression_generator.h"

namespace varpulis::testing {

namespace {

class Generator {
 public:
  Generator(Dice& dice, const Scope& scope) : dice_(dice), scope_(scope) {}

  std::string Make(Kind kind, int depth) {
    if (depth <= 0 || dice_.Chance(20)) return Leaf(kind);
    if (dice_.Chance(8)) {
      return "(if " + Make(Kind::Bool, depth - 1) + " then " + Make(kind, depth - 1) + " else " +
             Make(kind, depth - 1) + ")";
    }
    if (dice_.Chance(6)) return "(" + Make(kind, depth - 1) + " ?? " + Make(kind, depth - 1) + ")";
    switch (kind) {
      case Kind::Int:
        return Int(depth - 1);
      case Kind::Float:
        return Float(depth - 1);
      case Kind::Str:
        return Str(depth - 1);
      case Kind::Bool:
        return Bool(depth - 1);
    }
    return {};
  }

 private:
  std::string Leaf(Kind kind) {
    std::vector<std::string> fitting;
    for (const Readable& readable : scope_) {
      if (readable.kind == kind) fitting.push_back(readable.text);
    }
    if (!fitting.empty() && dice_.Chance(75)) return dice_.Pick(fitting);
    switch (kind) {
      case Kind::Int:
        return dice_.Pick({"0", "1", "2", "7", "63", "64", "100", "9007199254740993",
                           "9223372036854775807", "(-9223372036854775808)", "(-3)"});
      case Kind::Float:
        return dice_.Pick({"0.0", "1.5", "2.0", "100.25", "1e300", "(-0.5)", "9007199254740992.0"});
      case Kind::Str:
        return dice_.Pick(
            {"''", "'a'", "'abc'", "'12'", "'ABC'", "'exactly12byt'", "'thirteen bytes'", "'ß'"});
      case Kind::Bool:
        return dice_.Pick({"true", "false"});
    }
    return {};
  }

  std::string Two(Kind kind, int depth, const std::string& op) {
    return "(" + Make(kind, depth) + " " + op + " " + Make(kind, depth) + ")";
  }

  std::string Int(int depth) {
    switch (dice_.Roll(10)) {
      case 0:
        return "(-" + Make(Kind::Int, depth) + ")";
      case 1:
        return "(~" + Make(Kind::Int, depth) + ")";
      case 2:
        return "len(" + Make(Kind::Str, depth) + ")";
      case 3:
        return "abs(" + Make(Kind::Int, depth) + ")";
      case 4:
        return "to_int(" + Make(Kind::Str, depth) + ")";
      case 5:
        return "round(" + Make(Kind::Float, depth) + ")";
      case 6:
        return dice_.Pick({"min(", "max("}) + Make(Kind::Int, depth) + ", " +
               Make(Kind::Int, depth) + ")";
      case 7:
        return Two(Kind::Int, depth, dice_.Pick({"&", "|", "^", "<<", ">>"}));
      default:
        return Two(Kind::Int, depth, dice_.Pick({"+", "-", "*", "/", "%", "**"}));
    }
  }

  std::string Float(int depth) {
    switch (dice_.Roll(8)) {
      case 0:
        return "sqrt(" + Make(Kind::Float, depth) + ")";
      case 1:
        return "(-" + Make(Kind::Float, depth) + ")";
      case 2:
        return "(" + Make(Kind::Int, depth) + " * " + Make(Kind::Float, depth) + ")";
      case 3:
        return "to_float(" + Make(Kind::Str, depth) + ")";
      default:
        return Two(Kind::Float, depth, dice_.Pick({"+", "-", "*", "/", "%", "**"}));
    }
  }

  std::string Str(int depth) {
    switch (dice_.Roll(7)) {
      case 0:
        return "upper(" + Make(Kind::Str, depth) + ")";
      case 1:
        return "lower(" + Make(Kind::Str, depth) + ")";
      case 2:
        return "trim(" + Make(Kind::Str, depth) + ")";
      case 3:
        return "to_string(" + Make(AnyKind(), depth) + ")";
      case 4:
        return "substring(" + Make(Kind::Str, depth) + ", " + dice_.Pick({"0", "1", "-2"}) + ", 3)";
      case 5:
        return "replace(" + Make(Kind::Str, depth) + ", 'a', 'bb')";
      default:
        return Two(Kind::Str, depth, "+");
    }
  }

  Kind AnyKind() { return static_cast<Kind>(dice_.Roll(4)); }

  std::string Bool(int depth) {
    switch (dice_.Roll(11)) {
      case 0:
        return "(not " + Make(Kind::Bool, depth) + ")";
      case 1:
        return Two(Kind::Bool, depth, "and");
      case 2:
        return Two(Kind::Bool, depth, "or");
      case 3:
        return Two(Kind::Bool, depth, "xor");
      case 4:
        return "is_null(" + Make(AnyKind(), depth) + ")";
      case 5:
        return dice_.Pick({"contains(", "starts_with(", "ends_with("}) + Make(Kind::Str, depth) +
               ", " + Make(Kind::Str, 0) + ")";
      case 6:
        return "regex_match(" + Make(Kind::Str, depth) + ", '" +
               dice_.Pick({"^a", "[0-9]+$", "b|ß"}) + "')";
      case 7:
        return "(" + Make(Kind::Int, depth) + " " + Comparison() + " " + Make(Kind::Float, depth) +
               ")";
      case 8: {
        const Kind kind = AnyKind();
        return "(" + Make(kind, depth) + " in [" + Leaf(kind) + ", " + Leaf(kind) + ", " +
               Leaf(kind) + "])";
      }
      default:
        return Two(AnyKind(), depth, Comparison());
    }
  }

  std::string Comparison() { return dice_.Pick({"==", "!=", "<", "<=", ">", ">="}); }

  Dice& dice_;
  const Scope& scope_;
};

}  // namespace

std::string Expression(Dice& dice, const Scope& scope, Kind kind, int depth) {
  return Generator(dice, scope).Make(kind, depth);
}

}  // namespace varpulis::testing
