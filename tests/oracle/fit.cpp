#include "tests/oracle/fit.h"

#include <algorithm>

namespace varpulis::oracle {

namespace {

// The first element of a closure has no elements before it: what mentions them is skipped.
bool IsSkipped(const Condition& condition, const Scene& scene) {
  const bool first =
      scene.pattern.steps[scene.own].is_closure() && scene.bindings[scene.own].empty();
  return first && Mentions(condition, scene.own);
}

// Another step that the condition reads will come but is not there yet: members of an AND.
bool Waits(const Condition& condition, const Scene& scene, const std::vector<uint32_t>& way_steps) {
  return std::any_of(way_steps.begin(), way_steps.end(), [&](uint32_t step) {
    return step != scene.own && scene.bindings[step].empty() && Mentions(condition, step) &&
           !scene.pattern.steps[step].is_optional();
  });
}

// language-later.md 7.4. The step before a monotonic closure is the one before it in the text.
bool Rises(const Scene& scene) {
  const Step& step = scene.pattern.steps[scene.own];
  if (step.monotonic == 0) return true;
  const Value& value = scene.candidate->fields[kX];
  if (!value.is_number()) return false;
  const auto& own = scene.bindings[scene.own];
  const auto& before = own.empty() && scene.own > 0 ? scene.bindings[scene.own - 1] : own;
  if (before.empty()) return true;
  const Value& last = scene.events[before.back()].fields[kX];
  if (!last.is_number()) return true;
  return step.monotonic > 0 ? value.number > last.number : value.number < last.number;
}

// Conditions of steps that are bound already and have waited for this one.
bool OthersHold(const Scene& scene, const std::vector<uint32_t>& way_steps) {
  if (!scene.bindings[scene.own].empty()) return true;
  Bindings with = scene.bindings;
  with[scene.own].push_back(static_cast<size_t>(scene.candidate - scene.events.data()));
  for (const uint32_t other : way_steps) {
    if (other == scene.own || scene.bindings[other].empty()) continue;
    const Scene again{scene.pattern, scene.events, with, &scene.events[with[other].back()], other};
    for (const Condition& condition : scene.pattern.steps[other].conditions) {
      if (!Mentions(condition, scene.own) || Waits(condition, again, way_steps)) continue;
      if (!Holds(condition, again)) return false;
    }
  }
  return true;
}

}  // namespace

bool Fits(const Scene& scene, const std::vector<uint32_t>& way_steps) {
  const Step& step = scene.pattern.steps[scene.own];
  if (scene.candidate->type != step.type || !Rises(scene)) return false;
  for (const Condition& condition : step.conditions) {
    if (IsSkipped(condition, scene)) continue;
    if (!step.negated && Waits(condition, scene, way_steps)) continue;
    if (!Holds(condition, scene)) return false;
  }
  return step.negated || OthersHold(scene, way_steps);
}

bool FitsAgain(const Scene& scene) {
  for (const Condition& condition : scene.pattern.steps[scene.own].conditions) {
    if (!MentionsClosure(condition, scene.pattern) || IsSkipped(condition, scene)) continue;
    if (!Holds(condition, scene)) return false;
  }
  return Rises(scene);
}

}  // namespace varpulis::oracle
