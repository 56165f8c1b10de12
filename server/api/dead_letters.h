#pragma once

// Batch items that are dead letters (decision E16): they go to their sinks, not into the program.

#include <functional>
#include <string>

#include "server/api/api_server.h"

namespace varpulis::api {

// True: the body has items with the id of a dead letter of the tenant, and `rest` will be called, on any
// thread, with the body without them and how many they were; or the request was answered. False: go on
// with the body as it is.
bool RedeliverItems(Context& context, const http::Request& request, const http::Reply& reply,
                    std::function<void(std::string body, uint64_t redelivered)> rest);

}  // namespace varpulis::api
