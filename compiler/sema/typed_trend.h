#pragma once

// A checked .trend_aggregate (language.md 8.1): what is asked of all trends of its stream's pattern, of
// which a trend is any match under skip-till-any-match.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/trend_plan.h"
#include "compiler/sema/typed_expr.h"

namespace varpulis::sema {

enum class TrendFunction : uint8_t {
#define VPL_TREND_FUNCTION(name, text, argument) name,
#include "compiler/sema/trend_function.def"
};
enum class TrendArgument : uint8_t { None, Alias, Field };

std::string_view TrendFunctionName(TrendFunction function);
TrendArgument ArgumentOf(TrendFunction function);
std::optional<TrendFunction> FindTrendFunction(std::string_view name);
// Names of all of them, for did-you-mean.
std::vector<std::string> TrendFunctionNames();

struct TrendItem {
  std::string name;
  source::SourceSpan declared;
  TrendFunction function = TrendFunction::CountTrends;
  uint32_t step = ir::kEveryStep;  // whose events are counted or read
  TypedExprPtr value;              // Field: what is read of them; null otherwise

  ir::Type type() const;  // of the result
};

struct TypedTrend {
  std::vector<TrendItem> items;
  bool updates = false;  // a row after every event that completes trends, too
};

// `n = count_trends()` and so on, a line each, for `--emit=typed`.
std::string Print(const TypedTrend& trend);

}  // namespace varpulis::sema
