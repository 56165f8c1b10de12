#include <string>
#include <utility>

#include "server/api/answers.h"
#include "server/api/resources.h"

// Another program for a pipeline that goes on (operations.md 6.3).

namespace varpulis::api {
namespace {

using host::ChangeResult;
using host::ChangeVerdict;

Json Diagnostics(const host::BuildOutcome& build) {
  if (build.report.empty()) return Json::array();
  return Json::parse(build.report).value("diagnostics", Json::array());
}

http::Response Reloaded(const ChangeResult& result) {
  if (result.verdict != ChangeVerdict::Done) return RefusedChange(result);
  return Answer(200, {{"reloaded", true},
                      {"generation", result.generation},
                      {"streams_added", result.added},
                      {"streams_removed", result.removed},
                      {"streams_updated", result.updated},
                      {"state_preserved", result.preserved},
                      {"state_reset", result.reset}});
}

void Reload(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline) return;
  http::Response refusal;
  const auto body = Body::Read(request.body, refusal);
  const auto source = body ? body->Text("source", refusal) : std::nullopt;
  if (!source) return reply(std::move(refusal));
  const bool posted = context.host.Reload(
      pipeline, *source, [reply](const ChangeResult& result) { reply(Reloaded(result)); });
  if (!posted) reply(Error(429, "queue_full", "too many programs wait for being compiled"));
}

}  // namespace

http::Response NotStored(const std::string& why) {
  return Error(503, "not_ready", "it cannot be made durable now: " + why);
}

http::Response RefusedChange(const ChangeResult& result) {
  switch (result.verdict) {
    case ChangeVerdict::Busy:
    case ChangeVerdict::Stopped:
      return Error(409, "conflict", result.message);
    case ChangeVerdict::SyntaxError:
      return Error(400, "parse_error", result.message, Diagnostics(result.build));
    case ChangeVerdict::Invalid:
    case ChangeVerdict::CannotStart:
      return Error(422, "validation_failed", result.message, Diagnostics(result.build));
    case ChangeVerdict::TooManyStreams:
      return Error(429, "quota_exceeded", result.message);
    case ChangeVerdict::Incompatible:
      return Error(422, "incompatible_checkpoint", result.message);
    case ChangeVerdict::NotStored:
      return NotStored(result.message);
    case ChangeVerdict::Done:
      break;
  }
  return Error(500, "internal", result.message);
}

void AddReload(http::Router& router, Context& context) {
  router.Add(MakeRoute(context, "POST", "/api/v1/pipelines/{id}/reload", Reload,
                       "Run another program, with the state of the one that runs"));
}

}  // namespace varpulis::api
