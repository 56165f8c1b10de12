#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/io/injection.h"
#include "server/api/answers.h"
#include "server/api/output_feed.h"
#include "server/api/resources.h"
#include "server/api/stream_summary.h"
#include "server/metrics/process_metrics.h"

// `/ws`: a conversation in JSON messages (operations.md 4.6, decision 30).

namespace varpulis::api {
namespace {

using host::Admission;
using host::Pipeline;
using PipelinePtr = std::shared_ptr<Pipeline>;

constexpr size_t kMaxTopics = 64;
constexpr std::string_view kPipelineTopic = "pipeline:";

std::string ErrorMessage(std::string_view message) {
  return Json{{"type", "error"}, {"message", message}}.dump();
}

std::string TextOf(const Json& message, const char* member) {
  const auto found = message.find(member);
  return found != message.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// By how much something grows per second, between one question and the next.
class Growth {
 public:
  Growth(double value, int64_t now_ns) : value_(value), asked_ns_(now_ns) {}
  double PerSecond(double value, int64_t now_ns) {
    const double seconds = static_cast<double>(now_ns - asked_ns_) / 1e9;
    // Nobody asks so often that it would mean something.
    if (seconds < 0.01) return last_;
    last_ = std::max(0.0, value - value_) / seconds;
    value_ = value;
    asked_ns_ = now_ns;
    return last_;
  }

 private:
  double value_;
  int64_t asked_ns_;
  double last_ = 0;
};

using Growths = std::map<std::pair<std::string, std::string>, Growth>;  // by pipeline and stream

class SocketConversation final : public http::Conversation {
 public:
  SocketConversation(Context& context, std::string tenant)
      : context_(context),
        tenant_(std::move(tenant)),
        followed_ns_(host::HostClock().steady_ns()),
        followed_before_ns_(followed_ns_),
        cpu_(metrics::ReadProcessMetrics().cpu_seconds, followed_ns_) {}

  void Start(std::function<void()> wake) override {
    feed_ = std::make_unique<OutputFeed>(std::move(wake));
  }
  void Stop() override { feed_ = nullptr; }
  void Receive(std::string_view text, const Answer& answer) override;
  std::optional<std::string> Take() override;
  void Tick() override;

 private:
  // Also of answers that come when the conversation is over.
  struct Loaded {
    // The pipeline that was loaded before goes.
    void Replace(const PipelinePtr& with, host::PipelineHost& host);

    std::mutex mutex;
    PipelinePtr pipeline;
    bool is_new = false;  // the feed does not know it yet
  };

  void LoadFile(const Json& message, const Answer& answer);
  void Inject(const Json& message, const Answer& answer);
  std::string Subscribe(const Json& message, bool on);
  double EventsPerSecond(const host::PipelineIdentity& identity, const std::string& stream,
                         uint64_t events, int64_t now_ns, const Growths& before);
  std::string Streams();
  std::string Metrics();
  PipelinePtr LoadedPipeline() const {
    std::lock_guard lock(loaded_->mutex);
    return loaded_->pipeline;
  }
  PipelinePtr NewlyLoaded();
  PipelinePtr Addressed(const Json& message) const;
  std::vector<PipelinePtr> Shown() const;
  void Follow();

  Context& context_;
  const std::string tenant_;
  int64_t followed_ns_;         // when Follow was called last
  int64_t followed_before_ns_;  // and the time before that
  const std::shared_ptr<Loaded> loaded_ = std::make_shared<Loaded>();
  std::set<std::string> topics_;
  std::unique_ptr<OutputFeed> feed_;
  bool owes_metrics_ = false;
  Growth cpu_;
  Growths events_;
};

// --- messages ------------------------------------------------------------------------------------

void SocketConversation::Receive(std::string_view text, const Answer& answer) {
  const Json message = Json::parse(text, nullptr, false);
  if (!message.is_object()) return answer(ErrorMessage("a message is one JSON object"));
  const std::string type = TextOf(message, "type");
  if (type == "load_file") return LoadFile(message, answer);
  if (type == "inject_event") return Inject(message, answer);
  if (type == "get_streams") return answer(Streams());
  if (type == "get_metrics") return answer(Metrics());
  if (type == "subscribe" || type == "unsubscribe")
    return answer(Subscribe(message, type == "subscribe"));
  answer(ErrorMessage("Unknown message type"));
}

std::optional<std::string> SocketConversation::Take() {
  if (const PipelinePtr pipeline = NewlyLoaded()) {
    topics_.insert(std::string(kPipelineTopic) + pipeline->identity().id);
    Follow();
  }
  if (std::exchange(owes_metrics_, false)) return Metrics();
  return feed_->Take();
}

// Pipelines come and go.
void SocketConversation::Tick() {
  Follow();
  owes_metrics_ = topics_.contains("metrics");
}

// --- programs and events -------------------------------------------------------------------------

void SocketConversation::Loaded::Replace(const PipelinePtr& with, host::PipelineHost& host) {
  PipelinePtr old;
  {
    std::lock_guard lock(mutex);
    old = std::exchange(pipeline, with);
    is_new = true;
  }
  if (old) (void)host.Delete(old, [](const Status&) {});
}

PipelinePtr SocketConversation::NewlyLoaded() {
  std::lock_guard lock(loaded_->mutex);
  return std::exchange(loaded_->is_new, false) ? loaded_->pipeline : nullptr;
}

std::string LoadAnswer(const PipelinePtr& pipeline, const std::string& error) {
  const bool success = pipeline != nullptr;
  return Json{{"type", "load_result"},
              {"success", success},
              {"streams_loaded", success ? pipeline->program()->plan.streams.size() : 0},
              {"error", success ? Json() : Json(error)},
              {"pipeline_id", success ? Json(pipeline->identity().id) : Json()}}
      .dump();
}

void SocketConversation::LoadFile(const Json& message, const Answer& answer) {
  // The same answer for what lies outside and what does not exist.
  static const std::string kNoFile = "there is no such file in the work directory";
  const auto& root = context_.host.imports();
  const auto tenant = context_.tenants.Find(tenant_);
  if (!tenant) return answer(LoadAnswer(nullptr, "the tenant was deleted"));
  if (!root) return answer(LoadAnswer(nullptr, kNoFile));
  const std::string path = TextOf(message, "path");
  const std::filesystem::path file = std::filesystem::path(root->folder()) / path;
  Result<std::string> source = root->Files().read(file.string());
  if (path.empty() || !source.ok()) return answer(LoadAnswer(nullptr, kNoFile));
  const bool posted = context_.host.Deploy(
      {tenant, file.stem().string(), std::move(*source), ""},
      [loaded = loaded_, answer, &host = context_.host](const host::DeployOutcome& outcome) {
        if (outcome.pipeline) loaded->Replace(outcome.pipeline, host);
        answer(LoadAnswer(outcome.pipeline, outcome.message));
      });
  if (!posted) answer(LoadAnswer(nullptr, "too many programs wait for being compiled"));
}

// The one that the message names, else the one that was loaded here; null: there is none.
PipelinePtr SocketConversation::Addressed(const Json& message) const {
  const std::string id = TextOf(message, "pipeline_id");
  return id.empty() ? LoadedPipeline() : context_.host.Find(tenant_, id);
}

void SocketConversation::Inject(const Json& message, const Answer& answer) {
  const std::string event_type = TextOf(message, "event_type");
  const PipelinePtr pipeline = Addressed(message);
  if (!pipeline)
    return answer(ErrorMessage("load a file first, or say which pipeline with `pipeline_id`"));
  Json event = {{"event_type", event_type}, {"fields", message.value("data", Json::object())}};
  if (const auto time = message.find("timestamp"); time != message.end())
    event["timestamp"] = *time;
  thread_local io::InjectionReader reader;
  Result<io::Injection> injection = reader.ReadEvent(event.dump());
  if (!injection.ok()) return answer(ErrorMessage(injection.status().message()));
  const Admission admission = pipeline->Admit(
      {std::move(*injection), "", [answer, event_type](const host::InjectOutcome& outcome) {
         if (!outcome.not_stored.empty()) return answer(ErrorMessage(outcome.not_stored));
         if (!outcome.failure.empty()) return answer(ErrorMessage(outcome.failure));
         answer(Json{{"type", "event_injected"}, {"event_type", event_type}, {"success", true}}
                    .dump());
       }});
  if (admission != Admission::Admitted) answer(ErrorMessage(WhyNotAdmitted(admission, *pipeline)));
}

// --- watching ------------------------------------------------------------------------------------

bool IsTopic(const std::string& topic) {
  static const std::set<std::string, std::less<>> kTopics = {"metrics", "output_events", "workers",
                                                             "alerts"};
  return kTopics.contains(topic) || topic.starts_with(kPipelineTopic);
}

std::string SocketConversation::Subscribe(const Json& message, bool on) {
  const auto topics = message.find("topics");
  if (topics == message.end() || !topics->is_array())
    return ErrorMessage("`topics` is an array of texts");
  for (const Json& topic : *topics) {
    if (!topic.is_string() || !IsTopic(topic.get<std::string>()))
      return ErrorMessage("there is no topic " + topic.dump());
  }
  for (const Json& topic : *topics) {
    if (!on) topics_.erase(topic.get<std::string>());
    if (on && topics_.size() < kMaxTopics) topics_.insert(topic.get<std::string>());
  }
  Follow();
  return Json{{"type", "subscribed"}, {"topics", topics_}}.dump();
}

// Brings the feed up to date with the topics and with what pipelines there are.
void SocketConversation::Follow() {
  std::vector<PipelinePtr> watched;
  if (topics_.contains("output_events")) {
    watched = context_.host.List(tenant_);
  } else {
    for (const std::string& topic : topics_) {
      if (!topic.starts_with(kPipelineTopic)) continue;
      if (auto found = context_.host.Find(tenant_, topic.substr(kPipelineTopic.size())))
        watched.push_back(std::move(found));
    }
  }
  // A pipeline may have been created a little before it is found.
  feed_->Watch(watched, followed_before_ns_);
  followed_before_ns_ = std::exchange(followed_ns_, host::HostClock().steady_ns());
}

// --- figures -------------------------------------------------------------------------------------

// What questions without an address are about: the program that was loaded here, else all of the tenant.
std::vector<PipelinePtr> SocketConversation::Shown() const {
  if (PipelinePtr loaded = LoadedPipeline()) return {std::move(loaded)};
  return context_.host.List(tenant_);
}

// Since the last question on this connection, or since the pipeline is there.
double SocketConversation::EventsPerSecond(const host::PipelineIdentity& identity,
                                           const std::string& stream, uint64_t events,
                                           int64_t now_ns, const Growths& before) {
  std::pair<std::string, std::string> key(identity.id, stream);
  const auto known = before.find(key);
  Growth growth = known != before.end() ? known->second : Growth(0, identity.created_steady_ns);
  const double rate = growth.PerSecond(static_cast<double>(events), now_ns);
  events_.emplace(std::move(key), growth);
  return rate;
}

std::string SocketConversation::Streams() {
  const int64_t now = host::HostClock().steady_ns();
  Json list = Json::array();
  const Growths before = std::exchange(events_, {});
  for (const PipelinePtr& pipeline : Shown()) {
    const host::PipelineReport report = pipeline->report();
    std::map<std::string_view, uint64_t> events;
    for (const host::StreamReport& stream : report.streams)
      events.emplace(stream.name, stream.events_processed);
    const ir::Plan& plan = pipeline->program()->plan;
    const host::PipelineIdentity& identity = pipeline->identity();
    for (const ir::StreamPlan& stream : plan.streams) {
      const double rate = EventsPerSecond(identity, stream.name, events[stream.name], now, before);
      list.push_back({{"name", stream.name},
                      {"source", SourceText(plan, stream)},
                      {"operations", OperationNames(stream)},
                      {"events_per_second", rate},
                      {"status", pipeline->status()},
                      {"pipeline_id", identity.id}});
    }
  }
  return Json{{"type", "streams"}, {"data", std::move(list)}}.dump();
}

std::string SocketConversation::Metrics() {
  const int64_t now = host::HostClock().steady_ns();
  uint64_t events = 0, outputs = 0;
  size_t streams = 0;
  for (const PipelinePtr& pipeline : Shown()) {
    const host::PipelineReport report = pipeline->report();
    events += report.events_processed;
    outputs += report.output_events;
    streams += pipeline->program()->plan.streams.size();
  }
  const metrics::ProcessMetrics process = metrics::ReadProcessMetrics();
  return Json{{"type", "metrics"},
              {"events_processed", events},
              {"output_events_emitted", outputs},
              {"active_streams", streams},
              {"uptime", static_cast<double>(now - context_.started_ns) / 1e9},
              {"memory_usage", process.resident_bytes},
              {"cpu_usage", 100 * cpu_.PerSecond(process.cpu_seconds, now)}}
      .dump();
}

void Open(Context& context, const http::Request& request, const http::Reply& reply) {
  if (!request.is_upgrade) {
    http::Response response =
        Error(400, "invalid_request", "this path speaks WebSocket: the request is no upgrade");
    response.headers.emplace_back("Upgrade", "websocket");
    return reply(std::move(response));
  }
  http::Response response;
  response.conversation = std::make_unique<SocketConversation>(context, request.principal);
  reply(std::move(response));
}

}  // namespace

void AddSocket(http::Router& router, Context& context) {
  http::Route route =
      MakeRoute(context, "GET", "/ws", Open, "A conversation in JSON messages, over a web socket");
  route.key_in_query = true;
  router.Add(std::move(route));
}

}  // namespace varpulis::api
