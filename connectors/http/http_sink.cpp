#include "connectors/http/http_sink.h"

#include <algorithm>

#include <fmt/format.h>

#include "connectors/contract/parameters.h"
#include "connectors/http/http_client.h"

namespace varpulis::connectors {
namespace {

struct Retries {
  int64_t most = 3;
  DurationNs first_delay = 100 * kNsPerMs;
  DurationNs longest_delay = 5 * kNsPerSecond;
  DurationNs timeout = 30 * kNsPerSecond;  // of one attempt
};

std::string Joined(std::string base, std::string_view path) {
  if (path.empty()) return base;
  while (base.ends_with('/')) base.pop_back();
  while (path.starts_with('/')) path.remove_prefix(1);
  return base + "/" + std::string(path);
}

class HttpSink final : public Sink {
 public:
  HttpSink(HttpRequest request, std::string default_path, const Retries& retries)
      : request_(std::move(request)), default_path_(std::move(default_path)), retries_(retries) {}

  size_t most_at_once() const override { return 1; }

  Delivery Deliver(std::span<const OutgoingEvent> events, const Deadline& deadline) override {
    Delivery delivery;
    for (const OutgoingEvent& event : events) {
      delivery.error = Post(event, deadline);
      if (!delivery.ok()) break;
      ++delivery.delivered;
    }
    return delivery;
  }

 private:
  std::string Post(const OutgoingEvent& event, const Deadline& deadline) {
    HttpRequest request = request_;
    request.url = Joined(request_.url, event.topic.empty() ? default_path_ : event.topic);
    request.headers.push_back(fmt::format("X-Varpulis-Sequence: {}", event.number));
    request.body = event.event;
    DurationNs delay = retries_.first_delay;
    for (int64_t attempt = 0;; ++attempt) {
      bool may_change = true;
      const std::string error =
          ErrorOf(client_.Send(request, deadline.Within(retries_.timeout)), may_change);
      if (error.empty() || !may_change || attempt == retries_.most || deadline.is_over())
        return error;
      deadline.Sleep(delay / kNsPerMs);
      delay = std::min(2 * delay, retries_.longest_delay);
    }
  }

  // Empty if the event was taken. What a server says about the request itself it will say again.
  static std::string ErrorOf(const HttpResponse& response, bool& may_change) {
    switch (response.outcome) {
      case HttpResponse::Outcome::TimedOut:
        return "no answer in time";
      case HttpResponse::Outcome::Failed:
        return response.error;
      case HttpResponse::Outcome::Answered:
        break;
    }
    if (response.status >= 200 && response.status <= 299) return {};
    may_change = response.status >= 500;
    return fmt::format("HTTP status {}", response.status);
  }

  const HttpRequest request_;
  const std::string default_path_;
  const Retries retries_;
  HttpClient client_;
};

}  // namespace

Result<std::unique_ptr<Sink>> MakeHttpSink(const Link& link) {
  const auto& items = link.parameters;
  const bool is_rest = link.kind == "rest" || link.kind == "api";
  HttpRequest request;
  request.url = Joined(AddressOf(items), TextOf(items, "path"));
  if (!request.url.starts_with("http://") && !request.url.starts_with("https://")) {
    return Status(StatusCode::InvalidArgument,
                  fmt::format("url must begin with http:// or https://, it is `{}`", request.url));
  }
  const std::string method = TextOf(items, "method");
  request.method = method.empty() ? "POST" : method;
  request.headers.emplace_back("Content-Type: application/json");
  if (const std::string bearer = TextOf(items, "auth_bearer"); !bearer.empty())
    request.headers.push_back("Authorization: Bearer " + bearer);
  if (const std::string key = TextOf(items, "api_key"); !key.empty())
    request.headers.push_back("x-api-key: " + key);
  for (const auto& [name, value] : BlockOf(items, "headers"))
    request.headers.push_back(name + ": " + value);
  for (const std::string& header : request.headers) {
    if (header.find_first_of("\r\n") != std::string::npos)
      return Status(StatusCode::InvalidArgument, "a header has a line break in it");
  }
  request.user_password = TextOf(items, "auth_basic");
  request.ca_file = TextOf(items, "tls_ca_file");
  request.cert_file = TextOf(items, "tls_cert_file");
  request.key_file = TextOf(items, "tls_key_file");
  Retries retries;
  retries.most = IntOf(items, is_rest ? "retry_count" : "max_retries", retries.most);
  retries.first_delay = DurationOf(items, "initial_delay", retries.first_delay);
  retries.longest_delay = DurationOf(items, "max_delay", retries.longest_delay);
  retries.timeout = DurationOf(items, "timeout", is_rest ? 5 * kNsPerSecond : retries.timeout);
  return std::unique_ptr<Sink>(
      std::make_unique<HttpSink>(std::move(request), is_rest ? "/events" : "", retries));
}

}  // namespace varpulis::connectors
