#include "compiler/ir/verify_operators.h"

#include <fmt/format.h>

namespace varpulis::ir {
namespace {

class OperatorVerifier {
 public:
  OperatorVerifier(const Plan& plan, const StreamPlan& stream) : plan_(plan), stream_(stream) {}

  Status Run() {
    if (stream_.on_error.size() != stream_.operators.size()) Fail("error policies");
    for (at_ = 0; at_ < stream_.operators.size(); ++at_) {
      std::visit([this](const auto& op) { Check(op); }, stream_.operators[at_]);
    }
    return status_;
  }

 private:
  void Fail(const char* what) {
    if (!status_.ok()) return;
    status_ = {StatusCode::Internal,
               fmt::format("plan: operator {} of {}: {}", at_, stream_.name, what)};
  }
  void Kernels(const std::vector<KernelId>& kernels, KernelResult result) {
    if (kernels.empty()) Fail("no kernels");
    for (KernelId id : kernels) {
      if (id >= plan_.kernels.size()) {
        Fail("no such kernel");
      } else if (plan_.kernels[id].result != result) {
        Fail("a kernel with another result");
      }
    }
  }
  // Kernels that write columns of `table`, from `first` on.
  void Writers(const std::vector<KernelId>& kernels, TableId table, size_t first, bool all) {
    Kernels(kernels, KernelResult::None);
    if (table >= plan_.tables.size()) return Fail("no such table");
    const size_t columns = plan_.tables[table].columns.size();
    for (KernelId id : kernels) {
      if (id >= plan_.kernels.size()) continue;
      const size_t written = first + plan_.kernels[id].outs.size();
      if (all ? written != columns : written > columns) Fail("a kernel that writes other columns");
    }
  }

  void Check(const FilterOperator& op) { Kernels(op.predicates, KernelResult::Bool); }
  void Check(const ProjectOperator& op) { Writers(op.kernels, op.table, 0, true); }
  void Check(const PrintOperator& op) { Writers(op.kernels, op.table, 0, true); }
  void Check(const LogOperator& op) { Writers(op.kernels, op.table, 0, true); }
  void Check(const EmitOperator& op) {
    if (op.tables.size() != op.keys.size()) return Fail("keys");
    for (size_t v = 0; v < op.tables.size(); ++v) {
      if (op.tables[v] >= plan_.tables.size()) return Fail("no such table");
      if (op.keys[v].size() != plan_.tables[op.tables[v]].columns.size()) Fail("keys");
    }
  }
  void Check(const ToOperator& op) {
    Writers(op.kernels, op.table, 0, true);
    if (op.egress >= plan_.egresses.size()) return Fail("no such egress");
    if (op.table < plan_.tables.size() && op.keys.size() > plan_.tables[op.table].columns.size()) {
      Fail("keys");
    }
  }
  void Check(const AggregateOperator& op) {
    if (op.table >= plan_.tables.size()) Fail("no such table");
    Kernels(op.update, KernelResult::None);
  }
  void Check(const ProcessOperator& op) {
    Kernels(op.kernels, KernelResult::None);
    if (op.events.size() != op.tables.size()) Fail("tables of the events");
    for (TableId table : op.tables) {
      if (table >= plan_.tables.size()) Fail("no such table");
    }
  }
  void Check(const LimitOperator& op) {
    if (op.rows < 1) Fail("no rows");
  }
  void Check(const DistinctOperator& op) {
    if (op.record.slots.size() != 1) Fail("the key");
    Writers(op.kernels, op.table, 0, true);
    Kernels({op.hash}, KernelResult::Int);
    Kernels({op.same_key}, KernelResult::Bool);
    Kernels({op.init}, KernelResult::None);
  }
  void Check(const TapOperator& op) {
    Writers(op.kernels, op.table, 0, true);
    if (op.table >= plan_.tables.size()) return;
    const size_t values = op.labels.size() + (op.gauge.empty() ? 0 : 1) + op.recorded.size();
    if (plan_.tables[op.table].columns.size() != values) Fail("columns of the values");
  }
  void Check(const ForkOperator& op) {
    size_t next = at_ + 1;
    for (const ForkOperator::Path& path : op.paths) {
      if (path.begin != next) Fail("a path elsewhere");
      while (next < stream_.operators.size() && !EndsPathOf(next, at_)) ++next;
      ++next;
    }
    if (next != op.next || next > stream_.operators.size()) Fail("paths that do not end");
    if (op.combine != ForkOperator::Combine::AtLeast) return;
    Writers(op.kernels, op.table, 0, false);
    if (op.needed < 1 || op.needed > op.paths.size()) Fail("paths needed");
  }
  void Check(const PathEndOperator& op) {
    const auto* fork =
        op.fork < at_ ? std::get_if<ForkOperator>(&stream_.operators[op.fork]) : nullptr;
    if (fork == nullptr || op.path >= fork->paths.size()) return Fail("no such fork");
    const bool part = fork->combine == ForkOperator::Combine::AtLeast;
    Writers(op.kernels, op.table, op.first_column, !part);
    if (part && op.table != fork->table) Fail("another table than its fork");
  }

  bool EndsPathOf(size_t index, size_t fork) const {
    const auto* end = std::get_if<PathEndOperator>(&stream_.operators[index]);
    return end != nullptr && end->fork == fork;
  }

  const Plan& plan_;
  const StreamPlan& stream_;
  size_t at_ = 0;
  Status status_;
};

}  // namespace

Status VerifyOperators(const Plan& plan, const StreamPlan& stream) {
  return OperatorVerifier(plan, stream).Run();
}

}  // namespace varpulis::ir
