#pragma once

// Receives what a program puts out during a step, and numbers it.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/exec/output_sink.h"
#include "server/host/outlet.h"
#include "server/host/output_log.h"

namespace varpulis::host {

// For the thread that runs the engine.
class ProgramSink final : public exec::OutputSink {
 public:
  // Lines of `.print` and `.log` go to the log of the server under this id.
  explicit ProgramSink(std::string pipeline_id) : pipeline_id_(std::move(pipeline_id)) {}

  void Emit(uint32_t stream, const std::vector<std::string>& keys, const row::RowTable& rows,
            uint32_t row) override;
  void Print(std::string_view line) override;
  bool Logs(ir::LogLevel level) const override;
  void Log(ir::LogLevel level, std::string_view line) override;

  // Where deliveries go; null: they are counted as undelivered. It outlives the sink's use.
  void set_outlet(Outlet* outlet) { outlet_ = outlet; }
  bool Takes(uint32_t) const override { return outlet_ != nullptr; }
  void Deliver(uint32_t egress, std::string_view topic, std::string_view event) override {
    outlet_->Deliver(egress, topic, event);
  }
  // Behind a batch: what it delivered may go out.
  void Publish() {
    if (outlet_ != nullptr) outlet_->Publish();
  }

  // Begins to collect outputs for the answer to a request.
  void BeginAnswer();
  struct Answer {
    std::vector<OutputPtr> outputs;
    bool truncated = false;
  };
  Answer TakeAnswer();
  // The latest outputs since the last call, at most limits::kLoggedOutputs.
  std::vector<OutputPtr> TakeForLog();

  // The number of the last output, by whoever it was.
  uint64_t outputs() const { return next_number_ - 1; }
  // Goes on behind an output of that number.
  void GoOnBehind(uint64_t number) { next_number_ = number + 1; }
  // While events are processed a second time, what they print and log is not said again.
  void set_silent(bool silent) { is_silent_ = silent; }
  // By stream and event type.
  struct Series {
    uint32_t stream;
    std::string event_type;
    uint64_t count;
  };
  const std::vector<Series>& series() const { return series_; }

 private:
  void Count(uint32_t stream, const row::RowTable& rows);

  const std::string pipeline_id_;
  Outlet* outlet_ = nullptr;
  uint64_t next_number_ = 1;
  bool is_silent_ = false;
  std::vector<Series> series_;
  std::map<std::pair<uint32_t, const ir::Table*>, size_t> series_of_;  // index into series_
  Answer answer_;
  size_t answer_bytes_ = 0;
  std::vector<OutputPtr> for_log_;
};

}  // namespace varpulis::host
