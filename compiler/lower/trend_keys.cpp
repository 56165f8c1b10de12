// By which values the vertices of a graph of trends are found: equalities between a later event and what a
// vertex keeps.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/lower/trend_builder.h"

namespace varpulis::lower {
namespace {

ir::ValueId HashOf(KernelBuilder& k, ExprLowering& lowering,
                   const std::vector<sema::TypedExprPtr>& values) {
  ir::ValueId hash = ir::kNoValue;
  for (const sema::TypedExprPtr& value : values) {
    const ir::ValueId one = k.Add(ir::Hash{lowering.Value(*value)});
    hash = hash == ir::kNoValue ? one : k.Add(ir::HashCombine{hash, one});
  }
  return hash;
}

}  // namespace

// Equalities of the edge with something that vertices in front of it know. What is evaluated once more
// must not notice.
TrendBuilder::Keys TrendBuilder::KeysOf(uint32_t place, uint32_t from) const {
  Keys keys;
  for (const sema::TypedExprPtr& conjunct : Conjuncts(place, from)) {
    const std::optional<KeyPart> part = AsKeyPart(conjunct);
    if (!part || plan_.IsOrdered({conjunct})) continue;
    const auto reads = StepsRead(part->bound);
    const bool is_known = std::all_of(reads.begin(), reads.end(), [&](uint32_t step) {
      return places_[from].live.contains(PlaceOf(step, place));
    });
    if (is_known) keys.emplace(sema::ToText(*part->bound, aliases_), *part);
  }
  return keys;
}

// A place has one key, that of the first edge from it with equalities; other edges use it if they have the
// same ones among theirs.
void TrendBuilder::FindKeys() {
  std::vector<Keys> chosen(places_.size());
  for (uint32_t p = 0; p < places_.size(); ++p) {
    for (ir::TrendEdge& edge : trend_.places[p].edges) {
      if (edge.from == ir::TrendEdge::kBegin || trend_.places[edge.from].bound == 0) continue;
      const Keys keys = KeysOf(p, edge.from);
      Keys& wanted = chosen[edge.from];
      if (wanted.empty() && !keys.empty()) {
        wanted = keys;
        trend_.places[edge.from].key = KeyOfVertex(edge.from, keys);
      }
      const bool has_all = std::all_of(wanted.begin(), wanted.end(),
                                       [&](const auto& key) { return keys.contains(key.first); });
      if (wanted.empty() || !has_all) continue;
      Keys used;
      for (const auto& [text, unused] : wanted) used.emplace(text, keys.at(text));
      AddProbes(p, edge, used);
    }
  }
}

ir::KernelId TrendBuilder::KeyOfVertex(uint32_t place, const Keys& keys) {
  std::vector<sema::TypedExprPtr> bound;
  std::string& text = trend_.places[place].key_text;
  for (const auto& [name, part] : keys) {
    bound.push_back(part.bound);
    text += (text.empty() ? "" : ", ") + name;
  }
  const std::string name = fmt::format("{}.step{}.key", stream_.name, places_[place].step + 1);
  return Once(name + " " + text, [&] {
    Binding binding = plan_.BindProgram();
    binding.steps = &steps_;
    binding.record = &trend_.vertex;
    KernelBuilder k(name, "");
    k.set_record(trend_.vertex);
    ExprLowering lowering(k, binding);
    return k.Finish(ir::KernelResult::Int, HashOf(k, lowering, bound));
  });
}

void TrendBuilder::AddProbes(uint32_t place, ir::TrendEdge& edge, const Keys& keys) {
  const uint32_t step = places_[place].step;
  std::vector<sema::TypedExprPtr> candidate;
  std::string text;
  for (const auto& [unused, part] : keys) {
    candidate.push_back(part.candidate);
    text += " " + sema::Print(*part.candidate);
  }
  for (uint32_t input = 0; input < trend_.steps[step].inputs.size(); ++input) {
    const std::string name = InputName(step, input) + ".find";
    edge.probes.push_back(Once(name + text, [&] {
      const Binding row = Bind(step, input);
      KernelBuilder k(name, TableName(row));
      ExprLowering lowering(k, row);
      return k.Finish(ir::KernelResult::Int, HashOf(k, lowering, candidate));
    }));
  }
}

}  // namespace varpulis::lower
