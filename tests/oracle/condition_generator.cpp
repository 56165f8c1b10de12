#include "tests/oracle/condition_generator.h"

#include <algorithm>

#include "tests/oracle/tree_generator.h"

namespace varpulis::oracle {

namespace {

using testing::Dice;
using Kind = Term::Kind;
using Op = Condition::Op;

Term Constant(Dice& dice, size_t size) {
  return {Kind::Constant, static_cast<int64_t>(dice.Roll(size))};
}

Field RandomField(Dice& dice) { return dice.Pick(std::vector<Field>{kX, kX, kX, kY, kK}); }

Op RandomOp(Dice& dice) { return static_cast<Op>(dice.Roll(6)); }

class Conditions {
 public:
  Conditions(Dice& dice, Pattern& pattern) : dice_(dice), pattern_(pattern) {}

  // Of the step's conditions one more.
  void Add(uint32_t step) {
    std::vector<Condition>& conditions = pattern_.steps[step].conditions;
    Condition condition = One(step);
    if (dice_.Chance(12)) {
      condition = {Condition::Kind::Not, Op::Eq, {}, {}, {condition}};
    } else if (dice_.Chance(12)) {
      condition = {Condition::Kind::Or, Op::Eq, {}, {}, {condition, One(step)}};
    }
    conditions.push_back(condition);
  }

  // Over a finished match.
  Condition OverMatch() {
    const std::vector<uint32_t> steps = OfMatch();
    if (steps.empty() || dice_.Chance(25))
      return {Condition::Kind::Compare, RandomOp(dice_), {Kind::MatchCount}, Constant(dice_, 5)};
    const uint32_t step = dice_.Pick(steps);
    if (pattern_.steps[step].is_closure() && dice_.Chance(60)) return OverClosure(step);
    return {Condition::Kind::Compare, RandomOp(dice_), Last(step), Constant(dice_, 5)};
  }

  // Named steps that matches have.
  std::vector<uint32_t> OfMatch() const {
    std::vector<uint32_t> steps = Named();
    std::erase_if(steps, [&](uint32_t step) { return pattern_.steps[step].hidden; });
    return steps;
  }

  std::vector<uint32_t> Named() const {
    std::vector<uint32_t> steps;
    for (uint32_t i = 0; i < pattern_.steps.size(); ++i) {
      if (!pattern_.steps[i].alias.empty()) steps.push_back(i);
    }
    return steps;
  }

 private:
  Term Last(uint32_t step) { return {Kind::Last, 0, step, RandomField(dice_)}; }
  Term Own() { return {Kind::Own, 0, 0, RandomField(dice_)}; }

  // Steps that the condition of `step` may speak of.
  std::vector<uint32_t> Readable(uint32_t step) const {
    const bool forbidden = std::find(pattern_.forbidden.begin(), pattern_.forbidden.end(), step) !=
                           pattern_.forbidden.end();
    const bool negated = pattern_.steps[step].negated;
    std::vector<uint32_t> steps;
    for (const uint32_t other : Named()) {
      if (other == step) continue;
      const Relation relation =
          forbidden ? Relation::Before : RelationOf(pattern_.root, other, step);
      const bool both_plain =
          pattern_.steps[other].repeat == Repeat::One && pattern_.steps[step].repeat == Repeat::One;
      // When conditions between closures and optional members of one AND hold is not defined.
      const bool together = relation == Relation::Together && (both_plain || negated);
      if (relation == Relation::Before || together) steps.push_back(other);
    }
    return steps;
  }

  Condition OverClosure(uint32_t step) {
    const Kind kind = dice_.Pick(std::vector<Kind>{Kind::Len, Kind::Count, Kind::Sum});
    const Term left{kind, 0, step, kX};
    return {Condition::Kind::Compare, RandomOp(dice_), left,
            Constant(dice_, kind == Kind::Sum ? 9 : 4)};
  }

