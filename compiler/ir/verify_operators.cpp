#include "compiler/ir/verify_operators.h"

#include <fmt/format.h>

namespace varpulis::ir {
namespace {

class OperatorVerifier {
 public:
  OperatorVerifier(const Plan& plan, const StreamPlan& stream) : plan_(plan), stream_(stream) {}

  Status Run() {
    if (stream_.on_error.size() != stream_.operators.size()) Fail("error policies");
    for (const ErrorHandler& handler : stream_.handlers) {
      if (handler.table >= plan_.tables.size() || handler.resume > stream_.operators.size())
        Fail("handler of errors");
      for (const auto& [table, kernel] : handler.kernels) Writers({kernel}, handler.table, 0, true);
    }
    for (at_ = 0; at_ < stream_.operators.size(); ++at_) {
      const OnError& on_error = stream_.on_error[at_];
      if (on_error.policy == ErrorPolicy::Handle && on_error.handler >= stream_.handlers.size())
        Fail("no such handler of errors");
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
  void Check(const Windowing& windowing) {
    if (windowing.hash.size() != windowing.same_key.size()) Fail("keys");
    if (windowing.record.slots.size() < kWindowHeadSlots + windowing.keys) Fail("the record");
    if (!windowing.hash.empty()) {
      Kernels(windowing.hash, KernelResult::Int);
      Kernels(windowing.same_key, KernelResult::Bool);
    }
    Kernels(windowing.init, KernelResult::None);
    if (windowing.kind != WindowKind::None && windowing.kind != WindowKind::Batch &&
        windowing.size < 1) {
      Fail("a window without size");
    }
    if (Slides(windowing.kind) != (windowing.slide > 0)) Fail("the slide");
    if (windowing.watermarked && !(IsTimed(windowing.kind) && windowing.by_clock)) {
      Fail("a window that has no watermark");
    }
  }
  void Check(const HeldRows& held) {
    const std::vector<RecordSlot>& slots = held.entry.slots;
    const bool head =
        slots.size() >= 2 && slots[0].type == Type::Timestamp && slots[1].type == Type::Bool;
    if (!head) Fail("an entry without its head");
    Kernels(held.keep, KernelResult::None);
  }
  void Check(const WindowOperator& op) {
    Check(op.windowing);
    Check(op.held);
    Writers({op.restore}, op.table, 0, true);
  }
  void Check(const AggregateOperator& op) {
    Check(op.windowing);
    if (HoldsEntries(op.windowing)) {
      Check(op.sliding.held);
      Kernels({op.sliding.fold, op.sliding.merge}, KernelResult::None);
      if ((op.sliding.enter == kNoKernel) != (op.sliding.remove == kNoKernel)) Fail("sets");
    } else {
      Kernels(op.update, KernelResult::None);
    }
    Writers({op.finish}, op.table, 0, true);
  }
  void Check(const SortOperator& op) {
    Writers(op.kernels, op.table, 0, true);
    Writers(op.key_kernels, op.key_table, 0, true);
    if (op.key_table < plan_.tables.size() &&
        op.descending.size() != plan_.tables[op.key_table].columns.size()) {
      Fail("keys");
    }
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
  void Check(const EnrichOperator& op) {
    if (op.lookup >= plan_.lookups.size()) return Fail("no such lookup");
    Writers(op.keys, op.key_table, 0, true);
    if (op.key_table < plan_.tables.size() &&
        plan_.tables[op.key_table].columns.size() != (op.has_fallback ? 2u : 1u)) {
      Fail("the key");
    }
    for (KernelId id : op.early_keys) Writers({id}, op.key_table, 0, true);
    if (!op.early_keys.empty() && op.early_keys.size() != stream_.inputs.size())
      Fail("keys of the inputs");
    if (op.tables.size() != op.kernels.size() || op.tables.size() != op.keys.size())
      return Fail("tables of the rows");
    for (size_t v = 0; v < op.tables.size(); ++v) Writers({op.kernels[v]}, op.tables[v], 0, true);
    if (op.cache_ttl < 0 || plan_.lookups[op.lookup].timeout < 1) Fail("times");
  }
  void Check(const AlertOperator& op) {
    if (op.alert >= plan_.alerts.size()) return Fail("no such alert");
    Writers(op.kernels, op.table, 0, true);
    if (op.table >= plan_.tables.size()) return;
    const auto columns = static_cast<int>(plan_.tables[op.table].columns.size());
    if (op.parts.empty() && columns != 1) Fail("columns of the message");
    for (const AlertOperator::Part& part : op.parts) {
      if (part.column >= columns) Fail("a placeholder without column");
    }
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
