#include "server/api/output_feed.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/io/event_json.h"

namespace varpulis::api {
namespace {

constexpr size_t kOutputsAtOnce = 64;

std::string MessageOf(const host::OutputEvent& output, const std::string& pipeline_id) {
  std::string text = "{\"type\":\"output_event\",\"event_type\":";
  io::AppendJsonString(text, output.event_type);
  text += fmt::format(",\"data\":{{{}}},\"timestamp\":\"{}\",\"pipeline_id\":\"{}\"}}",
                      output.fields, base::FormatTimestamp(output.time), pipeline_id);
  return text;
}

}  // namespace

void OutputFeed::Watch(const std::vector<std::shared_ptr<host::Pipeline>>& pipelines,
                       int64_t since) {
  std::map<std::string, Watched> kept;
  for (const std::shared_ptr<host::Pipeline>& pipeline : pipelines) {
    const std::string& id = pipeline->identity().id;
    if (auto known = watched_.extract(id)) {
      kept.insert(std::move(known));
      continue;
    }
    if (kept.contains(id)) continue;
    const bool is_new = pipeline->identity().created_steady_ns >= since;
    host::OutputLog& log = pipeline->log();
    const uint64_t first = is_new ? 1 : log.next_number();
    kept.emplace(id, Watched{pipeline, first, log.Subscribe(wake_)});
  }
  Clear();
  watched_ = std::move(kept);
}

std::optional<std::string> OutputFeed::Take() {
  // Each in turn, so that none that puts out much keeps the others waiting.
  for (size_t i = 0; i < watched_.size() && messages_.empty(); ++i) {
    auto at = watched_.upper_bound(last_);
    if (at == watched_.end()) at = watched_.begin();
    last_ = at->first;
    Read(at->second);
  }
  if (messages_.empty()) return std::nullopt;
  std::string message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

void OutputFeed::Read(Watched& watched) {
  const host::OutputLog::Reading reading =
      watched.pipeline->log().Read(watched.next, kOutputsAtOnce);
  watched.next = reading.next;
  if (reading.skipped > 0) {
    messages_.push_back(
        fmt::format("{{\"type\":\"warning\",\"message\":\"skipped {} events\"}}", reading.skipped));
  }
  for (const host::OutputPtr& output : reading.outputs)
    messages_.push_back(MessageOf(*output, watched.pipeline->identity().id));
}

void OutputFeed::Clear() {
  for (auto& [id, watched] : watched_) watched.pipeline->log().Unsubscribe(watched.subscription);
  watched_.clear();
}

}  // namespace varpulis::api
