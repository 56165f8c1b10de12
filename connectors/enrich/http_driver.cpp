// GET url?key=<key>; the answer is a JSON object (language.md 8.3).

#include <fmt/format.h>

#include "connectors/contract/parameters.h"
#include "connectors/enrich/drivers.h"
#include "connectors/http/http_client.h"

namespace varpulis::connectors {
namespace {

HttpRequest RequestOf(const ir::Binding& binding) {
  HttpRequest request;
  request.url = AddressOf(binding.parameters);
  const std::string method = TextOf(binding.parameters, "method");
  if (!method.empty()) request.method = method;
  request.headers.emplace_back("Accept: application/json");
  const std::string bearer = TextOf(binding.parameters, "auth_bearer");
  if (!bearer.empty()) request.headers.push_back("Authorization: Bearer " + bearer);
  const ir::ConfigValue* headers = ir::Find(binding.parameters, "headers");
  if (headers != nullptr) {
    for (const ir::ConfigItem& item : std::get<ir::ConfigValue::Block>(headers->value)) {
      const auto* text = std::get_if<std::string>(&item.value.value);
      if (text != nullptr) request.headers.push_back(item.name + ": " + *text);
    }
  }
  request.user_password = TextOf(binding.parameters, "auth_basic");
  request.ca_file = TextOf(binding.parameters, "tls_ca_file");
  request.cert_file = TextOf(binding.parameters, "tls_cert_file");
  request.key_file = TextOf(binding.parameters, "tls_key_file");
  return request;
}

class HttpDriver final : public Driver {
 public:
  explicit HttpDriver(const ir::Binding& binding) : request_(RequestOf(binding)) {}

  enrich::Answer Look(const enrich::Key& key, const Deadline& deadline) override {
    HttpRequest request = request_;
    request.url += request.url.find('?') == std::string::npos ? "?key=" : "&key=";
    request.url += client_.Escape(key.text);
    HttpResponse response = client_.Send(request, deadline);
    switch (response.outcome) {
      case HttpResponse::Outcome::TimedOut:
        return TimedOut();
      case HttpResponse::Outcome::Failed:
        return Failed(std::move(response.error));
      case HttpResponse::Outcome::Answered:
        break;
    }
    if (response.status < 200 || response.status > 299)
      return Failed(fmt::format("HTTP status {}", response.status));
    return {enrich::Outcome::Ok, std::move(response.body), 0};
  }

 private:
  const HttpRequest request_;
  HttpClient client_;
};

}  // namespace

std::unique_ptr<Driver> MakeHttpDriver(const ir::Binding& binding) {
  return std::make_unique<HttpDriver>(binding);
}

}  // namespace varpulis::connectors
