#pragma once

// What a server of HTTP serves: decides about requests when their head has come, and hears of answers.

#include <functional>
#include <optional>
#include <string_view>

#include "server/http/message.h"
#include "server/http/router.h"

namespace varpulis::http {

struct Verdict {
  std::optional<Response> refused;  // answered without reading a body
  const Route* route = nullptr;     // else where the request goes
};

struct Service {
  // Called when the head of a request has come. May give it an id.
  std::function<Verdict(Request&)> begin;
  // Called with every answer before it is written, also with those that the server makes itself: adds
  // headers, counts, logs. `route` is null if there is none.
  std::function<void(const Request&, const Route*, double seconds, Response&)> finish;
  // An error that the server itself has found: the answer's body.
  std::function<Response(int status, std::string_view code, std::string_view message)> error;
};

}  // namespace varpulis::http
