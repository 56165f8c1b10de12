#pragma once

// HTTP requests over one connection that is kept open. Belongs to one thread.

#include <memory>
#include <string>
#include <vector>

#include "connectors/contract/deadline.h"

namespace varpulis::connectors {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;  // `Name: value`
  std::string body;                  // sent if it is not empty
  std::string user_password;         // `user:password`; empty: none
  std::string ca_file;               // PEM files; empty: the system's authorities, no certificate
  std::string cert_file;
  std::string key_file;
};

struct HttpResponse {
  enum class Outcome { Answered, Failed, TimedOut };
  Outcome outcome = Outcome::Failed;
  long status = 0;    // Answered
  std::string body;   // Answered, at most limits::kMaxAnswerBytes
  std::string error;  // Failed
};

class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Follows no redirections and uses no proxy.
  HttpResponse Send(const HttpRequest& request, const Deadline& deadline);
  // With everything but letters, digits and `-._~` as %XX.
  std::string Escape(const std::string& text);

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace varpulis::connectors
