#include <utility>

#include "server/api/answers.h"
#include "server/api/resources.h"

namespace varpulis::api {
namespace {

void Validate(Context& context, const http::Request& request, const http::Reply& reply) {
  http::Response refusal;
  const auto body = Body::Read(request.body, refusal);
  const auto source = body ? body->Text("source", refusal) : std::nullopt;
  if (!source) return reply(std::move(refusal));
  const bool posted = context.host.Validate(*source, [reply](const host::BuildOutcome& outcome) {
    const Json report = Json::parse(outcome.report);
    reply(Answer(
        200, {{"valid", outcome.program != nullptr}, {"diagnostics", report.at("diagnostics")}}));
  });
  if (!posted) reply(Error(429, "queue_full", "too many programs wait for being compiled"));
}

}  // namespace

void AddValidate(http::Router& router, Context& context) {
  router.Add(MakeRoute(context, "POST", "/api/v1/validate", Validate,
                       "What the compiler says of a program"));
}

}  // namespace varpulis::api
