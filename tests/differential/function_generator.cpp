#include "tests/differential/function_generator.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace varpulis::testing {

const char* TypeWord(Kind kind) {
  switch (kind) {
    case Kind::Int:
      return "int";
    case Kind::Float:
      return "float";
    case Kind::Str:
      return "str";
    case Kind::Bool:
      return "bool";
  }
  return "";
}

namespace {

Kind AnyKind(Dice& dice) { return static_cast<Kind>(dice.Roll(4)); }

class Generator {
 public:
  Generator(Dice& dice, std::string& program, bool with_global)
      : dice_(dice), program_(program), with_global_(with_global) {}

  RandomFunction Make(const std::string& name, const std::vector<RandomFunction>& earlier) {
    RandomFunction function{name, {}, AnyKind(dice_)};
    result_ = function.result;
    earlier_ = &earlier;
    scope_.clear();
    std::vector<std::string> parameters;
    for (size_t i = 0, count = dice_.Roll(4); i < count; ++i) {
      const Kind kind = AnyKind(dice_);
      function.parameters.push_back(kind);
      scope_.push_back({fmt::format("p{}", i), kind});
      parameters.push_back(fmt::format("p{}: {}", i, TypeWord(kind)));
    }
    program_ += fmt::format("fn {}({}) -> {}:\n", name, fmt::join(parameters, ", "),
                            TypeWord(function.result));
    Block(1, 3);
    Line(1, "return " + Value(function.result));
    return function;
  }

 private:
  void Line(size_t indent, const std::string& text) {
    program_ += std::string(4 * indent, ' ') + text + "\n";
  }
  std::string Value(Kind kind) {
    Scope all = scope_;
    if (!earlier_->empty() && dice_.Chance(40)) {
      all.push_back(RandomCall(dice_, dice_.Pick(*earlier_), scope_));
    }
    return Expression(dice_, all, kind, 2);
  }

  void Block(size_t indent, size_t statements) {
    const Scope outer = scope_;
    const size_t variables = variables_.size();
    for (size_t i = 1 + dice_.Roll(statements); i > 0; --i) Statement(indent);
    scope_ = outer;
    variables_.resize(variables);
  }

  void Statement(size_t indent) {
    switch (dice_.Roll(indent > 3 ? 4 : 9)) {
      case 0:
      case 1:
        return Variable(indent);
      case 2:
        return Assign(indent);
      case 3:
        return Line(indent, Value(AnyKind(dice_)));
      case 4:
      case 5:
        Line(indent, "if " + Value(Kind::Bool) + ":");
        Block(indent + 1, 2);
        if (dice_.Chance(40)) {
          Line(indent, "else:");
          Block(indent + 1, 2);
        }
        return;
      case 6:
        return Range(indent);
      case 7:
        return While(indent);
      default:
        return Line(indent, "if " + Value(Kind::Bool) + ": " + Leave());
    }
  }

  std::string Leave() {
    if (loops_ > 0 && dice_.Chance(60)) return dice_.Pick({"break", "continue"});
    return "return " + Value(result_);
  }

  void Variable(size_t indent) {
    const Kind kind = AnyKind(dice_);
    const std::string name = fmt::format("v{}", next_++);
    const bool is_var = dice_.Chance(60);
    Line(indent,
         fmt::format("{} {}{} = {}", is_var ? "var" : "let", name,
                     dice_.Chance(50) ? fmt::format(": {}", TypeWord(kind)) : "", Value(kind)));
    scope_.push_back({name, kind});
    if (is_var) variables_.push_back({name, kind});
  }

  void Assign(size_t indent) {
    if (with_global_ && dice_.Chance(30)) return Line(indent, "total := " + Value(Kind::Int));
    if (variables_.empty()) return Variable(indent);
    const Readable variable = dice_.Pick(variables_);
    Line(indent, variable.text + " := " + Value(variable.kind));
  }

  void Range(size_t indent) {
    const std::string name = fmt::format("i{}", next_++);
    Line(indent, fmt::format("for {} in {}{}{}:", name, dice_.Pick({"0", "1", "(-2)"}),
                             dice_.Pick({"..", "..="}), dice_.Pick({"0", "2", "4", "(-3)"})));
    const Scope outer = scope_;
    scope_.push_back({name, Kind::Int});
    ++loops_;
    Block(indent + 1, 2);
    --loops_;
    scope_ = outer;
  }

  // Bounded by a counter of its own, which no other statement assigns.
  void While(size_t indent) {
    const std::string name = fmt::format("n{}", next_++);
    Line(indent, fmt::format("var {} = 0", name));
    Line(indent,
         fmt::format("while {} < {} and not {}:", name, 1 + dice_.Roll(4), Value(Kind::Bool)));
    Line(indent + 1, fmt::format("{} := {} + 1", name, name));
    ++loops_;
    Block(indent + 1, 2);
    --loops_;
  }

  Dice& dice_;
  std::string& program_;
  bool with_global_;
  Kind result_ = Kind::Int;
  const std::vector<RandomFunction>* earlier_ = nullptr;
  Scope scope_;
  Scope variables_;
  int loops_ = 0;
  int next_ = 0;
};

}  // namespace

std::vector<RandomFunction> RandomFunctions(Dice& dice, std::string& program) {
  std::vector<RandomFunction> functions;
  const size_t count = dice.Chance(50) ? 0 : 1 + dice.Roll(3);
  const bool with_global = count > 0 && dice.Chance(25);
  if (with_global) program += "var total = 1\n";
  for (size_t i = 0; i < count; ++i) {
    Generator generator(dice, program, with_global);
    RandomFunction made = generator.Make(fmt::format("fun{}", i), functions);
    functions.push_back(std::move(made));
  }
  return functions;
}

Readable RandomCall(Dice& dice, const RandomFunction& function, const Scope& scope) {
  std::vector<std::string> arguments;
  for (Kind kind : function.parameters) arguments.push_back(Expression(dice, scope, kind, 1));
  return {fmt::format("{}({})", function.name, fmt::join(arguments, ", ")), function.result};
}

}  // namespace varpulis::testing
