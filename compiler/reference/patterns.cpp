#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Patterns() {
  return {
      Family::Operator,
      "Patterns",
      {
          {"within", ".within(duration)",
           "The last step must come no later than so long after the first.",
           "stream Takeover = Login as l\n    -> Purchase where user_id == l.user_id as p\n    "
           ".within(30m)\n"
           "    .emit(user: l.user_id)"},
          {"not", ".not(Type where condition)",
           "Ends a partial match when such an event comes before it is complete.",
           "stream Unseen = Login as l\n    -> Purchase as p\n    .not(Logout where user_id == "
           "l.user_id)\n"
           "    .within(1h)\n    .emit(user: l.user_id)"},
          {"stam", ".stam()",
           "Every event that fits the first step starts a match, and each takes the next event "
           "that fits: the "
           "default.",
           "stream Pairs = Login as l\n    -> Purchase as p\n    .stam()\n    .within(1h)\n"
           "    .emit(user: l.user_id)"},
          {"stnm", ".stnm()", "As `.stam()`, but an event that a match took starts no new one.",
           "stream Pairs = Login as l\n    -> Purchase as p\n    .stnm()\n    .within(1h)\n"
           "    .emit(user: l.user_id)"},
          {"strict", ".strict()",
           "The very next event of the types of the pattern must fit; one that does not ends the "
           "match.",
           "stream Pairs = Login as l\n    -> Purchase as p\n    .strict()\n    .within(1h)\n"
           "    .emit(user: l.user_id)"},
          {"strategy", ".strategy(next|any|strict)",
           "Which events may build matches; under `any` a run that takes an event stays as it was, "
           "too, and every choice of a closure's elements is tried.",
           "stream Pairs = Login as l\n    -> Purchase as p\n    .strategy(any)\n    .within(1h)\n"
           "    .emit(user: l.user_id)"},
          {"each", ".each()",
           "One match for each element of a closure `all X`, with those up to it: the default.",
           "stream Runs = Login as l\n    -> all Purchase as p\n    -> Logout as o\n    .each()\n  "
           "  .within(1h)\n"
           "    .emit(n: count(p))"},
          {"longest", ".longest()", "One match, with all elements of the closure.",
           "stream Runs = Login as l\n    -> all Purchase as p\n    -> Logout as o\n    "
           ".longest()\n    .within(1h)\n"
           "    .emit(n: count(p))"},
          {"subsets", ".subsets()", "A match for each choice among the events of a closure.",
           "stream Runs = Login as l\n    -> all Purchase as p\n    -> Logout as o\n    "
           ".subsets()\n    .within(1h)\n"
           "    .emit(n: count(p))"},
          {"pattern", ".pattern(name: pattern), .pattern(name: rows => condition)",
           "Matches a pattern over the event types that it names, or passes a window for which the "
           "lambda is true.",
           "stream Big = Purchase\n    .window(10)\n    .pattern(many: rows => len(rows) > 3)"},
          {"trend_aggregate",
           ".trend_aggregate(name: function, ...)",
           "Counts and sums over all matches of a pattern with a closure, without building them: "
           "`count_trends()`, `count_events(alias)`, `sum_trends(alias.f)`, `avg_trends(alias.f)`, "
           "`min_trends(alias.f)`, `max_trends(alias.f)`.",
           "stream Trends = Quote as q\n    -> all Quote where px > q.px as r\n    .within(1m)\n   "
           " "
           ".trend_aggregate(n: "
           "count_trends())",
           {},
           {{"updates", "true: a record after every event that completes new trends"}}},
          {"forecast",
           ".forecast(name: value, ...)",
           "Says how likely the most advanced partial match is to complete, and when. Its rows "
           "take the "
           "place of matches: the event that causes one, with `forecast_probability`, "
           "`forecast_confidence`, `forecast_time`, `forecast_state`, `forecast_context_depth`, "
           "`forecast_lower`, `forecast_upper`, `active_runs` and `stream`.",
           "stream Soon = Login as l\n    -> Purchase as p\n    .within(1h)\n    "
           ".forecast(confidence: 0.8)",
           {},
           {{"mode", "\"fast\", \"balanced\" or \"accurate\""},
            {"confidence", "the least probability to output"},
            {"horizon", "how far ahead to look"},
            {"warmup", "events to learn from first"},
            {"max_depth", "how many events back to look"},
            {"hawkes", "whether bursts raise the probability"},
            {"conformal", "whether to output an interval"}}},
      }};
}

}  // namespace varpulis::reference
