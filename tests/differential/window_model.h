#pragma once

// What windows put out, computed from all rows anew for each result: slow, and short enough to be
// compared with the language by reading.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace varpulis::testing {

struct ModelRow {
  TimestampNs time = 0;
  std::string key;               // as JSON; empty: the event has none
  std::string value;             // of field `v`, the same
  std::optional<double> number;  // what aggregates see of it: a number other than NaN
};

struct ModelWindow {
  enum class Kind { Tumbling, Count, Sliding, SlidingCount, Session };
  Kind kind = Kind::Count;
  int64_t size = 1;  // ns or rows; of a session its gap
  int64_t slide = 1;
};

// One output: the key and the rows of the window in order of arrival.
struct ModelResult {
  std::string key;
  std::vector<ModelRow> rows;
};

// All outputs over the rows, end of input included, in order.
std::vector<ModelResult> RunModel(const ModelWindow& window, const std::vector<ModelRow>& rows);

// The same behind a watermark for which no row is late: rows come in the order of (time, arrival), and windows of
// a fixed length in time begin at multiples of their slide, or size, and come in the order of (end, key).
std::vector<ModelResult> RunModelInOrder(const ModelWindow& window, std::vector<ModelRow> rows);

// `n: 3, s: 6.0, ...`: the fields of an aggregate over the rows, without those that have no value.
std::string ModelAggregates(const std::vector<ModelRow>& rows);
// The aggregate of which these are the fields, as it stands in a program.
std::string ModelAggregateText();

}  // namespace varpulis::testing