  // In its own condition a closure is what it holds so far.
  Condition OverOwnClosure(uint32_t step) {
    const size_t form = dice_.Roll(3);
    if (form == 0) {
      const Kind kind = dice_.Chance(50) ? Kind::Len : Kind::Count;
      return {Condition::Kind::Compare, Op::Lt, {kind, 0, step}, {Kind::Constant, 2}};
    }
    if (form == 1) {
      return {Condition::Kind::Compare, Op::Lt, {Kind::Sum, 0, step, kX}, Constant(dice_, 8)};
    }
    const Field field = RandomField(dice_);
    return {Condition::Kind::Compare,
            RandomOp(dice_),
            {Kind::Last, 0, step, field},
            {Kind::Own, 0, 0, field}};
  }

  Condition One(uint32_t step) {
    const Step& own = pattern_.steps[step];
    if (own.is_closure() && !own.alias.empty() && dice_.Chance(40)) return OverOwnClosure(step);
    const std::vector<uint32_t> others = Readable(step);
    if (others.empty() || dice_.Chance(25)) {
      const bool by_alias = !own.alias.empty() && !own.is_closure() && dice_.Chance(20);
      return {Condition::Kind::Compare, RandomOp(dice_), by_alias ? Last(step) : Own(),
              Constant(dice_, 5)};
    }
    const uint32_t other = dice_.Pick(others);
    if (pattern_.steps[other].is_closure() && dice_.Chance(50)) return OverClosure(other);
    const bool closure = pattern_.steps[other].is_closure();
    const Field field = RandomField(dice_);
    const Term left{closure && dice_.Chance(25) ? Kind::First : Kind::Last, 0, other, field};
    const Op op = dice_.Chance(45) ? Op::Eq : RandomOp(dice_);
    const Term right{Kind::Own, 0, 0, dice_.Chance(80) ? field : RandomField(dice_)};
    const bool turned = dice_.Chance(40);
    return {Condition::Kind::Compare, op, turned ? right : left, turned ? left : right};
  }

  Dice& dice_;
  Pattern& pattern_;
};

}  // namespace

void AddConditions(Dice& dice, Pattern& pattern) {
  Conditions conditions(dice, pattern);
  for (uint32_t step = 0; step < pattern.steps.size(); ++step) {
    if (pattern.steps[step].group) continue;
    const size_t count = dice.Pick(std::vector<size_t>{0, 0, 0, 1, 1, 2});
    for (size_t i = 0; i < count; ++i) conditions.Add(step);
  }
  if (dice.Chance(12)) pattern.filter.push_back(conditions.OverMatch());
}

void AddOutputs(Dice& dice, Pattern& pattern) {
  const std::vector<uint32_t> steps = Conditions(dice, pattern).OfMatch();
  // Which events the match has, then anything.
  for (const uint32_t step : steps) {
    if (!dice.Chance(70)) continue;
    const bool all = pattern.steps[step].is_closure() && dice.Chance(60);
    pattern.outputs.push_back({all ? Kind::Collect : Kind::Last, 0, step, kI});
  }
  const size_t more = dice.Roll(4);
  for (size_t i = 0; i < more; ++i) {
    const bool own = steps.empty() || dice.Chance(40);
    if (own) {
      pattern.outputs.push_back({dice.Chance(50) ? Kind::MatchCount : Kind::MatchDuration});
      continue;
    }
    const uint32_t step = dice.Pick(steps);
    const bool closure = pattern.steps[step].is_closure();
    const Kind kind = closure ? dice.Pick(std::vector<Kind>{Kind::Last, Kind::First, Kind::Len,
                                                            Kind::Count, Kind::Sum, Kind::Collect})
                              : Kind::Last;
    pattern.outputs.push_back({kind, 0, step, dice.Chance(50) ? kX : kI});
  }
  if (pattern.outputs.empty()) pattern.outputs.push_back({Kind::MatchCount});
}

}  // namespace varpulis::oracle
