#include <charconv>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "runtime/io/event_json.h"
#include "server/api/answers.h"
#include "server/api/resources.h"

// Server-sent events: one message per output (operations.md 4.5).

namespace varpulis::api {
namespace {

constexpr size_t kOutputsAtOnce = 64;

std::string Message(const host::OutputEvent& output) {
  std::string text = fmt::format("id: {}\ndata: {{\"event_type\":", output.number);
  io::AppendJsonString(text, output.event_type);
  text += fmt::format(",\"timestamp\":\"{}\",\"data\":{{{}}}}}\n\n",
                      base::FormatTimestamp(output.time), output.fields);
  return text;
}

class LogStream final : public http::BodyStream {
 public:
  LogStream(std::shared_ptr<host::Pipeline> pipeline, uint64_t next)
      : pipeline_(std::move(pipeline)), next_(next) {}
  ~LogStream() override { Stop(); }

  void Start(std::function<void()> wake) override {
    subscription_ = pipeline_->log().Subscribe(std::move(wake));
  }
  void Stop() override {
    if (subscription_) pipeline_->log().Unsubscribe(*subscription_);
    subscription_.reset();
  }
  std::optional<std::string> Take() override;
  std::string KeepAlive() const override { return ":\n\n"; }
  std::string Goodbye() const override { return ": the server stops\n\n"; }

 private:
  std::shared_ptr<host::Pipeline> pipeline_;
  uint64_t next_;
  std::optional<uint64_t> subscription_;
  bool is_open_ = false;
  bool has_ended_ = false;
};

std::optional<std::string> LogStream::Take() {
  if (has_ended_) return std::nullopt;
  std::string text;
  // Something at once, so that a client knows that from here on it misses nothing.
  if (!std::exchange(is_open_, true)) text = ":\n\n";
  const host::OutputLog::Reading reading = pipeline_->log().Read(next_, kOutputsAtOnce);
  next_ = reading.next;
  if (reading.skipped > 0) {
    text += fmt::format("event: warning\ndata: {{\"warning\":\"skipped {} events\"}}\n\n",
                        reading.skipped);
  }
  for (const host::OutputPtr& output : reading.outputs) text += Message(*output);
  has_ended_ = reading.closed;
  if (has_ended_) text += "event: end\ndata: {\"reason\":\"the pipeline was deleted\"}\n\n";
  return text;
}

// Where the client wants to go on: behind the last message that it has seen, else with what comes next.
uint64_t FirstNumber(const http::Request& request, host::Pipeline& pipeline) {
  const std::string_view last = request.header("last-event-id");
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), number);
  const bool is_number = !last.empty() && error == std::errc() && end == last.data() + last.size();
  return is_number && number < UINT64_MAX ? number + 1 : pipeline.log().next_number();
}

void Logs(Context& context, const http::Request& request, const http::Reply& reply) {
  auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline) return;
  http::Response response;
  response.content_type = "text/event-stream";
  response.headers = {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}};
  const uint64_t first = FirstNumber(request, *pipeline);
  response.stream = std::make_unique<LogStream>(std::move(pipeline), first);
  reply(std::move(response));
}

}  // namespace

void AddLogs(http::Router& router, Context& context) {
  http::Route route = MakeRoute(context, "GET", "/api/v1/pipelines/{id}/logs", Logs,
                                "What a pipeline puts out, as server-sent events");
  route.key_in_query = true;
  router.Add(std::move(route));
}

}  // namespace varpulis::api
