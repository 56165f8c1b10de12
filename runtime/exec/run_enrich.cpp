#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "runtime/exec/engine.h"
#include "runtime/io/event_json.h"
#include "runtime/kernel/display.h"
#include "runtime/kernel/values.h"

// .enrich: a row waits where it stands for the answer to its key. The keys of rows that phase 1 knows are
// asked ahead, all of a batch at once, so that it does not wait for long.

namespace varpulis::exec {

using enrich::Outcome;

namespace {

enrich::Key MakeKey(const abi::Cell& cell) {
  enrich::Key key;
  kernel::AppendDisplay(key.text, cell);
  switch (cell.tag) {
    case abi::Tag::Bool:
      key.value = cell.integer != 0;
      break;
    case abi::Tag::Int:
      key.value = cell.integer;
      break;
    case abi::Tag::Float:
      key.value = cell.number;
      break;
    default:
      key.value = key.text;
  }
  return key;
}

const char* StatusText(Outcome outcome, bool cached) {
  if (cached) return "cached";
  if (outcome == Outcome::Ok) return "ok";
  return outcome == Outcome::Error ? "error" : "timeout";
}

// The entry of that name; null if there is none.
const abi::Cell* FindEntry(const abi::MapValue& map, std::string_view name) {
  for (uint64_t i = 0; i < map.size; ++i) {
    if (map.entries()[i].key.view() == name) return &map.entries()[i].value;
  }
  return nullptr;
}

// An answer with nothing but the fields that the operator takes, to be remembered.
std::string FieldsText(const ir::EnrichOperator& op, const abi::MapValue& map) {
  std::string text = "{";
  for (size_t i = 0; i < op.fields.size(); ++i) {
    if (i > 0) text += ',';
    io::AppendJsonString(text, op.fields[i]);
    text += ':';
    io::AppendJsonValue(text, map.entries()[i].value);
  }
  return text + "}";
}

}  // namespace

// The rows of the batch that pass, in their order.
void Engine::AskAhead(const row::Batch& batch) {
  for (const row::RowRef& ref : batch.order) {
    if (ref.table == row::kUnreadTable) continue;
    const TableState& state = tables_[batch.table_ids[ref.table]];
    if (state.interesting[ref.row] == 0) continue;
    for (const Consumer& consumer : state.consumers) {
      for (const Input& input : consumer.inputs) {
        const std::vector<uint8_t>& mask = (input.same_as != nullptr ? *input.same_as : input).mask;
        const bool passes = !input.ordered && (mask.empty() || mask[ref.row] != 0);
        if (passes) AskAhead(consumer.stream, input, batch.tables[ref.table], ref.row);
      }
    }
  }
}

void Engine::AskAhead(uint32_t stream, const Input& input, const row::RowTable& rows,
                      uint32_t row) {
  const std::vector<ir::Operator>& operators = plan_.streams[stream].operators;
  for (size_t i = 0; i < operators.size(); ++i) {
    const auto* op = std::get_if<ir::EnrichOperator>(&operators[i]);
    if (op == nullptr) return;
    if (op->early_keys.empty()) continue;
    row::RowTable& keys = Derive(op->key_table);
    // An error will come up again, and count, when it is the row's turn.
    const auto errors = call_.error_counts();
    const uint32_t at =
        call_.Project(op->early_keys[input.variant], &rows, row, nullptr, keys, rows.time(row));
    call_.set_error_counts(errors);
    const abi::Cell key = keys.Get(0, at);
    keys.PopRow();
    auto& lookups = *std::get<std::unique_ptr<enrich::Lookups>>(streams_[stream].states[i]);
    if (!key.absent()) lookups.AskAhead(MakeKey(key), rows.time(row));
  }
}

// The map that the operator's kernels read, with its fields; null where there is no usable answer.
abi::MapValue* Engine::FindAnswer(const ir::EnrichOperator& op, const abi::Cell& key,
                                  const Cursor& at, enrich::Lookups::Found& found) {
  auto& lookups = *StateOf<std::unique_ptr<enrich::Lookups>>(at);
  enrich::Answer& answer = found.answer;
  if (key.absent()) {
    answer = {Outcome::Error, "the key has no value", 0};
    return nullptr;
  }
  const enrich::Key asked = MakeKey(key);
  found = lookups.Take(asked, at.rows->time(at.row));
  if (answer.outcome != Outcome::Ok) return nullptr;
  const std::optional<abi::Cell> object = answers_.Read(answer.text, *context_.arena);
  if (!object) {
    answer.outcome = Outcome::Error;
    answer.text = "the answer cannot be used: " + answers_.error();
    return nullptr;
  }
  abi::MapValue* map = NewAnswer(op);
  for (size_t i = 0; i < op.fields.size(); ++i) {
    const abi::Cell* value = FindEntry(*object->map, op.fields[i]);
    if (value != nullptr) map->entries()[i].value = *value;
  }
  if (!found.cached && lookups.remembers()) lookups.Remember(asked, FieldsText(op, *map));
  return map;
}

// With every field null.
abi::MapValue* Engine::NewAnswer(const ir::EnrichOperator& op) {
  abi::MapValue* map = kernel::NewMap(context_, op.fields.size() + 2);
  for (size_t i = 0; i < op.fields.size(); ++i)
    map->entries()[i] = {abi::VplString::Borrow(op.fields[i]), abi::Cell::Null()};
  return map;
}

// An event is gone because of it, and no handler has asked for that.
void Engine::WarnOfLoss(const ir::EnrichOperator& op, const Cursor& at, const abi::Cell& key,
                        const enrich::Answer& answer) {
  const uint64_t dropped = StateOf<std::unique_ptr<enrich::Lookups>>(at)->counters().dropped;
  if (dropped > limits::kMaxLoggedLookups || !sink_.Logs(ir::LogLevel::Warn)) return;
  const std::string message = fmt::format(
      ".enrich({}) of {}: {}: {}; the event is dropped{}",
      plan_.lookups[op.lookup].binding.connector, kernel::Display(key),
      StatusText(answer.outcome, false), answer.text,
      dropped == limits::kMaxLoggedLookups ? ", as further ones will be without a word" : "");
  WriteLog(ir::LogLevel::Warn, at.stream, abi::Cell::Str(kernel::MakeText(context_, message)),
           abi::Cell::Missing());
}

// The lookup has failed. True if the row goes on nevertheless: with the fallback, or without values
// because the program says so.
bool Engine::SurvivesLookup(const ir::EnrichOperator& op, const Cursor& at, const abi::Cell& key,
                            const enrich::Answer& answer) {
  if (op.has_fallback) return true;
  call_.CountError(answer.outcome == Outcome::Timeout ? abi::EvalError::LookupTimeout
                                                      : abi::EvalError::LookupError);
  const ir::OnError& on_error = plan_.streams[at.stream].on_error[at.op];
  if (on_error.is_written && on_error.policy == ir::ErrorPolicy::Null) return true;
  ++StateOf<std::unique_ptr<enrich::Lookups>>(at)->counters().dropped;
  if (!on_error.is_written) WarnOfLoss(op, at, key, answer);
  return false;
}

Engine::Next Engine::Run(const ir::EnrichOperator& op, Cursor& at) {
  row::RowTable& values = Derive(op.key_table);
  const std::optional<uint32_t> written = Evaluate(op.keys, values, at);
  if (!written) return Next::Drop;
  const abi::Cell key = values.Get(0, *written);
  const abi::Cell fallback = op.has_fallback ? values.Get(1, *written) : abi::Cell::Null();
  values.PopRow();
  enrich::Lookups::Found found;
  abi::MapValue* map = FindAnswer(op, key, at, found);
  const Outcome outcome = found.answer.outcome;
  enrich::LookupCounters& counters = StateOf<std::unique_ptr<enrich::Lookups>>(at)->counters();
  ++(found.cached                ? counters.cached
     : outcome == Outcome::Ok    ? counters.answered
     : outcome == Outcome::Error ? counters.errors
                                 : counters.timeouts);
  if (map == nullptr) {
    if (!SurvivesLookup(op, at, key, found.answer)) return Next::Drop;
    map = NewAnswer(op);
    for (size_t i = 0; i < op.fields.size(); ++i) map->entries()[i].value = fallback;
  }
  abi::MapEntry* own = map->entries() + op.fields.size();
  own[0] = {abi::VplString::Borrow("enrich_status"),
            abi::Cell::Str(abi::VplString::Borrow(StatusText(outcome, found.cached)))};
  own[1] = {abi::VplString::Borrow("enrich_latency_ms"), abi::Cell::Int(found.answer.latency_ms)};
  context_.answer = kernel::MapCell(map);
  row::RowTable& out = Derive(op.tables[at.variant]);
  at.row =
      call_.Project(op.kernels[at.variant], at.rows, at.row, nullptr, out, at.rows->time(at.row));
  at.rows = &out;
  return Next::GoOn;
}

}  // namespace varpulis::exec
