#include "compiler/ir/verify_forecast.h"

#include <fmt/format.h>

namespace varpulis::ir {
namespace {

class ForecastVerifier {
 public:
  ForecastVerifier(const Plan& plan, const StreamPlan& stream)
      : plan_(plan), name_(stream.name), pattern_(*stream.pattern), forecast_(*stream.forecast) {}

  Status Run() {
    Require(forecast_.confidence >= 0 && forecast_.confidence <= 1, "a wrong probability");
    Require(forecast_.horizon > 0, "no horizon");
    Require(forecast_.table < plan_.tables.size(), "no table");
    if (!status_.ok()) return status_;
    CheckColumns();
    CheckMarks();
    for (const ForecastInput& input : forecast_.inputs) CheckInput(input);
    return status_;
  }

 private:
  void Require(bool good, const char* what) {
    if (good || !status_.ok()) return;
    status_ = {StatusCode::Internal, fmt::format("plan: forecast of {}: {}", name_, what)};
  }
  void Kernel(KernelId id, KernelResult result) {
    if (id == kNoKernel) return;
    Require(id < plan_.kernels.size() && plan_.kernels[id].result == result, "a wrong kernel");
  }

  void CheckColumns() {
    const std::vector<TableColumn>& columns = plan_.tables[forecast_.table].columns;
    for (size_t i = 0; i < forecast_.columns.size(); ++i) {
      const int column = forecast_.columns[i];
      if (column < 0) continue;
      const auto place = static_cast<size_t>(column);
      Require(place < columns.size() && columns[place].type == kForecastFields[i].type,
              "a field without a column");
    }
  }
  void CheckMarks() {
    Require(forecast_.marks.size() == pattern_.steps.size(), "marks of other steps");
    for (size_t step = 0; status_.ok() && step < forecast_.marks.size(); ++step) {
      Require(forecast_.marks[step].size() == pattern_.steps[step].inputs.size(),
              "marks of other inputs");
      for (const ForecastMark& mark : forecast_.marks[step]) {
        Require(mark.group < kMostSymbolGroups || mark.group == ForecastMark::kNoGroup,
                "no such group");
        Kernel(mark.also, KernelResult::Bool);
      }
    }
    for (const SymbolMask symbol : forecast_.symbols)
      Require(symbol != 0, "a symbol without conditions");
  }
  void CheckInput(const ForecastInput& input) {
    Require(input.table < plan_.tables.size(), "no such table");
    Kernel(input.filter, KernelResult::Bool);
    Kernel(input.key, KernelResult::Int);
    Kernel(input.same_key, KernelResult::Bool);
    Kernel(input.init, KernelResult::None);
    Kernel(input.row, KernelResult::None);
    Require(input.row != kNoKernel, "no row");
    const bool has_key = !forecast_.key_text.empty();
    Require((input.key != kNoKernel) == has_key && (input.same_key != kNoKernel) == has_key &&
                (input.init != kNoKernel) == has_key,
            "half a key");
  }

  const Plan& plan_;
  const std::string& name_;
  const PatternPlan& pattern_;
  const ForecastPlan& forecast_;
  Status status_;
};

}  // namespace

Status VerifyForecast(const Plan& plan, const StreamPlan& stream) {
  return ForecastVerifier(plan, stream).Run();
}

}  // namespace varpulis::ir
