#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Aggregates() {
  return {
      Family::Aggregate,
      "",
      {
          {"count", "count() -> int, count(x) -> int, count(distinct(x)) -> int",
           "How many rows there are; with an argument, in how many it has a value, or how many "
           "different ones.",
           "purchases: count()"},
          {"count_distinct",
           "count_distinct(x) -> int",
           "How many different values there are.",
           "customers: count_distinct(user)",
           {"distinct_count"}},
          {"sum", "sum(x) -> float", "The sum of the numbers; 0.0 if there are none.",
           "revenue: sum(price * quantity)"},
          {"avg", "avg(x) -> float", "The mean of the numbers; no value if there are none.",
           "mean: avg(price)"},
          {"min", "min(x) -> float", "The smallest number; no value if there are none.",
           "least: min(price)"},
          {"max", "max(x) -> float", "The largest number; no value if there are none.",
           "spread: max(price) - min(price)"},
          {"first", "first(x)", "The value in the row that came first; no value if it has none.",
           "opened: first(price)"},
          {"last", "last(x)", "The value in the row that came last; no value if it has none.",
           "closed: last(price)"},
          {"stddev", "stddev(x) -> float",
           "The sample standard deviation of the numbers; no value of fewer than two.",
           "deviation: stddev(price)"},
          {"variance", "variance(x) -> float",
           "The sample variance of the numbers; no value of fewer than two.",
           "variation: variance(price)"},
          {"median", "median(x) -> float",
           "The number in the middle, or the mean of the two there; no value if there are none.",
           "middle: median(price)"},
          {"percentile", "percentile(x, q) -> float",
           "The number that a share `q` of them, from 0.0 to 1.0, does not exceed; between two, in "
           "proportion.",
           "slow: percentile(latency, 0.95)"},
          {"p50", "p50(x) -> float", "`percentile(x, 0.5)`.", "middle: p50(latency)"},
          {"p95", "p95(x) -> float", "`percentile(x, 0.95)`.", "slow: p95(latency)"},
          {"p99", "p99(x) -> float", "`percentile(x, 0.99)`.", "slowest: p99(latency)"},
          {"ema", "ema(x, n) -> float",
           "The exponential moving average over `n` rows: each new number counts 2/(n+1).",
           "smooth: ema(price, 12)"},
          {"collect", "collect(x)", "The values as an array, in the order in which they came.",
           "users: collect(user)"},
      }};
}

}  // namespace varpulis::reference
