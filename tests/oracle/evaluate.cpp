#include "tests/oracle/evaluate.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace varpulis::oracle {

namespace {

using Kind = Term::Kind;

Value Number(int64_t number) { return {Value::Kind::Int, number}; }

int64_t Sum(const std::vector<size_t>& elements, Field field, const Scene& scene) {
  int64_t sum = 0;
  for (const size_t at : elements) {
    const Value& value = scene.events[at].fields[field];
    if (value.is_number()) sum += value.number;
  }
  return sum;
}

Value ValueOf(const Term& term, const Scene& scene) {
  if (term.kind == Kind::Constant) return Number(term.number);
  if (term.kind == Kind::Own) return scene.candidate->fields[term.field];
  if (term.kind == Kind::MatchDuration) return Number(scene.duration_ms);
  if (term.kind == Kind::MatchCount) {
    size_t count = 0;
    for (const auto& bound : scene.bindings) count += bound.size();
    return Number(static_cast<int64_t>(count));
  }
  // A step's own alias is the candidate, unless it is a closure: then it is what it holds so far.
  if (term.step == scene.own && !scene.pattern.steps[term.step].is_closure())
    return scene.candidate->fields[term.field];
  const std::vector<size_t>& elements = scene.bindings[term.step];
  if (term.kind == Kind::Len || term.kind == Kind::Count)
    return Number(static_cast<int64_t>(elements.size()));
  if (term.kind == Kind::Sum) return Number(Sum(elements, term.field, scene));
  if (elements.empty()) return {};
  const size_t at = term.kind == Kind::First ? elements.front() : elements.back();
  return scene.events[at].fields[term.field];
}

bool Compares(Condition::Op op, const Value& left, const Value& right) {
  // Two-valued: a missing or null operand makes every comparison false.
  if (!left.is_number() || !right.is_number()) return false;
  switch (op) {
    case Condition::Op::Eq:
      return left.number == right.number;
    case Condition::Op::Ne:
      return left.number != right.number;
    case Condition::Op::Lt:
      return left.number < right.number;
    case Condition::Op::Le:
      return left.number <= right.number;
    case Condition::Op::Gt:
      return left.number > right.number;
    case Condition::Op::Ge:
      return left.number >= right.number;
  }
  return false;
}

}  // namespace

bool Holds(const Condition& condition, const Scene& scene) {
  switch (condition.kind) {
    case Condition::Kind::Compare:
      return Compares(condition.op, ValueOf(condition.left, scene),
                      ValueOf(condition.right, scene));
    case Condition::Kind::Not:
      return !Holds(condition.parts.front(), scene);
    case Condition::Kind::Or:
      return std::any_of(condition.parts.begin(), condition.parts.end(),
                         [&](const Condition& part) { return Holds(part, scene); });
  }
  return false;
}

bool Mentions(const Condition& condition, uint32_t step) {
  for (const Term* term : {&condition.left, &condition.right}) {
    if (condition.kind == Condition::Kind::Compare && term->reads_step() && term->step == step)
      return true;
  }
  return std::any_of(condition.parts.begin(), condition.parts.end(),
                     [&](const Condition& part) { return Mentions(part, step); });
}

bool MentionsClosure(const Condition& condition, const Pattern& pattern) {
  for (uint32_t step = 0; step < pattern.steps.size(); ++step) {
    if (pattern.steps[step].is_closure() && Mentions(condition, step)) return true;
  }
  return false;
}

std::string OutputText(const Term& term, const Scene& scene) {
  if (term.kind == Kind::Collect) {
    std::vector<std::string> values;
    for (const size_t at : scene.bindings[term.step]) {
      const Value& value = scene.events[at].fields[term.field];
      values.push_back(value.is_number() ? fmt::format("{}", value.number) : "null");
    }
    return fmt::format("[{}]", fmt::join(values, ","));
  }
  const Value value = ValueOf(term, scene);
  if (value.kind == Value::Kind::Missing) return {};
  if (value.kind == Value::Kind::Null) return "null";
  // sum is a float.
  return fmt::format("{}{}", value.number, term.kind == Kind::Sum ? ".0" : "");
}

}  // namespace varpulis::oracle
