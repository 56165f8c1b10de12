#include <map>
#include <string>
#include <utility>

#include "server/api/answers.h"
#include "server/api/resources.h"

namespace varpulis::api {
namespace {

using host::DeployOutcome;
using host::DeployVerdict;
using host::Pipeline;

// In milliseconds, however precisely it is known.
std::string TimeText(TimestampNs time) { return base::FormatTimestamp(time / kNsPerMs * kNsPerMs); }

// By name: connected if it is on all sides.
Json Connectors(const Pipeline& pipeline) {
  Json list = Json::array();
  if (pipeline.connectors() == nullptr) return list;
  std::map<std::string, Json> by_name;
  for (const connectors::ConnectorReport& report : pipeline.connectors()->report().connectors) {
    const auto [at, is_new] = by_name.try_emplace(
        report.name, Json{{"name", report.name}, {"type", report.kind}, {"connected", true}});
    Json& connector = at->second;
    if (!report.connected) connector["connected"] = false;
    if (!report.last_error.empty()) connector["last_error"] = report.last_error;
  }
  for (auto& [name, connector] : by_name) list.push_back(std::move(connector));
  return list;
}

Json Describe(const Context& context, const Pipeline& pipeline) {
  const host::PipelineIdentity& identity = pipeline.identity();
  const std::shared_ptr<const host::Program> program = pipeline.program();
  Json streams = Json::array();
  for (const ir::StreamPlan& stream : program->plan.streams) streams.push_back(stream.name);
  const int64_t up = host::HostClock().steady_ns() - identity.created_steady_ns;
  Json description = {{"id", identity.id},
                      {"name", identity.name},
                      {"status", pipeline.status()},
                      {"source", program->source},
                      {"uptime_secs", up / kNsPerSecond},
                      {"created_at", TimeText(identity.created_at)},
                      {"generation", pipeline.generation()},
                      {"streams", std::move(streams)},
                      {"connectors", Connectors(pipeline)}};
  if (const auto at = context.host.last_checkpoint(identity.id))
    description["last_checkpoint_at"] = TimeText(*at);
  return description;
}

Json Diagnostics(const std::string& report) {
  return Json::parse(report).value("diagnostics", Json::array());
}

http::Response Refused(const DeployOutcome& outcome) {
  switch (outcome.verdict) {
    case DeployVerdict::SyntaxError:
      return Error(400, "parse_error", outcome.message, Diagnostics(outcome.build.report));
    case DeployVerdict::Invalid:
      return Error(422, "validation_failed", outcome.message, Diagnostics(outcome.build.report));
    case DeployVerdict::CannotStart:
      return Error(422, "validation_failed", outcome.message, Json::array());
    case DeployVerdict::TooManyPipelines:
    case DeployVerdict::TooManyStreams:
      return Error(429, "quota_exceeded", outcome.message);
    case DeployVerdict::KeyInUse:
      return Error(409, "conflict", outcome.message);
    case DeployVerdict::NotStored:
      return NotStored(outcome.message);
    case DeployVerdict::TenantGone:
      return Error(401, "invalid_api_key", outcome.message);
    case DeployVerdict::Deployed:
    case DeployVerdict::AlreadyDeployed:
      break;
  }
  return Error(500, "internal", outcome.message);
}

http::Response Deployed(const DeployOutcome& outcome) {
  if (!outcome.pipeline) return Refused(outcome);
  const host::PipelineIdentity& identity = outcome.pipeline->identity();
  http::Response response = Answer(
      201, {{"id", identity.id}, {"name", identity.name}, {"status", outcome.pipeline->status()}});
  response.headers.emplace_back("Location", "/api/v1/pipelines/" + identity.id);
  return response;
}

void Deploy(Context& context, const http::Request& request, const http::Reply& reply) {
  http::Response refusal;
  const auto tenant = FindTenant(context, request, reply);
  if (!tenant) return;
  const auto body = Body::Read(request.body, refusal);
  const auto name = body ? body->Name(refusal) : std::nullopt;
  const auto source = name ? body->Text("source", refusal) : std::nullopt;
  const auto key = source ? ReadIdempotencyKey(request, refusal) : std::nullopt;
  if (!key) return reply(std::move(refusal));
  const bool posted =
      context.host.Deploy({tenant, *name, *source, *key},
                          [reply](const DeployOutcome& outcome) { reply(Deployed(outcome)); });
  if (!posted) reply(Error(429, "queue_full", "too many programs wait for being compiled"));
}

void List(Context& context, const http::Request& request, const http::Reply& reply) {
  reply(Listing(request, "pipelines", context.host.List(request.principal),
                [&context](const auto& item) { return Describe(context, *item); }));
}

void Get(Context& context, const http::Request& request, const http::Reply& reply) {
  if (const auto pipeline = FindPipeline(context, request, reply))
    reply(Answer(200, Describe(context, *pipeline)));
}

void Delete(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline) return;
  const bool deleted = context.host.Delete(pipeline, [reply](const Status& status) {
    reply(status.ok() ? Answer(200, {{"deleted", true}}) : NotStored(status.message()));
  });
  if (!deleted) reply(Error(404, "pipeline_not_found", "there is no such pipeline"));
}

std::function<void(Status)> Changed(std::string id, const char* status, const http::Reply& reply) {
  return [reply, id = std::move(id), status](const Status& stored) {
    reply(stored.ok() ? Answer(200, {{"id", id}, {"status", status}})
                      : NotStored(stored.message()));
  };
}

void Pause(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline) return;
  const std::string id = pipeline->identity().id;
  const bool pausing = context.host.Pause(pipeline, Changed(id, "paused", reply));
  if (!pausing) reply(Error(409, "conflict", "the pipeline is not running: " + pipeline->status()));
}

void Resume(Context& context, const http::Request& request, const http::Reply& reply) {
  const auto pipeline = FindPipeline(context, request, reply);
  if (!pipeline) return;
  const std::string id = pipeline->identity().id;
  if (!context.host.Resume(pipeline, Changed(id, "running", reply)))
    reply(Error(409, "conflict", "the pipeline is not paused: " + pipeline->status()));
}

}  // namespace

std::shared_ptr<host::Pipeline> FindPipeline(Context& context, const http::Request& request,
                                             const http::Reply& reply) {
  auto pipeline = context.host.Find(request.principal, request.parameter("id"));
  if (!pipeline) reply(Error(404, "pipeline_not_found", "there is no such pipeline"));
  return pipeline;
}

std::shared_ptr<auth::Tenant> FindTenant(Context& context, const http::Request& request,
                                         const http::Reply& reply) {
  auto tenant = context.tenants.Find(request.principal);
  if (!tenant) reply(Error(401, "invalid_api_key", "the tenant was deleted"));
  return tenant;
}

void AddPipelines(http::Router& router, Context& context) {
  const auto add = [&](std::string method, const std::string& path, Handler handler,
                       std::string summary) {
    router.Add(MakeRoute(context, std::move(method), "/api/v1/pipelines" + path, handler,
                         std::move(summary)));
  };
  add("POST", "", Deploy, "Deploy a program");
  add("GET", "", List, "All pipelines of the tenant");
  add("GET", "/{id}", Get, "One pipeline");
  add("DELETE", "/{id}", Delete, "Stop and remove a pipeline");
  add("POST", "/{id}/pause", Pause, "Take no more events");
  add("POST", "/{id}/resume", Resume, "Take events again");
}

}  // namespace varpulis::api
