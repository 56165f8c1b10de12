#include "server/api/dead_letters.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/api/answers.h"
#include "server/api/resources.h"

// Dead letters of a tenant (operations.md 8.6).

namespace varpulis::api {
namespace {

using connectors::DeadLetterFilter;

constexpr size_t kMostReplayed = 1'000;  // at once, unless the request says less

http::Response Busy() {
  return Error(429, "queue_full", "too many requests for dead letters wait");
}
http::Response FileTrouble(const Status& status) {
  return Error(500, "internal", status.message());
}

// `since` and `until` are RFC 3339. False: `refusal`.
bool ReadTime(const char* name, const std::string& text, std::optional<TimestampNs>& time,
              http::Response& refusal) {
  if (text.empty()) return true;
  time = base::ParseTimestamp(text);
  if (time) return true;
  refusal = Error(400, "invalid_request", std::string(name) + " must be an RFC 3339 time");
  return false;
}

std::optional<DeadLetterFilter> FilterOfQuery(const http::Request& request,
                                              http::Response& refusal) {
  DeadLetterFilter filter;
  filter.tenant_id = request.principal;
  filter.connector = request.query_value("connector").value_or("");
  filter.pipeline_id = request.query_value("pipeline_id").value_or("");
  if (!ReadTime("since", request.query_value("since").value_or(""), filter.since, refusal) ||
      !ReadTime("until", request.query_value("until").value_or(""), filter.until, refusal))
    return std::nullopt;
  return filter;
}

// An optional member that is a text.
std::string TextOf(const Body& body, const char* name) {
  const Json* value = body.Find(name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

void List(Context& context, const http::Request& request, const http::Reply& reply) {
  http::Response refusal;
  const auto filter = FilterOfQuery(request, refusal);
  const auto page = filter ? ReadPage(request, refusal) : std::nullopt;
  if (!page) return reply(std::move(refusal));
  const bool posted = context.dead_letters.List(
      *filter, page->offset, page->limit,
      [reply, page = *page](Result<host::DeadLetterService::Listing> listing) {
        if (!listing.ok()) return reply(FileTrouble(listing.status()));
        Json entries = Json::array();
        for (const std::string& line : listing->lines)
          entries.push_back(Json::parse(line, nullptr, false));
        reply(Answer(200, Envelope("entries", std::move(entries), listing->total, page)));
      });
  if (!posted) reply(Busy());
}

void Replay(Context& context, const http::Request& request, const http::Reply& reply) {
  http::Response refusal;
  const auto body = Body::Read(request.body, refusal);
  if (!body) return reply(std::move(refusal));
  DeadLetterFilter filter;
  filter.tenant_id = request.principal;
  filter.connector = TextOf(*body, "connector");
  filter.pipeline_id = TextOf(*body, "pipeline_id");
  if (!ReadTime("since", TextOf(*body, "since"), filter.since, refusal) ||
      !ReadTime("until", TextOf(*body, "until"), filter.until, refusal))
    return reply(std::move(refusal));
  size_t limit = kMostReplayed;
  if (const Json* value = body->Find("limit")) {
    if (!value->is_number_unsigned() || *value < 1 || *value > kMostReplayed)
      return reply(Error(400, "invalid_limit", "`limit` must be a number from 1 to 1000"));
    limit = value->get<size_t>();
  }
  const bool posted = context.dead_letters.Replay(
      filter, limit, [reply](Result<host::DeadLetterService::Replayed> replayed) {
        if (!replayed.ok()) return reply(FileTrouble(replayed.status()));
        reply(Answer(200, {{"replayed", replayed->replayed},
                           {"failed", replayed->failed},
                           {"remaining", replayed->remaining}}));
      });
  if (!posted) reply(Busy());
}

void Purge(Context& context, const http::Request& request, const http::Reply& reply) {
  http::Response refusal;
  const auto filter = FilterOfQuery(request, refusal);
  if (!filter) return reply(std::move(refusal));
  const bool posted = context.dead_letters.Purge(*filter, [reply](Result<uint64_t> purged) {
    reply(purged.ok() ? Answer(200, {{"purged", *purged}}) : FileTrouble(purged.status()));
  });
  if (!posted) reply(Busy());
}

// Empty if it has none.
std::string IdOf(const Json& item) {
  if (!item.is_object()) return {};
  const auto at = item.find("dlq_id");
  return at != item.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace

bool RedeliverItems(Context& context, const http::Request& request, const http::Reply& reply,
                    std::function<void(std::string body, uint64_t redelivered)> rest) {
  // Nearly all bodies end here.
  if (request.body.find("\"dlq_id\"") == std::string::npos) return false;
  const auto batch = std::make_shared<Json>(Json::parse(request.body, nullptr, false));
  if (!batch->is_object() || !batch->contains("events") || !(*batch)["events"].is_array())
    return false;
  std::vector<std::string> ids;
  for (const Json& item : (*batch)["events"]) {
    if (std::string id = IdOf(item); !id.empty()) ids.push_back(std::move(id));
  }
  if (ids.empty()) return false;
  const bool posted = context.dead_letters.ReplayIds(
      request.principal, std::move(ids),
      [batch, rest = std::move(rest)](const std::vector<std::string>& known) {
        Json left = Json::array();
        uint64_t redelivered = 0;
        for (Json& item : (*batch)["events"]) {
          const bool is_letter = std::find(known.begin(), known.end(), IdOf(item)) != known.end();
          redelivered += is_letter ? 1 : 0;
          if (!is_letter) left.push_back(std::move(item));
        }
        rest(Json({{"events", std::move(left)}})
                 .dump(-1, ' ', false, Json::error_handler_t::replace),
             redelivered);
      });
  if (!posted) reply(Busy());
  return true;
}

void AddDeadLetters(http::Router& router, Context& context) {
  router.Add(MakeRoute(context, "GET", "/api/v1/dlq", List, "Dead letters of the tenant"));
  router.Add(MakeRoute(context, "POST", "/api/v1/dlq/replay", Replay,
                       "Send dead letters to their sinks again"));
  router.Add(MakeRoute(context, "DELETE", "/api/v1/dlq", Purge, "Throw dead letters away"));
}

}  // namespace varpulis::api
