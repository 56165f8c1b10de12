#pragma once

// Answers as bytes.

#include <string>
#include <string_view>

#include "server/http/message.h"

namespace varpulis::http {

// Status line, headers and body; without the body for HEAD.
std::string ResponseText(const Response& response, bool keep_alive, bool is_head);
// Up to where a stream begins.
std::string StreamHead(const Response& response, bool chunked);
// Whether a Content-Type is JSON or not said.
bool IsJson(std::string_view content_type);
std::string_view ReasonOf(int status);

}  // namespace varpulis::http
