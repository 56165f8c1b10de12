#include "server/host/program_sink.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "runtime/exec/flat_event.h"
#include "runtime/io/event_json.h"

namespace varpulis::host {
namespace {

const log::Target kLog("varpulis_runtime::engine");

log::Level LevelOf(ir::LogLevel level) {
  switch (level) {
    case ir::LogLevel::Trace:
      return log::Level::Trace;
    case ir::LogLevel::Debug:
      return log::Level::Debug;
    case ir::LogLevel::Info:
      return log::Level::Info;
    case ir::LogLevel::Warn:
      return log::Level::Warn;
    case ir::LogLevel::Error:
      return log::Level::Error;
  }
  return log::Level::Info;
}

void AppendMember(std::string& out, std::string_view key, const abi::Cell& value) {
  if (!out.empty()) out += ',';
  io::AppendJsonString(out, key);
  out += ':';
  io::AppendJsonValue(out, value);
}

}  // namespace

void ProgramSink::Emit(uint32_t stream, const std::vector<std::string>& keys,
                       const row::RowTable& rows, uint32_t row) {
  Count(stream, rows);
  auto output = std::make_shared<OutputEvent>();
  output->number = next_number_++;
  output->event_type = rows.schema().event_type;
  output->time = rows.time(row);
  bool has_type_field = false;
  exec::VisitOutput(keys, rows, row, [&](const std::string& key, const abi::Cell& value) {
    if (value.tag == abi::Tag::Missing) return;
    AppendMember(output->fields, key, value);
    has_type_field |= key == "event_type";
  });
  if (has_type_field) {
    exec::VisitOutput(keys, rows, row, [&](const std::string& key, const abi::Cell& value) {
      if (value.tag == abi::Tag::Missing) return;
      AppendMember(output->flat_fields, key == "event_type" ? "data_event_type" : key, value);
    });
  }
  answer_bytes_ += output->fields.size() + output->event_type.size();
  answer_.truncated |= answer_.outputs.size() >= limits::kMaxAnsweredOutputs ||
                       answer_bytes_ > limits::kMaxAnsweredBytes;
  if (!answer_.truncated) answer_.outputs.push_back(output);
  // Half of them at once, so that the move costs little for each.
  if (for_log_.size() == 2 * limits::kLoggedOutputs) {
    for_log_.erase(for_log_.begin(), for_log_.begin() + limits::kLoggedOutputs);
  }
  for_log_.push_back(std::move(output));
}

void ProgramSink::Count(uint32_t stream, const row::RowTable& rows) {
  const auto [at, is_new] = series_of_.try_emplace({stream, &rows.schema()}, series_.size());
  if (is_new) series_.push_back({stream, rows.schema().event_type, 0});
  ++series_[at->second].count;
}

void ProgramSink::Print(std::string_view line) {
  if (!is_silent_) VPL_LOG(kLog, Info, line, {"pipeline_id", pipeline_id_});
}

bool ProgramSink::Logs(ir::LogLevel level) const {
  return !is_silent_ && kLog.Wants(LevelOf(level));
}

void ProgramSink::Log(ir::LogLevel level, std::string_view line) {
  kLog.Write(LevelOf(level), line, {{"pipeline_id", pipeline_id_}});
}

void ProgramSink::BeginAnswer() {
  answer_ = {};
  answer_bytes_ = 0;
}

ProgramSink::Answer ProgramSink::TakeAnswer() { return std::exchange(answer_, {}); }

std::vector<OutputPtr> ProgramSink::TakeForLog() {
  std::vector<OutputPtr> taken = std::exchange(for_log_, {});
  if (taken.size() > limits::kLoggedOutputs) {
    taken.erase(taken.begin(), taken.end() - static_cast<ptrdiff_t>(limits::kLoggedOutputs));
  }
  return taken;
}

}  // namespace varpulis::host
