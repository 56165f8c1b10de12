#include "compiler/lower/pattern_parts.h"

#include <optional>

#include <fmt/format.h>

namespace varpulis::lower {

using sema::TypedExpr;
using sema::TypedExprPtr;
using sema::TypedOp;
using sema::TypedStep;

namespace {

std::optional<KeyPart> AsKeyPart(const TypedExprPtr& conjunct) {
  if (conjunct->op != TypedOp::Eq) return std::nullopt;
  auto candidate_only = [](const TypedExpr& e) {
    return sema::Reads(e, sema::kCurrentRow) && !sema::ReadsSteps(e);
  };
  auto bound_only = [](const TypedExpr& e) {
    return sema::ReadsSteps(e) && !sema::Reads(e, sema::kCurrentRow);
  };
  const TypedExprPtr& a = conjunct->args[0];
  const TypedExprPtr& b = conjunct->args[1];
  if (candidate_only(*a) && bound_only(*b)) return KeyPart{a, b};
  if (candidate_only(*b) && bound_only(*a)) return KeyPart{b, a};
  return std::nullopt;
}

bool SameField(const TypedExpr& a, const TypedExpr& b) {
  return a.op == TypedOp::Field && b.op == TypedOp::Field && a.text == b.text;
}

// `next` waits for the value that `now`, checked when step `step` was bound, has compared.
bool Carries(const KeyPart& now, const KeyPart& next, uint32_t step) {
  const bool same_bound =
      SameField(*now.bound, *next.bound) && now.bound->index == next.bound->index;
  return same_bound || (SameField(*now.candidate, *next.bound) && next.bound->index == step);
}

}  // namespace

StepParts Split(const TypedStep& step) {
  StepParts parts;
  for (const TypedExprPtr& conjunct : step.conjuncts) {
    if (!sema::ReadsSteps(*conjunct)) {
      parts.local.push_back(conjunct);
      continue;
    }
    parts.cross.push_back(conjunct);
    if (auto key = AsKeyPart(conjunct)) parts.keys.push_back(*key);
  }
  return parts;
}

void CollectReads(const TypedExprPtr& expr, std::vector<TypedExprPtr>& reads) {
  bool is_read = expr->op == TypedOp::Field || expr->op == TypedOp::Event ||
                 expr->op == TypedOp::EventTime || expr->op == TypedOp::EventType;
  if (is_read) reads.push_back(expr);
  for (const TypedExprPtr& arg : expr->args) CollectReads(arg, reads);
}

std::string StepText(const TypedStep& step, const std::vector<std::string>& aliases) {
  std::string text = step.type_name;
  if (!step.alias.empty()) text += " as " + step.alias;
  std::string conditions;
  for (const TypedExprPtr& conjunct : step.conjuncts) {
    conditions += (conditions.empty() ? "" : " and ") + sema::ToText(*conjunct, aliases);
  }
  return conditions.empty() ? text : fmt::format("{} [{}]", text, conditions);
}

bool HasConstantKey(const std::vector<StepParts>& parts, bool partitioned) {
  for (uint32_t i = 1; i < parts.size(); ++i) {
    if (parts[i].keys.empty() && !partitioned) return false;
    if (i == 1) continue;
    const auto& now = parts[i - 1].keys;
    const auto& next = parts[i].keys;
    if (now.size() != next.size()) return false;
    for (size_t k = 0; k < next.size(); ++k) {
      if (!Carries(now[k], next[k], i - 1)) return false;
    }
  }
  return parts.size() > 1;
}

ir::Automaton BuildAutomaton(const std::vector<TypedStep>& steps,
                             const std::vector<StepParts>& parts,
                             const std::vector<std::string>& aliases,
                             const std::string& partition) {
  ir::Automaton automaton;
  for (uint32_t i = 0; i <= steps.size(); ++i) {
    std::string name = i == 0                       ? "start"
                       : i == steps.size()          ? "match"
                       : steps[i - 1].alias.empty() ? fmt::format("after step{}", i)
                                                    : "after " + steps[i - 1].alias;
    std::string key = partition;
    if (i > 0 && i < steps.size()) {
      for (const KeyPart& part : parts[i].keys) {
        key += (key.empty() ? "" : ", ") + sema::ToText(*part.bound, aliases);
      }
    }
    automaton.states.push_back({name, i > 0 && i < steps.size() ? key : std::string()});
  }
  for (uint32_t i = 0; i < steps.size(); ++i) {
    automaton.edges.push_back({i == 0 ? ir::EdgeKind::Begin : ir::EdgeKind::Take, i, i + 1, i,
                               StepText(steps[i], aliases)});
    if (i > 0) automaton.edges.push_back({ir::EdgeKind::Ignore, i, i, 0, ""});
  }
  return automaton;
}

}  // namespace varpulis::lower
