// Many events of a closure that nothing tells apart, brought to a graph at once.

#include <algorithm>

#include "runtime/trend/trend_graph.h"

namespace varpulis::trend {

bool TrendGraphs::Extend(Graph& graph, uint32_t step, const Burst& burst, uint32_t from) {
  const std::vector<uint32_t>& places = places_of_[step];
  const uint32_t events = burst.size() - from;
  event_ += events;
  const auto is_reached = [&](uint32_t place) {
    const std::vector<ir::TrendEdge>& edges = plan_.places[place].edges;
    return std::any_of(edges.begin(), edges.end(), [&](const ir::TrendEdge& edge) {
      return !tallies_.IsEmpty(TotalOf(graph, edge.from));
    });
  };
  // Only events of the closure follow, so that what the first one does not reach none does.
  if (std::none_of(places.begin(), places.end(), is_reached)) return false;
  if (places.size() == 1 && tallies_.only_counts()) {
    ExtendCounts(graph, places.front(), events);
  } else {
    for (uint32_t i = 0; i < events; ++i) ExtendOnce(graph, places, burst.measures(from + i));
  }
  return true;
}

// As Offer and Apply, where nothing is asked and nothing is inherited.
void TrendGraphs::ExtendOnce(Graph& graph, const std::vector<uint32_t>& places,
                             const uint8_t* measures) {
  sums_.resize(places.size() * tallies_.size());
  fits_.assign(places.size(), 0);
  for (size_t i = 0; i < places.size(); ++i) {
    tallies_.Clear(SumOf(i));
    for (const ir::TrendEdge& edge : plan_.places[places[i]].edges) {
      const TallyNumber* total = TotalOf(graph, edge.from);
      if (tallies_.IsEmpty(total)) continue;
      tallies_.Add(SumOf(i), total);
      fits_[i] = 1;
    }
  }
  for (size_t i = 0; i < places.size(); ++i) {
    if (fits_[i] == 0) continue;
    const ir::TrendPlace& place = plan_.places[places[i]];
    tallies_.Extend(SumOf(i), place.step, measures);
    tallies_.Add(TotalOf(graph, places[i]), SumOf(i));
    if (place.is_last) tallies_.Add(graph.tallies_.data(), SumOf(i));
  }
}

void TrendGraphs::ExtendCounts(Graph& graph, uint32_t place, uint32_t events) {
  const ir::TrendPlace& plan = plan_.places[place];
  sums_.resize(tallies_.size());
  TallyNumber* incoming = SumOf(0);
  tallies_.Clear(incoming);
  for (const ir::TrendEdge& edge : plan.edges) {
    if (edge.from != place) tallies_.Add(incoming, TotalOf(graph, edge.from));
  }
  tallies_.Repeat(TotalOf(graph, place), incoming, plan.is_last ? graph.tallies_.data() : nullptr,
                  plan.step, events);
}

}  // namespace varpulis::trend
