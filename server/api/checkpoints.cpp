#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "base/limits.h"
#include "server/api/answers.h"
#include "server/api/checkpoint_json.h"
#include "server/api/resources.h"

// Taking checkpoints, listing them, and going back to one (operations.md 6.4, decision E15).

namespace varpulis::api {
namespace {

using host::ChangeResult;
using host::ChangeVerdict;
using host::CheckpointTaken;

// A checkpoint may be as large as what it is restored from.
constexpr uint64_t kMaxRestoreBytes = 256u << 20;

bool IsTrue(const std::optional<std::string>& value) { return value == "true" || value == "1"; }

http::Response RefusedCheckpoint(const Status& status) {
  switch (status.code()) {
    case StatusCode::InvalidArgument:
      return Error(400, "invalid_request", status.message());
    case StatusCode::NotFound:
      return Error(404, "not_found", status.message());
    case StatusCode::ResourceExhausted:
    case StatusCode::IoError:
      return NotStored(status.message());
    default:
      return Error(422, "incompatible_checkpoint", status.message());
  }
}

http::Response Taken(const host::Pipeline& pipeline, bool store_only,
                     const CheckpointTaken& taken) {
  if (!taken.image) return Error(409, "conflict", taken.status.message());
  if (!taken.status.ok()) return NotStored(taken.status.message());
  Json answer = {{"pipeline_id", pipeline.identity().id}};
  if (!store_only) answer["checkpoint"] = CheckpointJson(*taken.image);
  answer["events_processed"] = taken.image->events;
  if (taken.number != 0) answer["checkpoint_id"] = taken.number;
  return Answer(200, answer);
}

void Take(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline) return;
  const bool store_only = IsTrue(request.query_value("store"));
  if (store_only && !context.host.has_store())
    return reply(Error(409, "conflict", "the server has no state directory to store it in"));
  context.host.Checkpoint(pipeline, !store_only,
                          [reply, pipeline, store_only](const CheckpointTaken& taken) {
                            reply(Taken(*pipeline, store_only, taken));
                          });
}

void List(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline) return;
  const Result<std::vector<store::CheckpointEntry>> entries = context.host.Checkpoints(*pipeline);
  if (!entries.ok()) return reply(RefusedCheckpoint(entries.status()));
  reply(Listing(request, "checkpoints", entries.value(), [](const store::CheckpointEntry& entry) {
    return Json{{"id", entry.number},
                {"created_at", base::FormatTimestamp(entry.created / kNsPerMs * kNsPerMs)},
                {"events_processed", entry.events},
                {"bytes", entry.bytes}};
  }));
}

// Of the store if the query names one, else of the body.
Result<state::Checkpoint> ReadCheckpoint(Context& context, const host::Pipeline& pipeline,
                                         const http::Request& request) {
  if (const auto text = request.query_value("checkpoint_id")) {
    uint64_t number = 0;
    const char* end = text->data() + text->size();
    const auto [at, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc() || at != end)
      return Status(StatusCode::InvalidArgument, "`checkpoint_id` must be a number");
    return context.host.ReadCheckpoint(pipeline, number);
  }
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object())
    return Status(StatusCode::InvalidArgument, "the body must be a JSON object");
  return ReadCheckpointJson(body);
}

http::Response Restored(const host::Pipeline& pipeline, const ChangeResult& result) {
  if (result.verdict != ChangeVerdict::Done) return RefusedChange(result);
  Json skipped = result.removed;
  for (const std::string& stream : result.reset) skipped.push_back(stream);
  Json answer = {{"pipeline_id", pipeline.identity().id},
                 {"restored", true},
                 {"events_restored", result.events},
                 {"skipped", std::move(skipped)}};
  if (result.is_other_program) answer["program_differs"] = true;
  return Answer(200, answer);
}

void Restore(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline) return;
  Result<state::Checkpoint> checkpoint = ReadCheckpoint(context, *pipeline, request);
  if (!checkpoint.ok()) return reply(RefusedCheckpoint(checkpoint.status()));
  const bool posted = context.host.Restore(
      pipeline, std::make_shared<const state::Checkpoint>(std::move(*checkpoint)),
      IsTrue(request.query_value("strict")),
      [reply, pipeline](const ChangeResult& result) { reply(Restored(*pipeline, result)); });
  if (!posted) reply(Error(429, "queue_full", "too many programs wait for being compiled"));
}

}  // namespace

void AddCheckpoints(http::Router& router, Context& context) {
  const std::string pipeline = "/api/v1/pipelines/{id}";
  router.Add(MakeRoute(context, "POST", pipeline + "/checkpoint", Take,
                       "Take a checkpoint of a pipeline"));
  router.Add(MakeRoute(context, "GET", pipeline + "/checkpoints", List,
                       "The checkpoints of a pipeline in the state directory"));
  http::Route restore =
      MakeRoute(context, "POST", pipeline + "/restore", Restore, "Go back to a checkpoint");
  restore.body_limit = kMaxRestoreBytes;
  router.Add(std::move(restore));
}

}  // namespace varpulis::api
