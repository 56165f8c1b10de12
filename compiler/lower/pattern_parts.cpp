#include "compiler/lower/pattern_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/time.h"

namespace varpulis::lower {

using sema::TypedExpr;
using sema::TypedExprPtr;
using sema::TypedOp;
using sema::TypedStep;

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
  for (const TypedExprPtr& conjunct : step.more) {
    if (sema::ReadsSteps(*conjunct)) parts.more.push_back(conjunct);
  }
  return parts;
}

void CollectReads(const TypedExprPtr& expr, std::vector<TypedExprPtr>& reads) {
  bool is_read = expr->op == TypedOp::Field || expr->op == TypedOp::Event ||
                 expr->op == TypedOp::EventTime || expr->op == TypedOp::EventType ||
                 expr->op == TypedOp::Elements || expr->op == TypedOp::ElementFields ||
                 expr->op == TypedOp::ElementCount;
  if (is_read) reads.push_back(expr);
  for (const TypedExprPtr& arg : expr->args) CollectReads(arg, reads);
}

std::vector<uint32_t> StepsRead(const TypedExprPtr& expr) {
  std::vector<TypedExprPtr> reads;
  CollectReads(expr, reads);
  std::vector<uint32_t> steps;
  for (const TypedExprPtr& read : reads) {
    if (read->index != sema::kCurrentRow) steps.push_back(read->index);
  }
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

std::string StepText(const TypedStep& step, const std::vector<std::string>& aliases) {
  static constexpr const char* kSigns[] = {"", "+", "*", "?"};
  std::string text = fmt::format("{}{}{}", step.negated ? "NOT " : "", step.type_name,
                                 kSigns[static_cast<size_t>(step.repeat)]);
  if (step.at_once) text += " at once";
  if (!step.alias.empty()) text += " as " + step.alias;
  if (step.within > 0) text += " within " + base::FormatDuration(step.within);
  std::string conditions;
  const auto& conjuncts = step.is_closure() ? step.more : step.conjuncts;
  for (const TypedExprPtr& conjunct : conjuncts) {
    conditions += (conditions.empty() ? "" : " and ") + sema::ToText(*conjunct, aliases);
  }
  return conditions.empty() ? text : fmt::format("{} [{}]", text, conditions);
}

}  // namespace varpulis::lower
