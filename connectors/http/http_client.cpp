#include "connectors/http/http_client.h"

#include <mutex>

#include <curl/curl.h>

#include "base/check.h"
#include "base/limits.h"

namespace varpulis::connectors {
namespace {

void InitialiseOnce() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// Returning less than it was given ends the transfer with an error.
size_t TakeBody(char* data, size_t size, size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  const size_t bytes = size * count;
  if (body.size() + bytes > limits::kMaxAnswerBytes) return 0;
  body.append(data, bytes);
  return bytes;
}

int CheckStop(void* deadline, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Deadline*>(deadline)->is_over() ? 1 : 0;
}

struct HeaderList {
  ~HeaderList() { curl_slist_free_all(list); }
  void Add(const std::string& header) { list = curl_slist_append(list, header.c_str()); }
  curl_slist* list = nullptr;
};

}  // namespace

struct HttpClient::Handle {
  CURL* curl = nullptr;
};

HttpClient::HttpClient() : handle_(std::make_unique<Handle>()) {
  InitialiseOnce();
  handle_->curl = curl_easy_init();
  VPL_CHECK(handle_->curl != nullptr, "libcurl cannot be used");
}

HttpClient::~HttpClient() { curl_easy_cleanup(handle_->curl); }

std::string HttpClient::Escape(const std::string& text) {
  char* escaped = curl_easy_escape(handle_->curl, text.data(), static_cast<int>(text.size()));
  VPL_CHECK(escaped != nullptr, "libcurl has no memory");
  std::string result = escaped;
  curl_free(escaped);
  return result;
}

HttpResponse HttpClient::Send(const HttpRequest& request, const Deadline& deadline) {
  CURL* curl = handle_->curl;
  // Options only: the connection stays.
  curl_easy_reset(curl);
  HttpResponse response;
  HeaderList headers;
  for (const std::string& header : request.headers) headers.Add(header);
  // Not to be asked whether a body is wanted saves a second.
  headers.Add("Expect:");
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, "varpulis");
  set(CURLOPT_HTTPHEADER, headers.list);
  set(CURLOPT_WRITEFUNCTION, TakeBody);
  set(CURLOPT_WRITEDATA, &response.body);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, CheckStop);
  set(CURLOPT_XFERINFODATA, &deadline);
  const int64_t left = deadline.LeftMs();
  if (left == 0) return {HttpResponse::Outcome::TimedOut, 0, {}, {}};
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(left));
  if (!request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.data());
  }
  if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (!request.user_password.empty()) set(CURLOPT_USERPWD, request.user_password.c_str());
  if (!request.ca_file.empty()) set(CURLOPT_CAINFO, request.ca_file.c_str());
  if (!request.cert_file.empty()) set(CURLOPT_SSLCERT, request.cert_file.c_str());
  if (!request.key_file.empty()) set(CURLOPT_SSLKEY, request.key_file.c_str());
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OK) {
    response.outcome = HttpResponse::Outcome::Answered;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.status);
  } else if (code == CURLE_OPERATION_TIMEDOUT || code == CURLE_ABORTED_BY_CALLBACK) {
    response.outcome = HttpResponse::Outcome::TimedOut;
  } else {
    response.error =
        code == CURLE_WRITE_ERROR ? "the answer is too long" : curl_easy_strerror(code);
  }
  return response;
}

}  // namespace varpulis::connectors
