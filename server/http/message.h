#pragma once

// A request and its answer, without anything of the library that reads and writes them.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace varpulis::http {

using Header = std::pair<std::string, std::string>;

// What is known before the body is read.
struct Request {
  std::string method;
  std::string path;             // without query, as sent: percent signs are not decoded
  std::string query;            // behind the `?`
  std::vector<Header> headers;  // names in lower case
  std::string body;             // empty until it was read
  bool has_body = false;        // a body was announced
  bool is_upgrade = false;      // to a web socket
  std::string remote;           // address of the client, without port

  // What the service finds out when the head has come (Service::begin).
  std::string id = {};                      // x-request-id, sent or made
  std::string principal = {};               // who asks
  std::vector<Header> answer_headers = {};  // of the answer, whatever it is

  // Values of the path, by the names that the route has for them, decoded.
  std::vector<std::pair<std::string, std::string>> parameters;

  // The first header of that name (lower case); empty if there is none.
  std::string_view header(std::string_view name) const;
  bool has_header(std::string_view name) const;
  const std::string& parameter(std::string_view name) const;
  // A value of the query, decoded; nothing if it is not there.
  std::optional<std::string> query_value(std::string_view name) const;
};

// `%41` and `+`; nothing if a percent sign is not followed by two digits, or a NUL results.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_blank);

// A body without end, for events. The connection reads it on its own thread.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // `wake` may be called on any thread when there is something to take; not after Stop.
  virtual void Start(std::function<void()> wake) = 0;
  virtual void Stop() = 0;
  // What is there now, at most about 64 KiB; empty: nothing yet. Nothing: this was all.
  virtual std::optional<std::string> Take() = 0;
  // Written when there was nothing to take for a while.
  virtual std::string KeepAlive() const = 0;
  // Written when the server stops.
  virtual std::string Goodbye() const = 0;
};

// A conversation in text messages over a web socket (RFC 6455). The connection calls everything on its own
// thread, and hands on the client's next message when the last one has been answered.
class Conversation {
 public:
  using Answer = std::function<void(std::string message)>;

  virtual ~Conversation() = default;
  // `wake` may be called on any thread when there is something to take; not after Stop.
  virtual void Start(std::function<void()> wake) = 0;
  virtual void Stop() = 0;
  // `answer` is called once, on any thread, also within the call; it may outlive the conversation.
  virtual void Receive(std::string_view message, const Answer& answer) = 0;
  // A message that the client has not asked for; nothing: there is none now.
  virtual std::optional<std::string> Take() = 0;
  // Every few seconds.
  virtual void Tick() = 0;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::vector<Header> headers = {};
  std::string body = {};
  std::unique_ptr<BodyStream> stream = {};  // instead of a body
  std::unique_ptr<Conversation> conversation =
      {};  // the same, if the request asks for a web socket
};

// Takes the answer to one request, once, on any thread; calls after the first are without effect. If all
// copies are destroyed without, the answer is 500.
class Reply {
 public:
  using Send = std::function<void(Response)>;
  explicit Reply(Send send) : state_(std::make_shared<State>(std::move(send))) {}

  void operator()(Response response) const;
  // While the request is being handled: if there is no answer after so many seconds, it is `instead`.
  void Within(int seconds, std::function<Response()> instead) const;

  int seconds() const { return state_->seconds; }
  const std::function<Response()>& instead() const { return state_->instead; }

 private:
  struct State {
    explicit State(Send s) : send(std::move(s)) {}
    ~State();
    std::mutex mutex;
    Send send;  // empty once it was called
    int seconds = 0;
    std::function<Response()> instead;
  };
  std::shared_ptr<State> state_;
};

}  // namespace varpulis::http
