#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "runtime/io/event_json.h"
#include "server/api/answers.h"
#include "server/api/dead_letters.h"
#include "server/api/resources.h"

// Injecting events (decisions E9, E10). Bodies of answers are put together as text: what pipelines put out is
// JSON already.

namespace varpulis::api {
namespace {

using host::Admission;
using host::InjectOutcome;
using host::RejectReason;

// What is admitted will be processed: after this the client need not wait for its outputs.
constexpr int kAnswerSeconds = 30;

io::InjectionReader& Reader() {
  thread_local io::InjectionReader reader;
  return reader;
}

void AppendOutputs(std::string& out, const InjectOutcome& outcome, bool flat) {
  out += "\"output_events\":[";
  bool is_first = true;
  for (const host::OutputPtr& output : outcome.outputs) {
    out += is_first ? "{\"event_type\":" : ",{\"event_type\":";
    is_first = false;
    io::AppendJsonString(out, output->event_type);
    const std::string& fields =
        flat && !output->flat_fields.empty() ? output->flat_fields : output->fields;
    if (!flat) {
      out += ",\"fields\":{" + fields + "}}";
    } else {
      out += fields.empty() ? "}" : "," + fields + "}";
    }
  }
  out += ']';
  if (outcome.outputs_truncated) out += ",\"output_events_truncated\":true";
  if (outcome.duplicate) out += ",\"duplicate\":true";
}

http::Response TextAnswer(std::string body) {
  http::Response response;
  response.body = std::move(body);
  return response;
}

http::Response Stopped(const InjectOutcome& outcome) {
  return Error(500, "engine_error", outcome.failure);
}

http::Response EventAnswer(const InjectOutcome& outcome) {
  if (!outcome.not_stored.empty()) return NotStored(outcome.not_stored);
  if (!outcome.failure.empty()) return Stopped(outcome);
  std::string body = "{\"accepted\":true,";
  AppendOutputs(body, outcome, false);
  return TextAnswer(body + "}");
}

std::string_view CodeOf(io::Refusal refusal) {
  switch (refusal) {
    case io::Refusal::Malformed:
      return "invalid_request";
    case io::Refusal::Limit:
      return "event_limit_exceeded";
    case io::Refusal::Rate:
      return "rate_limited";
  }
  return "invalid_request";
}

// `redelivered` items were dead letters (decision E16).
http::Response BatchAnswer(const InjectOutcome& outcome, uint64_t redelivered) {
  if (!outcome.not_stored.empty()) return NotStored(outcome.not_stored);
  if (!outcome.failure.empty()) return Stopped(outcome);
  std::string body = fmt::format("{{\"accepted\":{},\"rejected\":{},",
                                 outcome.accepted + redelivered, outcome.refusals);
  AppendOutputs(body, outcome, true);
  body += fmt::format(",\"processing_time_us\":{},\"errors\":[", outcome.processing_us);
  for (size_t i = 0; i < outcome.refused.size(); ++i) {
    const io::RefusedEvent& refused = outcome.refused[i];
    body += fmt::format("{}{{\"index\":{},\"code\":\"{}\",\"error\":", i > 0 ? "," : "",
                        refused.index, CodeOf(refused.refusal));
    io::AppendJsonString(body, refused.reason);
    body += '}';
  }
  return TextAnswer(body + "]}");
}

// Not running is told before the body is looked at, and again if it has stopped since.
bool RefuseUnlessRunning(const host::Pipeline& pipeline, const http::Reply& reply) {
  if (pipeline.state() == host::Pipeline::State::Running) return false;
  reply(Error(409, "conflict", "the pipeline takes no events: " + pipeline.status()));
  return true;
}

void Admit(host::Pipeline& pipeline, host::InjectRequest request, const http::Reply& reply) {
  const Admission admission = pipeline.Admit(std::move(request));
  const auto why = [&] { return WhyNotAdmitted(admission, pipeline); };
  switch (admission) {
    case Admission::Admitted:
      return;
    case Admission::QueueFull:
      return reply(Error(429, "queue_full", why()));
    case Admission::RateLimited:
      return reply(Error(429, "rate_limited", why(), {{"retry_after_seconds", 1}}));
    case Admission::NotRunning:
      return reply(Error(409, "conflict", why()));
    case Admission::NotStored:
      return reply(Error(503, "not_ready", why()));
  }
}

// The answer of a request whose step takes too long: what is durable will be processed; of the rest nobody knows.
std::function<http::Response()> Pending(const host::PipelineHost& host,
                                        std::shared_ptr<std::atomic<bool>> is_durable,
                                        std::string body) {
  return [needed = host.has_store(), is_durable = std::move(is_durable), body = std::move(body)] {
    if (needed && !*is_durable) return NotStored("the disk takes too long");
    return TextAnswer(body);
  };
}

void CountRefused(host::Pipeline& pipeline, const io::Injection& injection) {
  const uint64_t malformed = injection.refusals - injection.over_limit;
  if (injection.over_limit > 0) pipeline.CountRejected(RejectReason::Limit, injection.over_limit);
  if (malformed > 0) pipeline.CountRejected(RejectReason::Parse, malformed);
}

http::Response RefusedBody(host::Pipeline& pipeline, const Status& status) {
  const bool is_limit = status.code() == StatusCode::ResourceExhausted;
  pipeline.CountRejected(is_limit ? RejectReason::Limit : RejectReason::Parse, 1);
  return is_limit ? Error(422, "event_limit_exceeded", status.message())
                  : Error(400, "invalid_request", status.message());
}

void InjectEvent(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline || RefuseUnlessRunning(*pipeline, reply)) return;
  http::Response refusal;
  const auto key = ReadIdempotencyKey(request, refusal);
  if (!key) return reply(std::move(refusal));
  Result<io::Injection> injection = Reader().ReadEvent(request.body);
  if (!injection.ok()) return reply(RefusedBody(*pipeline, injection.status()));
  const auto is_durable = std::make_shared<std::atomic<bool>>(false);
  reply.Within(kAnswerSeconds, Pending(context.host, is_durable,
                                       R"({"accepted":true,"output_events":[],"pending":true})"));
  Admit(*pipeline,
        {std::move(*injection), *key,
         [reply](const InjectOutcome& outcome) { reply(EventAnswer(outcome)); }, is_durable},
        reply);
}

void AdmitBatch(Context& context, host::Pipeline& pipeline, std::string body,
                const std::string& key, uint64_t redelivered, const http::Reply& reply) {
  Result<io::Injection> injection = Reader().ReadBatch(std::move(body));
  if (!injection.ok()) return reply(RefusedBody(pipeline, injection.status()));
  CountRefused(pipeline, *injection);
  const auto is_durable = std::make_shared<std::atomic<bool>>(false);
  reply.Within(kAnswerSeconds,
               Pending(context.host, is_durable,
                       fmt::format("{{\"accepted\":{},\"rejected\":{},\"output_events\":[],"
                                   "\"processing_time_us\":{},\"errors\":[],\"pending\":true}}",
                                   injection->events.size() + redelivered, injection->refusals,
                                   kAnswerSeconds * 1'000'000)));
  Admit(pipeline,
        {std::move(*injection), key,
         [reply, redelivered](const InjectOutcome& outcome) {
           reply(BatchAnswer(outcome, redelivered));
         },
         is_durable},
        reply);
}

void InjectBatch(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline || RefuseUnlessRunning(*pipeline, reply)) return;
  http::Response refusal;
  const auto key = ReadIdempotencyKey(request, refusal);
  if (!key) return reply(std::move(refusal));
  const auto rest = [&context, pipeline, key = *key, reply](std::string body,
                                                            uint64_t redelivered) {
    AdmitBatch(context, *pipeline, std::move(body), key, redelivered, reply);
  };
  if (!RedeliverItems(context, request, reply, rest)) rest(request.body, 0);
}

}  // namespace

std::string WhyNotAdmitted(Admission admission, const host::Pipeline& pipeline) {
  switch (admission) {
    case Admission::QueueFull:
      return "too many events wait for this pipeline";
    case Admission::RateLimited:
      return "the tenant's limit of events per second is reached";
    case Admission::NotStored:
      return "it cannot be made durable now: the disk is full";
    case Admission::NotRunning:
    case Admission::Admitted:
      break;
  }
  return "the pipeline takes no events: " + pipeline.status();
}

void AddEvents(http::Router& router, Context& context) {
  router.Add(
      MakeRoute(context, "POST", "/api/v1/pipelines/{id}/events", InjectEvent, "Inject one event"));
  http::Route batch = MakeRoute(context, "POST", "/api/v1/pipelines/{id}/events-batch", InjectBatch,
                                "Inject many events");
  batch.body_limit = limits::kMaxBatchBodyBytes;
  router.Add(std::move(batch));
}

}  // namespace varpulis::api
