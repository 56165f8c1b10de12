#pragma once

// Bodies of answers, and what is read from those of requests.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "server/http/message.h"

namespace varpulis::api {

using Json = nlohmann::ordered_json;

http::Response Answer(int status, const Json& body);
// `{"error":...,"code":...}`, with Retry-After where a client may try again (operations.md 4.1.3).
http::Response Error(int status, std::string_view code, std::string_view message);
http::Response Error(int status, std::string_view code, std::string_view message, Json details);

// A body that is an object. Text members are read by name.
class Body {
 public:
  // Nothing: `refusal` says why not. An empty body is an empty object.
  static std::optional<Body> Read(const std::string& text, http::Response& refusal);

  // Nothing: it is missing, no text, or empty; `refusal` says so.
  std::optional<std::string> Text(const char* name, http::Response& refusal) const;
  // The same of `name`, which may have limits::kMaxNameBytes.
  std::optional<std::string> Name(http::Response& refusal) const;
  // Null if it is not there.
  const Json* Find(const char* name) const;

 private:
  Json json_;
};

struct Page {
  size_t limit = 50;
  size_t offset = 0;
};
// From the query (operations.md 4.1.7); nothing: `refusal` says why not.
std::optional<Page> ReadPage(const http::Request& request, http::Response& refusal);
// `{<name>:[...],"total":..,"pagination":{..}}` of the items that the page shows.
Json Envelope(const char* name, Json items, size_t total, const Page& page);

// The page of `all` that the request asks for; `describe` makes JSON of an item.
template <typename Item, typename Describe>
http::Response Listing(const http::Request& request, const char* name, const std::vector<Item>& all,
                       const Describe& describe) {
  http::Response refusal;
  const auto page = ReadPage(request, refusal);
  if (!page) return refusal;
  Json items = Json::array();
  const size_t begin = std::min(page->offset, all.size());
  const size_t end = begin + std::min(page->limit, all.size() - begin);
  for (size_t i = begin; i < end; ++i) items.push_back(describe(all[i]));
  return Answer(200, Envelope(name, std::move(items), all.size(), *page));
}

// The Idempotency-Key; nothing: it is too long, `refusal` says so. Empty: there is none.
std::optional<std::string> ReadIdempotencyKey(const http::Request& request,
                                              http::Response& refusal);

}  // namespace varpulis::api
