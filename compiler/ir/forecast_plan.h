#pragma once

// Whether the partial matches of a pattern will complete (language.md 8.2). After Alevizos, Artikis,
// Paliouras: Complex Event Forecasting with Prediction Suffix Trees (VLDB Journal 32, 2023): a suffix tree
// learns which symbol follows which others, and the pattern's automaton, run over the symbols that it
// expects, says how likely a run is to reach its end.
//
// A symbol is an event's type together with which of the conditions hold that the pattern's steps put to
// such an event alone. All other events of the types that the pattern reads are one symbol, `other`.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "compiler/ir/kernel.h"
#include "compiler/ir/record_layout.h"
#include "compiler/ir/row_operators.h"

namespace varpulis::ir {

enum class ForecastField : uint8_t {
#define VPL_FORECAST_FIELD(name, text, type) name,
#include "compiler/ir/forecast_field.def"
};
struct ForecastFieldName {
  ForecastField field;
  std::string_view text;
  Type type;
};
inline constexpr std::array kForecastFields = {
#define VPL_FORECAST_FIELD(name, text, type) \
  ForecastFieldName{ForecastField::name, #text, Type::type},
#include "compiler/ir/forecast_field.def"
};

// The groups of conditions that hold for an event, a bit each. 0 is `other`.
using SymbolMask = uint64_t;
inline constexpr size_t kMostSymbolGroups = 64;

// One way in which events reach the stream, whether or not a step may take them.
struct ForecastInput {
  TableId table = kNoTable;
  KernelId filter = kNoKernel;    // row -> bool: of streams on the way that only filter
  bool ordered = false;           // filter and key must be evaluated in the order of the events
  KernelId key = kNoKernel;       // row -> i64: hash of the partition; none without partitioning
  KernelId same_key = kNoKernel;  // row, partition -> bool; none without partitioning
  KernelId init = kNoKernel;      // row -> partition: its key; none without partitioning
  KernelId row = kNoKernel;  // row, run -> row of ForecastPlan::table, without its ForecastFields
};

// What it says about an event that it comes to an input of a step.
struct ForecastMark {
  static constexpr uint32_t kNoGroup = UINT32_MAX;
  uint32_t group = kNoGroup;  // bit of the symbol mask; none: for the symbol it means nothing
  KernelId also = kNoKernel;  // row -> bool: only if this holds; none: in any case
};

struct ForecastPlan {
  std::vector<ForecastInput> inputs;
  std::vector<std::vector<ForecastMark>> marks;  // by step and input of the pattern
  // What can be told apart beforehand: each group with those that hold whenever it does. Other sets of
  // conditions become symbols when they are first seen.
  std::vector<SymbolMask> symbols;
  RecordLayout partition;  // its key
  double confidence = 0;   // least probability that is put out
  DurationNs horizon = 0;
  uint64_t warmup = 0;    // events
  bool adaptive = false;  // the warm-up goes on until predictions have settled
  uint32_t max_depth = 0;
  bool hawkes = false;
  bool conformal = false;
  TableId table = kNoTable;
  // Column of `table` by ForecastField, -1 if nobody reads it.
  std::array<int, kForecastFields.size()> columns{};
  std::string text;         // the parameters, for dumps
  std::string symbol_text;  // `Login, Purchase [amount > 500], other`
  std::string key_text;     // empty without partitioning
};

}  // namespace varpulis::ir
