#include <fmt/format.h>

#include "runtime/exec/engine.h"
#include "runtime/exec/flat_event.h"
#include "runtime/io/event_json.h"
#include "runtime/kernel/display.h"
#include "runtime/kernel/values.h"

// .print .log .tap .to .alert: they look at a row, which goes on as it is.

namespace varpulis::exec {
namespace {

// A record is one line.
void AppendOneLine(std::string& out, const abi::Cell& value) {
  const size_t begin = out.size();
  kernel::AppendDisplay(out, value);
  for (size_t at = out.find_first_of("\r\n", begin); at != std::string::npos;
       at = out.find_first_of("\r\n", at)) {
    out.replace(at, 1, out[at] == '\n' ? "\\n" : "\\r");
  }
}

}  // namespace

Engine::Next Engine::Run(const ir::PrintOperator& op, Cursor& at) {
  row::RowTable& values = Derive(op.table);
  const std::optional<uint32_t> written = Evaluate(op.kernels, values, at);
  if (!written) return Next::Drop;
  line_ = "[PRINT]";
  if (op.whole_event) {
    line_ += fmt::format(" [{}] {}: ", plan_.streams[at.stream].name, at.rows->schema().event_type);
    io::AppendJsonValue(line_, values.Get(0, *written));
  } else {
    for (uint32_t c = 0; c < values.schema().columns.size(); ++c) {
      line_ += ' ';
      kernel::AppendDisplay(line_, values.Get(c, *written));
    }
  }
  values.PopRow();
  sink_.Print(line_);
  return Next::GoOn;
}

Engine::Next Engine::Run(const ir::LogOperator& op, Cursor& at) {
  row::RowTable& values = Derive(op.table);
  const std::optional<uint32_t> written = Evaluate(op.kernels, values, at);
  if (!written) return Next::Drop;
  const abi::Cell word = values.Get(0, *written);
  const ir::LogLevel level = op.level                    ? *op.level
                             : word.tag == abi::Tag::Str ? ir::ParseLevel(word.string.view())
                                                         : ir::LogLevel::Info;
  const abi::Cell message = values.Get(1, *written);
  const abi::Cell data = values.Get(2, *written);
  values.PopRow();
  if (sink_.Logs(level)) WriteLog(level, at.stream, message, data);
  return Next::GoOn;
}

Engine::Next Engine::Run(const ir::TapOperator& op, Cursor& at) {
  row::RowTable& values = Derive(op.table);
  const std::optional<uint32_t> written = Evaluate(op.kernels, values, at);
  if (!written) return Next::Drop;
  StateOf<std::unique_ptr<TapState>>(at)->Observe(values, *written, order_);
  if (!op.recorded.empty() && sink_.Logs(ir::LogLevel::Debug)) {
    const auto columns = static_cast<uint32_t>(values.schema().columns.size());
    const auto recorded = static_cast<uint32_t>(op.recorded.size());
    abi::MapValue* data = kernel::NewMap(context_, recorded);
    data->size = 0;
    for (uint32_t c = columns - recorded; c < columns; ++c) {
      const abi::Cell value = values.Get(c, *written);
      if (value.tag == abi::Tag::Missing) continue;
      const std::string& name = op.recorded[c - (columns - recorded)];
      data->entries()[data->size++] = {abi::VplString::Borrow(name), value};
    }
    const abi::Cell message = abi::Cell::Str(abi::VplString::Borrow("tap"));
    WriteLog(ir::LogLevel::Debug, at.stream, message, kernel::MapCell(data));
  }
  values.PopRow();
  return Next::GoOn;
}

Engine::Next Engine::Run(const ir::ToOperator& op, Cursor& at) {
  row::RowTable& copies = Derive(op.table);
  const std::optional<uint32_t> copy = Evaluate(op.kernels, copies, at);
  if (!copy) return Next::Drop;
  if (sink_.Takes(op.egress)) {
    line_.clear();
    AppendFlatEvent(line_, op.keys, copies, *copy);
    line_.pop_back();  // the line break
    topic_ = plan_.egresses[op.egress].binding.topic;
    for (size_t c = op.keys.size(); c < copies.schema().columns.size(); ++c) {
      kernel::AppendDisplay(topic_, copies.Get(static_cast<uint32_t>(c), *copy));
    }
    sink_.Deliver(op.egress, topic_, line_);
  } else {
    ++undelivered_[op.egress];
  }
  copies.PopRow();
  return Next::GoOn;
}

// The text of an alert, into line_.
void Engine::RenderAlert(const ir::AlertOperator& op, const row::RowTable& values, uint32_t row,
                         std::string_view event_type) {
  line_.clear();
  if (op.parts.empty()) {
    line_ = fmt::format("{}: ", event_type);
    io::AppendJsonValue(line_, values.Get(0, row));
  }
  for (const ir::AlertOperator::Part& part : op.parts) {
    const abi::Cell value = part.column < 0 ? abi::Cell::Missing()
                                            : values.Get(static_cast<uint32_t>(part.column), row);
    if (value.tag == abi::Tag::Missing) {
      line_ += part.text;
    } else {
      kernel::AppendDisplay(line_, value);
    }
  }
}

Engine::Next Engine::Run(const ir::AlertOperator& op, Cursor& at) {
  row::RowTable& values = Derive(op.table);
  const std::optional<uint32_t> written = Evaluate(op.kernels, values, at);
  if (!written) return Next::Drop;
  RenderAlert(op, values, *written, at.rows->schema().event_type);
  values.PopRow();
  const ir::Alert& alert = plan_.alerts[op.alert];
  if (alert.webhook.empty()) {
    const abi::Cell text = abi::Cell::Str(kernel::MakeText(context_, line_));
    if (sink_.Logs(ir::LogLevel::Info))
      WriteLog(ir::LogLevel::Info, at.stream, text, abi::Cell::Missing());
    return Next::GoOn;
  }
  std::string body = "{\"text\":";
  io::AppendJsonString(body, line_);
  body += ",\"event_type\":\"alert\",\"stream\":";
  io::AppendJsonString(body, alert.stream);
  sink_.Alert(op.alert, body + "}");
  return Next::GoOn;
}

void Engine::WriteLog(ir::LogLevel level, uint32_t stream, const abi::Cell& message,
                      const abi::Cell& data) {
  line_ = fmt::format("[LOG] {} [{}] ", ir::LevelName(level), plan_.streams[stream].name);
  AppendOneLine(line_, message);
  if (data.tag != abi::Tag::Missing) {
    line_ += ' ';
    io::AppendJsonValue(line_, data);
  }
  sink_.Log(level, line_);
}

}  // namespace varpulis::exec
