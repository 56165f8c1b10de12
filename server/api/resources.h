#pragma once

// One function per resource, each in a file of that name: adds its routes.

#include <memory>
#include <string>

#include "server/api/api_server.h"

namespace varpulis::api {

void AddHealth(http::Router& router, Context& context);
void AddPipelines(http::Router& router, Context& context);
void AddEvents(http::Router& router, Context& context);
void AddPipelineMetrics(http::Router& router, Context& context);
void AddCheckpoints(http::Router& router, Context& context);
void AddReload(http::Router& router, Context& context);
void AddLogs(http::Router& router, Context& context);
void AddSocket(http::Router& router, Context& context);
void AddUsage(http::Router& router, Context& context);
void AddDeadLetters(http::Router& router, Context& context);
void AddTenants(http::Router& router, Context& context);
void AddValidate(http::Router& router, Context& context);
void AddDescription(http::Router& router, Context& context);

// A route for tenants; what else it needs is set by the caller. The context outlives it.
using Handler = void (*)(Context&, const http::Request&, const http::Reply&);
http::Route MakeRoute(Context& context, std::string method, std::string path, Handler handler,
                      std::string summary);

// The pipeline that the request names, if the tenant that asks has it; null: it has been answered 404.
std::shared_ptr<host::Pipeline> FindPipeline(Context& context, const http::Request& request,
                                             const http::Reply& reply);
// Who asks; null: it has been answered 401, the tenant was deleted meanwhile.
std::shared_ptr<auth::Tenant> FindTenant(Context& context, const http::Request& request,
                                         const http::Reply& reply);

// Nothing can be made durable now; the client may try again.
http::Response NotStored(const std::string& why);
// Of a reload or restore that is not Done.
http::Response RefusedChange(const host::ChangeResult& result);

// Why events were not admitted. events.cpp
std::string WhyNotAdmitted(host::Admission admission, const host::Pipeline& pipeline);

}  // namespace varpulis::api
