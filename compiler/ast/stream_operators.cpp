#include "compiler/ast/stream_operators.h"

#include <algorithm>

namespace varpulis::ast {

const std::vector<std::string>& StreamOperators() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names = {"where",
                                      "filter",
                                      "select",
                                      "map",
                                      "window",
                                      "aggregate",
                                      "having",
                                      "partition_by",
                                      "order_by",
                                      "limit",
                                      "distinct",
                                      "first",
                                      "collect",
                                      "tap",
                                      "print",
                                      "log",
                                      "emit",
                                      "to",
                                      "process",
                                      "pattern",
                                      "concurrent",
                                      "on_error",
                                      "fork",
                                      "any",
                                      "all",
                                      "on",
                                      "within",
                                      "not",
                                      "watermark",
                                      "allowed_lateness",
                                      "trend_aggregate",
                                      "forecast",
                                      "enrich",
                                      "score",
                                      "context",
                                      "strategy",
                                      "strict",
                                      "stnm",
                                      "stam",
                                      "each",
                                      "longest",
                                      "subsets",
                                      "alert",
                                      "from"};
    std::sort(names.begin(), names.end());
    return names;
  }();
  return kNames;
}

bool IsStreamOperator(std::string_view name) {
  const auto& names = StreamOperators();
  return std::binary_search(names.begin(), names.end(), name);
}

}  // namespace varpulis::ast
