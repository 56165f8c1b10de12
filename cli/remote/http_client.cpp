#include "cli/remote/http_client.h"

#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

namespace varpulis::remote {
namespace {

constexpr long kConnectSeconds = 10;
// Longer than the server lets anybody wait.
constexpr long kAnswerSeconds = 120;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void Append(HeaderList& list, const std::string& header) {
  list.reset(curl_slist_append(list.release(), header.c_str()));
}

struct Transfer {
  CURL* handle = nullptr;
  Reply reply;
  const TakeBytes* take = nullptr;

  size_t Receive(std::string_view bytes) {
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &reply.status);
    if (take != nullptr && reply.status == 200) return (*take)(bytes) ? bytes.size() : 0;
    reply.body += bytes;
    return bytes.size();
  }
};

size_t OnBytes(char* data, size_t size, size_t count, void* transfer) {
  return static_cast<Transfer*>(transfer)->Receive({data, size * count});
}

Result<Reply> Perform(const Server& server, const std::string& method, const std::string& path,
                      const std::string& body, const std::vector<std::string>& headers,
                      const TakeBytes* take) {
  const Handle handle(curl_easy_init());
  if (!handle) return Status(StatusCode::Internal, "no HTTP client");
  Transfer transfer{.handle = handle.get(), .reply = {}, .take = take};
  HeaderList list;
  Append(list, "Content-Type: application/json");
  if (!server.api_key.empty()) Append(list, "x-api-key: " + server.api_key);
  for (const std::string& header : headers) Append(list, header);
  CURL* curl = handle.get();
  curl_easy_setopt(curl, CURLOPT_URL, (server.url + path).c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (method == "POST") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list.get());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  // A stream that brings nothing, not even a sign of life, for a minute is broken.
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, take != nullptr ? 60L : kAnswerSeconds);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, OnBytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &transfer.reply.status);
  const bool was_ended = code == CURLE_WRITE_ERROR && take != nullptr;
  if (code != CURLE_OK && !was_ended) {
    return Status(StatusCode::Unavailable,
                  fmt::format("{}: {}", server.url, curl_easy_strerror(code)));
  }
  return std::move(transfer.reply);
}

}  // namespace

Result<Reply> Call(const Server& server, const std::string& method, const std::string& path,
                   const std::string& body) {
  return Perform(server, method, path, body, {}, nullptr);
}

Result<Reply> Stream(const Server& server, const std::string& path,
                     const std::vector<std::string>& headers, const TakeBytes& take) {
  return Perform(server, "GET", path, {}, headers, &take);
}

}  // namespace varpulis::remote
