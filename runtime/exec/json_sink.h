#pragma once

// Program output as flat JSON lines, collected in memory and handed over in blocks. Who has drivers for
// connectors derives from it.

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/exec/output_sink.h"

namespace varpulis::exec {

class JsonSink : public OutputSink {
 public:
  // `write` receives whole lines; `print` one `.print` line without line break.
  using Write = std::function<void(std::string_view lines)>;
  using PrintLine = std::function<void(std::string_view line)>;
  JsonSink(Write write, PrintLine print, size_t block_bytes = 64 << 10)
      : write_(std::move(write)), print_(std::move(print)), block_bytes_(block_bytes) {}

  // `OUTPUT EVENT: Type - {fields}` instead of flat lines.
  void set_human(bool human) { human_ = human; }
  bool human() const { return human_; }
  void Emit(uint32_t stream, const std::vector<std::string>& keys, const row::RowTable& rows,
            uint32_t row) override;
  void Print(std::string_view line) override;
  // Records of level `lowest` and above go to `log`, one line without line break each.
  using LogLine = std::function<void(ir::LogLevel level, std::string_view line)>;
  void set_log(ir::LogLevel lowest, LogLine log) {
    lowest_level_ = lowest;
    log_ = std::move(log);
  }
  bool Logs(ir::LogLevel level) const override { return log_ && level >= lowest_level_; }
  void Log(ir::LogLevel level, std::string_view line) override;
  // Alerts go to `alert` with their number in the plan; without it they are lost.
  using PostAlert = std::function<void(uint32_t alert, std::string_view body)>;
  void set_alert(PostAlert alert) { alert_ = std::move(alert); }
  void Alert(uint32_t alert, std::string_view body) override {
    if (alert_) alert_(alert, body);
  }
  // Makes `shard` take what this one takes, and hand records of logs to `log`.
  void PassLogs(JsonSink& shard, LogLine log) const {
    if (log_) shard.set_log(lowest_level_, std::move(log));
  }
  // Whole lines that another sink has written.
  void Lines(std::string_view lines);
  // Hands over what is left.
  void Flush();

 private:
  Write write_;
  PrintLine print_;
  ir::LogLevel lowest_level_ = ir::LogLevel::Warn;
  LogLine log_;
  PostAlert alert_;
  size_t block_bytes_;
  bool human_ = false;
  std::string lines_;
};

}  // namespace varpulis::exec
