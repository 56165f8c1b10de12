#include "compiler/sema/typed_trend.h"

#include <iterator>

#include <fmt/format.h>

namespace varpulis::sema {
namespace {

struct Description {
  std::string_view name;
  TrendArgument argument;
};

constexpr Description kFunctions[] = {
#define VPL_TREND_FUNCTION(name, text, argument) {#text, TrendArgument::argument},
#include "compiler/sema/trend_function.def"
};

}  // namespace

std::string_view TrendFunctionName(TrendFunction function) {
  return kFunctions[static_cast<size_t>(function)].name;
}

TrendArgument ArgumentOf(TrendFunction function) {
  return kFunctions[static_cast<size_t>(function)].argument;
}

std::optional<TrendFunction> FindTrendFunction(std::string_view name) {
  for (size_t i = 0; i < std::size(kFunctions); ++i) {
    if (kFunctions[i].name == name) return static_cast<TrendFunction>(i);
  }
  return std::nullopt;
}

std::vector<std::string> TrendFunctionNames() {
  std::vector<std::string> names;
  for (const Description& function : kFunctions) names.emplace_back(function.name);
  return names;
}

ir::Type TrendItem::type() const {
  return ArgumentOf(function) == TrendArgument::Field ? ir::Type::Float : ir::Type::Int;
}

std::string Print(const TypedTrend& trend) {
  std::string text = trend.updates ? "trends with updates" : "trends";
  for (const TrendItem& item : trend.items) {
    text += fmt::format("\n      {} = {}", item.name, TrendFunctionName(item.function));
    if (item.step != ir::kEveryStep) text += fmt::format(" #{}", item.step);
    if (item.value != nullptr) text += " " + Print(*item.value);
  }
  return text;
}

}  // namespace varpulis::sema
