// The places of a graph of trends, and which earlier events their vertices have to be told apart by.

#include <algorithm>

#include "compiler/lower/trend_builder.h"

namespace varpulis::lower {

using sema::TypedExpr;
using sema::TypedExprPtr;
using sema::TypedOp;

namespace {

constexpr uint32_t kNoPlace = UINT32_MAX;

// `.within(d)` of a step: since the event before it.
TypedExprPtr NotLaterThan(uint32_t step_before, DurationNs within) {
  const auto time_of = [](uint32_t step) {
    auto time = std::make_shared<TypedExpr>();
    time->op = TypedOp::EventTime;
    time->type = ir::Type::Timestamp;
    time->index = step;
    return time;
  };
  auto passed = std::make_shared<TypedExpr>();
  passed->op = TypedOp::Sub;
  passed->type = ir::Type::Any;
  passed->args = {time_of(sema::kCurrentRow), time_of(step_before)};
  auto bound = std::make_shared<TypedExpr>();
  bound->op = TypedOp::Duration;
  bound->type = ir::Type::Duration;
  bound->integer = within;
  auto holds = std::make_shared<TypedExpr>();
  holds->op = TypedOp::Le;
  holds->type = ir::Type::Bool;
  holds->args = {passed, bound};
  return holds;
}

}  // namespace

void TrendBuilder::FindPlaces() {
  for (uint32_t way = 0; way < typed_.alternatives.size(); ++way) {
    std::vector<uint32_t> steps;
    sema::CollectSteps(typed_.alternatives[way], steps);
    AddWay(steps, way);
  }
}

// Steps that need not come are passed over, at both ends as well.
void TrendBuilder::AddWay(const std::vector<uint32_t>& steps, uint32_t way) {
  const auto first = static_cast<uint32_t>(places_.size());
  for (const uint32_t step : steps) {
    const auto here = static_cast<uint32_t>(places_.size());
    places_.push_back({step, way});
    ir::TrendPlace place;
    place.step = step;
    bool begins = true;
    for (uint32_t from = here; begins && from-- > first;) {
      place.edges.push_back({from, {}, {}, {}});
      begins = steps_[places_[from].step].is_optional();
    }
    if (begins) place.edges.push_back({ir::TrendEdge::kBegin, {}, {}, {}});
    if (steps_[step].is_closure()) place.edges.push_back({here, {}, {}, {}});
    trend_.places.push_back(std::move(place));
  }
  for (uint32_t place = static_cast<uint32_t>(places_.size()); place-- > first;) {
    trend_.places[place].is_last = true;
    if (!steps_[places_[place].step].is_optional()) break;
  }
}

uint32_t TrendBuilder::PlaceOf(uint32_t step, uint32_t place) const {
  for (uint32_t other = 0; other < places_.size(); ++other) {
    if (places_[other].way == places_[place].way && places_[other].step == step) return other;
  }
  return kNoPlace;
}

std::vector<TypedExprPtr> TrendBuilder::Conjuncts(uint32_t place, uint32_t from) const {
  const uint32_t step = places_[place].step;
  std::vector<TypedExprPtr> conjuncts = from == place ? parts_[step].more : parts_[step].cross;
  if (steps_[step].within > 0 && from != ir::TrendEdge::kBegin)
    conjuncts.push_back(NotLaterThan(places_[from].step, steps_[step].within));
  return conjuncts;
}

// A vertex knows the events that conditions on the edges out of its place read, and those that vertices
// behind it inherit from it.
void TrendBuilder::FindLive() {
  const auto is_bound = [](uint32_t read, uint32_t from) {
    return from != ir::TrendEdge::kBegin && read <= from;
  };
  for (uint32_t place = 0; place < places_.size(); ++place) {
    for (const ir::TrendEdge& edge : trend_.places[place].edges) {
      for (const TypedExprPtr& conjunct : Conjuncts(place, edge.from)) {
        for (const uint32_t step : StepsRead(conjunct)) {
          const uint32_t read = PlaceOf(step, place);
          if (is_bound(read, edge.from)) places_[edge.from].live.insert(read);
        }
      }
    }
  }
  for (bool grows = true; grows;) {
    grows = false;
    for (uint32_t place = 0; place < places_.size(); ++place) {
      for (const ir::TrendEdge& edge : trend_.places[place].edges) {
        for (const uint32_t read : std::set<uint32_t>(places_[place].live)) {
          if (read == place || !is_bound(read, edge.from)) continue;
          grows = places_[edge.from].live.insert(read).second || grows;
        }
      }
    }
  }
}

// In the order of the pattern, so that the event of the place itself is the last one.
std::vector<uint32_t> TrendBuilder::BoundBy(uint32_t place) const {
  return {places_[place].live.begin(), places_[place].live.end()};
}

void TrendBuilder::BindPlaces() {
  for (uint32_t p = 0; p < places_.size(); ++p) {
    ir::TrendPlace& place = trend_.places[p];
    std::vector<uint32_t> bound = BoundBy(p);
    place.bound = static_cast<uint32_t>(bound.size());
    place.keeps_event = places_[p].live.contains(p);
    if (place.keeps_event) bound.pop_back();
    for (ir::TrendEdge& edge : place.edges) {
      const std::vector<uint32_t> before =
          edge.from == ir::TrendEdge::kBegin ? std::vector<uint32_t>() : BoundBy(edge.from);
      for (const uint32_t event : bound) {
        const auto at = std::find(before.begin(), before.end(), event);
        edge.inherits.push_back(at == before.end() ? ir::TrendEdge::kUnbound
                                                   : static_cast<uint32_t>(at - before.begin()));
      }
    }
  }
}

}  // namespace varpulis::lower
