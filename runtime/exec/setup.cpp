#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "runtime/exec/engine.h"
#include "runtime/kernel/ownership.h"

namespace varpulis::exec {
namespace {

// Steps whose events ask for runs by key; others would be hashed for nothing.
std::vector<bool> StepsThatLookUp(const ir::PatternPlan& pattern) {
  std::vector<bool> looks_up(pattern.steps.size());
  // Whether an event may open a run depends on what its partition has.
  const bool asks_first =
      !pattern.blockers.empty() ||
      std::any_of(pattern.edges.begin(), pattern.edges.end(),
                  [](const ir::PatternEdge& edge) { return !edge.barred_by.empty(); });
  for (const ir::PatternEdge& edge : pattern.edges) {
    const bool begins = edge.kind == ir::EdgeKind::Begin;
    if (begins ? asks_first : edge.keyed) looks_up[edge.step] = true;
    if (pattern.selection == ir::Selection::Strict) looks_up[edge.step] = true;
  }
  for (const uint32_t step : pattern.blockers) looks_up[step] = true;
  return looks_up;
}

// A kernel that can count no error: it hashes columns as they are.
bool OnlyHashesColumns(const ir::Kernel& kernel) {
  return std::all_of(kernel.insts.begin(), kernel.insts.end(), [](const ir::Inst& inst) {
    return std::holds_alternative<ir::LoadColumn>(inst) || std::holds_alternative<ir::Box>(inst) ||
           std::holds_alternative<ir::Hash>(inst) || std::holds_alternative<ir::HashCombine>(inst);
  });
}

// `limit` cannot be computed at load: division by zero
std::string LoadFailure(std::string_view kernel, const op::KernelCaller::ErrorCounts& before,
                        const op::KernelCaller::ErrorCounts& after) {
  constexpr std::string_view kGlobal = "global.";
  static constexpr std::array<std::string_view, abi::kEvalErrorKinds> kReasons = {
      "integer overflow",
      "division by zero",
      "an argument outside of its domain",
      "a value of the wrong kind",
      "a limit is reached",
      "a lookup",
      "a lookup"};
  const auto kind = std::mismatch(before.begin(), before.end(), after.begin()).first;
  const std::string what = kernel.starts_with(kGlobal)
                               ? "the initialiser of `" + std::string(kernel.substr(kGlobal.size()))
                               : "the statement at load `" + std::string(kernel);
  return what + "` fails: " + std::string(kReasons[static_cast<size_t>(kind - before.begin())]);
}

}  // namespace

Engine::Engine(const ir::Plan& plan, kernel::KernelTable kernels, OutputSink& sink, Share share,
               const Bounds& bounds, enrich::Provider* provider, bool is_restored)
    : plan_(plan),
      kernels_(std::move(kernels)),
      sink_(sink),
      share_(std::move(share)),
      bounds_(bounds),
      provider_(provider),
      globals_(plan.globals.size()),
      call_(&kernels_, &context_, globals_.data()),
      tables_(plan.tables.size()),
      rows_of_tables_(plan.tables.size()),
      streams_(plan.streams.size()),
      timers_(plan.timers),
      undelivered_(plan.egresses.size()) {
  context_.arena = &arena_;
  for (const ir::Table& table : plan.tables) {
    const bool derived = table.kind != ir::Table::Kind::Event;
    derived_.push_back(derived ? std::make_unique<row::RowTable>(table, 16) : nullptr);
  }
  context_.globals = globals_.data();
  // Every shard runs the initialisers, but one of them speaks.
  print_ = [this](std::string_view line) { sink_.Print(line); };
  if (share_.counts_shared_errors() && !is_restored) context_.print = &print_;
  SetFunctions();
  InitialiseGlobals();
  if (share_.counts_shared_errors()) context_.print = &print_;
  BuildConsumers();
  BuildTrendGroups();
  BuildRoots();
}

Engine::~Engine() {
  for (StreamState& stream : streams_) {
    if (stream.pattern) stream.pattern->Release(call_);
    if (stream.forecast) stream.forecast->Release(call_);
    if (stream.trend) stream.trend->Release(call_);
    if (stream.join) stream.join->Release(call_);
    for (auto& windows : stream.windows) {
      if (windows) windows->Release(call_);
    }
    if (stream.reorder) stream.reorder->Release(context_);
    for (OperatorState& state : stream.states) Release(state, call_);
  }
  for (const abi::Cell& global : globals_) kernel::RetireCell(context_, global);
  context_.EndBatch();
}

void Engine::SetFunctions() {
  functions_.clear();
  for (ir::KernelId kernel : plan_.functions) functions_.push_back(kernels_[kernel]);
  context_.functions = functions_.data();
}

void Engine::InitialiseGlobals() {
  context_.event_number = UINT64_MAX;
  for (ir::KernelId kernel : plan_.load) {
    const auto before = call_.error_counts();
    call_.Run(kernel);
    if (load_failure_.empty() && call_.error_counts() != before) {
      load_failure_ = LoadFailure(plan_.kernels[kernel].name, before, call_.error_counts());
    }
  }
  context_.EndBatch();
  // Every shard runs the initialisers; one of them counts their errors.
  if (!share_.counts_shared_errors()) call_.set_error_counts({});
}

void Engine::BuildConsumers() {
  for (uint32_t s = 0; s < plan_.streams.size(); ++s) {
    const ir::StreamPlan& stream = plan_.streams[s];
    StreamState& state = streams_[s];
    state.statistics.name = stream.name;
    state.statistics.is_pattern = stream.pattern.has_value();
    state.statistics.is_forecast = stream.forecast.has_value();
    state.windows.resize(stream.operators.size());
    state.states.resize(stream.operators.size());
    for (const ir::Operator& op : stream.operators) {
      if (std::holds_alternative<ir::EmitOperator>(op)) state.statistics.emits = true;
    }
    state.here = share_.Runs(s);
    if (!state.here) continue;
    for (size_t i = 0; i < stream.operators.size(); ++i) {
      state.states[i] = MakeState(stream.operators[i], provider_);
      const auto* lookups = std::get_if<std::unique_ptr<enrich::Lookups>>(&state.states[i]);
      if (lookups != nullptr) lookups_.push_back(lookups->get());
    }
    BuildWindows(s);
    if (stream.time.reorders) state.reorder = std::make_unique<time::ReorderBuffer>(plan_);
    if (stream.pattern) {
      BuildPatternInputs(s);
      FindMatchTables(s);
      FindLastLimit(s);
      if (stream.forecast) BuildForecastInputs(s);
    } else if (stream.trend) {
      BuildTrendInputs(s);
    } else if (stream.join) {
      BuildJoinInputs(s);
    } else if (!stream.operators.empty()) {
      // A stream that only filters has no operator of its own and needs no visit.
      BuildInputs(s);
    }
  }
}

void Engine::BuildWindows(uint32_t stream) {
  StreamState& state = streams_[stream];
  // From the back: who closes a batch knows whether somebody waits for that.
  const std::vector<ir::Operator>& operators = plan_.streams[stream].operators;
  for (size_t i = operators.size(); i-- > 0;) {
    const bool marks = !state.batch_ends.empty();
    if (const auto* aggregate = std::get_if<ir::AggregateOperator>(&operators[i])) {
      state.windows[i] = std::make_unique<window::WindowState>(*aggregate, marks);
    } else if (const auto* window = std::get_if<ir::WindowOperator>(&operators[i])) {
      state.windows[i] = std::make_unique<window::WindowState>(*window, marks);
    }
    const ir::Windowing* windowing = ir::WindowingOf(operators[i]);
    const bool is_batch = windowing != nullptr && windowing->kind == ir::WindowKind::Batch;
    if (is_batch || std::holds_alternative<ir::SortOperator>(operators[i])) {
      state.batch_ends.insert(state.batch_ends.begin(), i);
    }
    if (windowing != nullptr && ir::IsTimed(windowing->kind)) {
      state.timed.insert(state.timed.begin(), state.windows[i].get());
    }
  }
}

std::vector<Engine::Input>& Engine::InputsOf(uint32_t table, uint32_t stream) {
  std::vector<Consumer>& consumers = tables_[table].consumers;
  if (consumers.empty() || consumers.back().stream != stream) consumers.push_back({stream, {}});
  return consumers.back().inputs;
}

void Engine::BuildPatternInputs(uint32_t stream) {
  const ir::PatternPlan& pattern = *plan_.streams[stream].pattern;
  streams_[stream].pattern = std::make_unique<pattern::PatternState>(pattern, bounds_.runs);
  const std::vector<bool> looks_up = StepsThatLookUp(pattern);
  for (uint32_t step = 0; step < pattern.steps.size(); ++step) {
    const std::vector<ir::StepInput>& inputs = pattern.steps[step].inputs;
    for (uint32_t i = 0; i < inputs.size(); ++i) {
      const ir::StepInput& input = inputs[i];
      Input entry;
      entry.filter = input.filter;
      entry.ordered = input.ordered;
      entry.by_key = share_.ByKey(stream);
      // Errors of a computed key count, whether one shard or many ask for it.
      const bool counts =
          input.probe != ir::kNoKernel && !OnlyHashesColumns(plan_.kernels[input.probe]);
      if (entry.by_key || looks_up[step] || counts) entry.hash = input.probe;
      entry.step = step;
      entry.step_input = i;
      InputsOf(input.table, stream).push_back(std::move(entry));
    }
  }
}

// Every event of the pattern's types, whatever its steps say of it.
void Engine::BuildForecastInputs(uint32_t stream) {
  const ir::StreamPlan& plan = plan_.streams[stream];
  streams_[stream].forecast = std::make_unique<forecast::ForecastState>(plan);
  streams_[stream].pattern->set_observer(streams_[stream].forecast.get());
  for (uint32_t i = 0; i < plan.forecast->inputs.size(); ++i) {
    const ir::ForecastInput& input = plan.forecast->inputs[i];
    Input entry;
    entry.filter = input.filter;
    entry.ordered = input.ordered;
    entry.by_key = share_.ByKey(stream);
    entry.hash = input.key;
    entry.step_input = i;
    entry.is_watched = true;
    InputsOf(input.table, stream).push_back(std::move(entry));
  }
}

void Engine::BuildTrendInputs(uint32_t stream) {
  const ir::TrendPlan& trend = *plan_.streams[stream].trend;
  streams_[stream].trend = std::make_unique<trend::TrendState>(trend);
  for (uint32_t step = 0; step < trend.steps.size(); ++step) {
    for (uint32_t i = 0; i < trend.steps[step].inputs.size(); ++i) {
      const ir::StepInput& input = trend.steps[step].inputs[i];
      Input entry;
      entry.filter = input.filter;
      entry.ordered = input.ordered;
      entry.by_key = share_.ByKey(stream);
      entry.hash = input.probe;
      entry.step = step;
      entry.step_input = i;
      InputsOf(input.table, stream).push_back(std::move(entry));
    }
  }
}

void Engine::BuildJoinInputs(uint32_t stream) {
  const ir::JoinPlan& join = *plan_.streams[stream].join;
  streams_[stream].join = std::make_unique<join::JoinState>(plan_, join);
  for (uint32_t side = 0; side < join.side_count(); ++side) {
    for (uint32_t i = 0; i < join.side(side).inputs.size(); ++i) {
      const ir::JoinInput& input = join.side(side).inputs[i];
      Input entry;
      entry.filter = input.filter;
      entry.ordered = input.ordered;
      entry.hash = input.probe;
      entry.step = side;
      entry.step_input = i;
      InputsOf(input.table, stream).push_back(std::move(entry));
    }
  }
}

void Engine::BuildInputs(uint32_t stream) {
  const ir::StreamPlan& plan = plan_.streams[stream];
  const ir::Windowing* leading = ir::WindowingOf(plan.operators.front());
  for (size_t v = 0; v < plan.inputs.size(); ++v) {
    const ir::TableId table = plan.inputs[v].table;
    Input entry;
    entry.filter = plan.inputs[v].filter;
    entry.ordered = plan.inputs[v].ordered || (leading != nullptr && leading->ordered);
    entry.variant = v;
    if (leading != nullptr && !leading->hash.empty()) entry.hash = leading->hash[v];
    entry.by_key = share_.ByKey(stream) && plan_.tables[table].kind == ir::Table::Kind::Event;
    InputsOf(table, stream).push_back(std::move(entry));
  }
}

void Engine::BuildRoots() {
  // Upstream first, so the roots of a derived table are known before its readers ask.
  for (uint32_t rank = 0; rank < plan_.upstream_first.size(); ++rank) {
    const uint32_t s = plan_.upstream_first[rank];
    const ir::StreamPlan& stream = plan_.streams[s];
    StreamState& state = streams_[s];
    state.rank = rank;
    state.time = stream.time;
    const DurationNs own_delay = stream.time.out_of_order.value_or(0);
    for (const ir::TableId table : ir::InputTables(stream)) {
      if (plan_.tables[table].kind != ir::Table::Kind::Derived) {
        AddRoot(state.roots, {table, own_delay});
        continue;
      }
      for (const Root& root : tables_[table].roots)
        AddRoot(state.roots, {root.table, std::max(root.delay, own_delay)});
    }
    for (ir::TableId table : stream.outputs) {
      if (plan_.tables[table].kind == ir::Table::Kind::Derived) tables_[table].roots = state.roots;
    }
    const bool fires = state.pattern && state.pattern->fires();
    // Behind a watermark clocks are moved step by step, so whoever asks for them must be visited.
    const bool follows = state.here && stream.time.watermarked;
    if (state.timed.empty() && !fires && !state.trend && !state.join && !follows) continue;
    for (const Root& root : state.roots) tables_[root.table].timed_streams.push_back(s);
  }
}

// Of several ways from one root the one that waits longest counts.
void Engine::AddRoot(std::vector<Root>& roots, Root root) {
  const auto at =
      std::lower_bound(roots.begin(), roots.end(), root.table,
                       [](const Root& known, uint32_t table) { return known.table < table; });
  if (at == roots.end() || at->table != root.table) {
    roots.insert(at, root);
  } else {
    at->delay = std::max(at->delay, root.delay);
  }
}

void Engine::Promote(kernel::KernelTable kernels) {
  kernels_ = std::move(kernels);
  call_.set_table(&kernels_);
  SetFunctions();
}

void StreamStatistics::Add(const StreamStatistics& other) {
  if (other.outputs > 0) {
    const bool first = outputs == 0;
    first_output = first ? other.first_output : std::min(first_output, other.first_output);
    last_output = first ? other.last_output : std::max(last_output, other.last_output);
  }
  rows_in += other.rows_in;
  outputs += other.outputs;
  pattern += other.pattern;
  open_runs += other.open_runs;
  forecast += other.forecast;
  trend.opened += other.trend.opened;
  trend.dropped += other.trend.dropped;
  trend.shared += other.trend.shared;
  state_bytes += other.state_bytes;
  late += other.late;
  released_early += other.released_early;
  lookups += other.lookups;
}

std::vector<StreamStatistics> Engine::Statistics() const {
  std::vector<StreamStatistics> all;
  std::vector<bool> is_counted(trend_groups_.size());
  for (const StreamState& stream : streams_) {
    StreamStatistics statistics = stream.statistics;
    statistics.rows_in = RowsIn(stream);
    if (stream.pattern) {
      statistics.pattern = stream.pattern->counters();
      statistics.open_runs = stream.pattern->open();
      statistics.state_bytes += stream.pattern->bytes();
    }
    if (stream.forecast) {
      statistics.forecast = stream.forecast->counters();
      statistics.state_bytes += stream.forecast->bytes();
    }
    if (stream.trend) {
      statistics.trend = stream.trend->counters();
      statistics.state_bytes += stream.trend->bytes();
      // What a group keeps in common is that of its first stream.
      if (stream.group != kNoGroup && !is_counted[stream.group]) {
        is_counted[stream.group] = true;
        statistics.state_bytes += trend_groups_[stream.group].bursts->bytes();
      }
    }
    if (stream.join) statistics.state_bytes += stream.join->bytes();
    if (stream.reorder) statistics.state_bytes += stream.reorder->bytes();
    for (const auto& windows : stream.windows) {
      if (!windows) continue;
      statistics.state_bytes += windows->bytes();
      statistics.late += windows->late();
    }
    for (const OperatorState& state : stream.states) {
      statistics.state_bytes += StateBytes(state);
      const auto* lookups = std::get_if<std::unique_ptr<enrich::Lookups>>(&state);
      if (lookups != nullptr) statistics.lookups += (*lookups)->counters();
    }
    all.push_back(std::move(statistics));
  }
  return all;
}

std::vector<Metric> Engine::Metrics() const {
  std::vector<Metric> metrics;
  for (const StreamStatistics& stream : Statistics()) {
    if (stream.late == 0) continue;
    metrics.push_back({"late_events_dropped_total", {{"stream", stream.name}}});
    metrics.back().count = stream.late;
  }
  for (size_t s = 0; s < streams_.size(); ++s) AddLookupMetrics(s, metrics);
  for (const StreamState& stream : streams_) {
    for (const OperatorState& state : stream.states) {
      const auto* tap = std::get_if<std::unique_ptr<TapState>>(&state);
      if (tap != nullptr) (*tap)->AppendMetrics(metrics);
    }
  }
  return metrics;
}

// What came of the lookups, and the rows that they have cost; nothing of what never happened.
void Engine::AddLookupMetrics(size_t stream, std::vector<Metric>& metrics) const {
  for (size_t i = 0; i < streams_[stream].states.size(); ++i) {
    const auto* lookups =
        std::get_if<std::unique_ptr<enrich::Lookups>>(&streams_[stream].states[i]);
    if (lookups == nullptr) continue;
    const auto& op = std::get<ir::EnrichOperator>(plan_.streams[stream].operators[i]);
    const enrich::LookupCounters& counters = (*lookups)->counters();
    const std::vector<std::pair<std::string, std::string>> labels = {
        {"stream", plan_.streams[stream].name},
        {"connector", plan_.lookups[op.lookup].binding.connector}};
    const auto add = [&](const char* name, uint64_t count, const char* status) {
      if (count == 0) return;
      Metric metric{name, labels};
      if (status != nullptr) metric.labels.emplace_back("status", status);
      metric.count = count;
      metrics.push_back(std::move(metric));
    };
    add("enrich_lookups_total", counters.answered, "ok");
    add("enrich_lookups_total", counters.cached, "cached");
    add("enrich_lookups_total", counters.errors, "error");
    add("enrich_lookups_total", counters.timeouts, "timeout");
    add("enrich_dropped_events_total", counters.dropped, nullptr);
  }
}

uint64_t Engine::state_bytes() const {
  uint64_t bytes = static_cast<uint64_t>(context_.owned_bytes);
  for (const StreamStatistics& stream : Statistics()) bytes += stream.state_bytes;
  return bytes;
}

}  // namespace varpulis::exec
