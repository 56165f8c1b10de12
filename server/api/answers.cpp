#include "server/api/answers.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"

namespace varpulis::api {
namespace {

// A number of the query, digits only.
std::optional<size_t> ParseNumber(const std::string& text) {
  size_t number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end || text.empty()) return std::nullopt;
  return number;
}

constexpr size_t kMostPerPage = 1'000;

}  // namespace

http::Response Answer(int status, const Json& body) {
  http::Response response;
  response.status = status;
  // Texts of clients are UTF-8 when they come here; should one not be, the answer is still JSON.
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return response;
}

http::Response Error(int status, std::string_view code, std::string_view message) {
  return Error(status, code, message, Json());
}

http::Response Error(int status, std::string_view code, std::string_view message, Json details) {
  Json body = {{"error", message}, {"code", code}};
  if (!details.is_null()) body["details"] = std::move(details);
  http::Response response = Answer(status, body);
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

std::optional<Body> Body::Read(const std::string& text, http::Response& refusal) {
  Body body;
  body.json_ = Json::object();
  if (text.empty()) return body;
  body.json_ = Json::parse(text, nullptr, false);
  if (body.json_.is_object()) return body;
  refusal = Error(400, "invalid_request", "the body must be a JSON object");
  return std::nullopt;
}

std::optional<std::string> Body::Name(http::Response& refusal) const {
  std::optional<std::string> name = Text("name", refusal);
  if (!name || name->size() <= limits::kMaxNameBytes) return name;
  refusal = Error(400, "invalid_request",
                  fmt::format("`name` has more than {} bytes", limits::kMaxNameBytes));
  return std::nullopt;
}

const Json* Body::Find(const char* name) const {
  const auto at = json_.find(name);
  return at == json_.end() ? nullptr : &*at;
}

std::optional<std::string> Body::Text(const char* name, http::Response& refusal) const {
  const Json* value = Find(name);
  if (value != nullptr && value->is_string() && !value->get_ref<const std::string&>().empty())
    return value->get<std::string>();
  refusal =
      Error(400, "invalid_request", fmt::format("`{}` must be a text that is not empty", name));
  return std::nullopt;
}

std::optional<Page> ReadPage(const http::Request& request, http::Response& refusal) {
  Page page;
  if (const auto text = request.query_value("limit")) {
    const auto limit = ParseNumber(*text);
    if (!limit || *limit < 1 || *limit > kMostPerPage) {
      refusal = Error(400, "invalid_limit",
                      fmt::format("`limit` must be a number from 1 to {}", kMostPerPage));
      return std::nullopt;
    }
    page.limit = *limit;
  }
  if (const auto text = request.query_value("offset")) {
    const auto offset = ParseNumber(*text);
    if (!offset) {
      refusal = Error(400, "invalid_query", "`offset` must be a number from 0 on");
      return std::nullopt;
    }
    page.offset = *offset;
  }
  return page;
}

Json Envelope(const char* name, Json items, size_t total, const Page& page) {
  const size_t end = page.offset + items.size();
  return {{name, std::move(items)},
          {"total", total},
          {"pagination",
           {{"total", total},
            {"limit", page.limit},
            {"offset", page.offset},
            {"has_more", end < total}}}};
}

std::optional<std::string> ReadIdempotencyKey(const http::Request& request,
                                              http::Response& refusal) {
  const std::string_view key = request.header("idempotency-key");
  if (key.size() <= limits::kMaxIdempotencyKeyBytes) return std::string(key);
  refusal = Error(
      400, "invalid_request",
      fmt::format("an Idempotency-Key has at most {} bytes", limits::kMaxIdempotencyKeyBytes));
  return std::nullopt;
}

}  // namespace varpulis::api
