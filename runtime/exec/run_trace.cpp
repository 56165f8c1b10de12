#include "runtime/exec/engine.h"

// What the engine tells a trace.

namespace varpulis::exec {

void Engine::Trace(TraceWrite write) {
  trace_ = std::make_unique<Tracer>(
      plan_, call_, [this](ir::TableId table) -> row::RowTable& { return Derive(table); },
      std::move(write));
  for (StreamState& stream : streams_) {
    if (!stream.pattern) continue;
    stream.pattern->set_closed(false);
    if (stream.forecast)
      stream.both = std::make_unique<pattern::TwoObservers>(*trace_, *stream.forecast);
    stream.pattern->set_observer(stream.both ? static_cast<pattern::RunObserver*>(stream.both.get())
                                             : trace_.get());
  }
}

void Engine::TraceEvent(const row::Batch& batch, const row::RowRef& ref, uint64_t number) {
  if (ref.table != row::kUnreadTable)
    return trace_->Event(number, batch.tables[ref.table], ref.row);
  const bool known = ref.row < batch.unread_types.size();
  trace_->UnreadEvent(number, known ? batch.unread_types[ref.row] : std::string());
}

void Engine::TraceOffer(const Consumer& consumer, const Input& input, bool passes,
                        const row::RowTable& rows, uint32_t row) {
  if (input.is_watched) return;  // its steps are offered the row as well
  const ir::StreamPlan& plan = plan_.streams[consumer.stream];
  if (const auto* steps = ir::StepsOf(plan)) {
    const ir::StepInput& step = (*steps)[input.step].inputs[input.step_input];
    return trace_->Offered(consumer.stream, input.step, step.traced, passes, rows, row);
  }
  static const std::vector<ir::TracedCondition> kNone;
  const auto& traced = plan.join ? kNone : plan.inputs[input.variant].traced;
  trace_->Offered(consumer.stream, UINT32_MAX, traced, passes, rows, row);
}

}  // namespace varpulis::exec
