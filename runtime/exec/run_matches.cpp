// Matches of a pattern through the rest of their stream, in parts of bounded size (decision 0037).

#include <algorithm>

#include <fmt/format.h>

#include "runtime/exec/engine.h"
#include "runtime/operator/owned_row.h"

namespace varpulis::exec {

namespace {

// Whether it does something else than computing what it is asked for.
bool HasEffects(const ir::Kernel& kernel) {
  return std::any_of(kernel.insts.begin(), kernel.insts.end(), [](const ir::Inst& inst) {
    if (const auto* call = std::get_if<ir::CallBuiltin>(&inst)) {
      const std::string_view name = ir::Builtins()[call->builtin].name;
      return name == "random" || name == "uuid" || name == "print";
    }
    return std::holds_alternative<ir::CallFunction>(inst) ||
           std::holds_alternative<ir::ForEach>(inst) ||
           std::holds_alternative<ir::StoreGlobal>(inst) ||
           std::holds_alternative<ir::Collect>(inst);
  });
}

// Kernels that are called for a match before its operators.
std::vector<ir::KernelId> KernelsOfMatches(const ir::PatternPlan& pattern) {
  std::vector<ir::KernelId> kernels = {pattern.deadline_check, pattern.deadline_match};
  for (const ir::PatternEdge& edge : pattern.edges) {
    for (const ir::EdgeKernels& of_input : edge.kernels) {
      kernels.push_back(of_input.check);
      kernels.push_back(of_input.match);
    }
  }
  for (const ir::Closure& closure : pattern.closures) {
    kernels.push_back(closure.check_first);
    kernels.push_back(closure.check_more);
  }
  return kernels;
}

// Of an operator that keeps nothing and tells nobody; null of any other.
const std::vector<ir::KernelId>* KernelsOfSilent(const ir::Operator& op) {
  if (const auto* filter = std::get_if<ir::FilterOperator>(&op)) return &filter->predicates;
  if (const auto* project = std::get_if<ir::ProjectOperator>(&op)) return &project->kernels;
  return nullptr;
}

}  // namespace

void Engine::FindMatchTables(uint32_t stream) {
  const ir::StreamPlan& plan = plan_.streams[stream];
  std::vector<ir::TableId>& tables = streams_[stream].match_tables;
  tables.push_back(plan.pattern->match_table);
  for (const ir::Operator& op : plan.operators) {
    std::visit(
        [&](const auto& one) {
          if constexpr (requires { one.table; }) tables.push_back(one.table);
          if constexpr (requires { one.key_table; }) tables.push_back(one.key_table);
          if constexpr (requires { one.tables; })
            tables.insert(tables.end(), one.tables.begin(), one.tables.end());
        },
        op);
  }
  for (const ir::ErrorHandler& handler : plan.handlers) tables.push_back(handler.table);
  std::erase_if(tables,
                [&](ir::TableId table) { return table == ir::kNoTable || !derived_[table]; });
  std::sort(tables.begin(), tables.end());
  tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
}

// A match that cannot pass a .limit need not be made, if nothing would have noticed it before.
void Engine::FindLastLimit(uint32_t stream) {
  const ir::StreamPlan& plan = plan_.streams[stream];
  size_t limit = 0;
  std::vector<ir::KernelId> kernels;
  for (; limit < plan.operators.size(); ++limit) {
    if (plan.on_error[limit].policy != ir::ErrorPolicy::Null) return;
    if (std::holds_alternative<ir::LimitOperator>(plan.operators[limit])) break;
    const std::vector<ir::KernelId>* silent = KernelsOfSilent(plan.operators[limit]);
    if (silent == nullptr) return;
    kernels.insert(kernels.end(), silent->begin(), silent->end());
  }
  if (limit == plan.operators.size() || plan.forecast) return;
  const std::vector<ir::KernelId> of_matches = KernelsOfMatches(*plan.pattern);
  kernels.insert(kernels.end(), of_matches.begin(), of_matches.end());
  const bool is_pure = std::none_of(kernels.begin(), kernels.end(), [&](ir::KernelId kernel) {
    return kernel != ir::kNoKernel && HasEffects(plan_.kernels[kernel]);
  });
  if (is_pure) streams_[stream].limit = limit;
}

void Engine::CloseIfExhausted(uint32_t stream) {
  StreamState& state = streams_[stream];
  if (state.limit == StreamState::kNoLimit || trace_) return;
  const auto& limit = std::get<ir::LimitOperator>(plan_.streams[stream].operators[state.limit]);
  if (std::get<Passed>(state.states[state.limit]).rows >= limit.rows)
    state.pattern->set_closed(true);
}

void Engine::BeginMatches() {
  if (!part_.is_first()) {
    if (IsPartWaitedFor()) part_.Keep();
    context_.arena = &arena_;
  }
  part_.BeginFirst(arena_);
}

size_t Engine::batch_bytes() const {
  size_t bytes = arena_.reserved_bytes() + part_.bytes();
  for (const auto& table : derived_) bytes += table ? table->bytes() : 0;
  return bytes;
}

void Engine::OutputMatch(uint32_t stream, uint32_t match) {
  const ir::StreamPlan& plan = plan_.streams[stream];
  if (plan.forecast) {
    // The forecast has been told of it, and nobody else is.
    Derive(plan.pattern->match_table).PopRow();
  } else {
    const ir::TableId table = plan.pattern ? plan.pattern->match_table
                              : plan.trend ? plan.trend->table
                                           : plan.join->match_table();
    RunOperators(stream, 0, 0, Derive(table), match, nullptr);
  }
  if (!plan.pattern) return;
  if (streams_[stream].limit != StreamState::kNoLimit) CloseIfExhausted(stream);
  ++part_.matches;
  if (part_.IsFull(*context_.arena)) EndMatchPart(stream);
}

// Rows of the part, or values in them, are needed later: by streams that read them when the event is done with,
// or behind operators that wait for the end of a batch.
bool Engine::IsPartWaitedFor() const {
  return queued_ != part_.queued || IsSortWaiting(part_.stream);
}

bool Engine::IsSortWaiting(uint32_t stream) const {
  const StreamState& state = streams_[stream];
  return std::any_of(state.batch_ends.begin(), state.batch_ends.end(), [&](size_t op) {
    const auto* sort = std::get_if<SortBatch>(&state.states[op]);
    return sort != nullptr && !sort->rows.empty();
  });
}

// Those few rows of the part that other streams are to read move together and get values of their own. False:
// most of the part is waited for, or something else is, or a value is too large. Rows of one table are queued in
// their order.
bool Engine::MoveWaitingRows() {
  const uint64_t waiting = queued_ - part_.queued;
  if (waiting * 2 > part_.matches || IsSortWaiting(part_.stream)) return false;
  const std::vector<ir::TableId>& tables = streams_[part_.stream].match_tables;
  const auto first = queue_.end() - static_cast<long>(waiting);
  const int64_t owned_before = context_.owned_bytes;
  for (auto row = first; row != queue_.end(); ++row) {
    const auto place = std::lower_bound(tables.begin(), tables.end(), row->table);
    if (place == tables.end() || *place != row->table) return false;
    row::RowTable& rows = Derive(row->table);
    uint32_t& end = part_.table_rows[static_cast<size_t>(place - tables.begin())];
    if (end > row->row) return false;
    if (end != row->row) rows.CopyRow(end, rows, row->row);
    row->row = end++;
    if (!op::TryOwnRow(context_, rows, row->row)) return false;
    part_.AddKept(static_cast<size_t>(context_.owned_bytes - owned_before));
    op::RetireRow(context_, rows, row->row);
  }
  part_.queued = queued_;
  return true;
}

void Engine::EndMatchPart(uint32_t stream) {
  const std::vector<ir::TableId>& tables = streams_[stream].match_tables;
  if (!part_.is_first() && (!IsPartWaitedFor() || MoveWaitingRows())) {
    for (size_t i = 0; i < tables.size(); ++i) {
      row::RowTable& table = Derive(tables[i]);
      while (table.rows() > part_.table_rows[i]) table.PopRow();
    }
  } else {
    part_.Keep();
    part_.stream = stream;
    part_.queued = queued_;
    part_.table_rows.clear();
    for (const ir::TableId table : tables) part_.table_rows.push_back(Derive(table).rows());
  }
  StopIfTooMuchWaits(stream);
  context_.arena = &part_.BeginNext();
  // Nobody sees what else there would be.
  if (failure_) streams_[stream].pattern->set_closed(true);
}

void Engine::StopIfTooMuchWaits(uint32_t stream) {
  const row::RowTable& matches = Derive(plan_.streams[stream].pattern->match_table);
  if (part_.kept_bytes() <= bounds_.max_waiting_matches || matches.rows() == 0) return;
  Stop(stream, matches, matches.rows() - 1, "matches that other streams are to read are too large",
       fmt::format("the bound of {} bytes", bounds_.max_waiting_matches));
}

}  // namespace varpulis::exec
