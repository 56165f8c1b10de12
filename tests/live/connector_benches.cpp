#include <fstream>

#include <fmt/format.h>

#include "tests/live/connector_bench.h"
#include "tests/live/http_server.h"
#include "tests/live/server_process.h"

namespace varpulis::testing {
namespace {

using connectors::Link;

Link LinkOf(const std::string& kind, std::vector<ir::ConfigItem> parameters) {
  Link link;
  link.connector = "C";
  link.kind = kind;
  link.parameters = std::move(parameters);
  link.pipeline = "test";
  link.pipeline_id = "0123456789abcdef";
  return link;
}

class Files final : public ConnectorBench {
 public:
  Link MakeLink() override {
    return LinkOf("file", {Text("path", (folder_.path() / "events.jsonl").string())});
  }
  std::string topic() const override { return ""; }
  bool keeps() const override { return true; }

 private:
  ServerFolder folder_;
};

// A server of HTTP that can be away.
class Http final : public ConnectorBench {
 public:
  Http() {
    server_ = std::make_unique<HttpServer>([this](const HttpExchange& exchange) -> HttpReply {
      const std::lock_guard lock(mutex_);
      if (is_away_) return {503, ""};
      bodies_.push_back(exchange.body);
      return {200, ""};
    });
  }
  void Start() override { set_away(false); }
  void Stop() override { set_away(true); }
  bool can_stop() const override { return true; }
  Link MakeLink() override {
    return LinkOf("http", {Text("url", server_->Url("/hook")), Number("max_retries", 20)});
  }
  bool has_source() const override { return false; }
  std::vector<std::string> Seen() override {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }
  std::vector<std::vector<ir::ConfigItem>> Nonsense() override {
    return {
        {Text("url", "ftp://h/")},
        {Text("url", "")},
        {Text("url", "http://h/"), {"headers", {ir::ConfigValue::Block{Text("a", "x\r\ny: z")}}}},
        {Text("url", "${VPL_TEST_NOBODY_SETS_THIS}")}};
  }

 private:
  void set_away(bool away) {
    const std::lock_guard lock(mutex_);
    is_away_ = away;
  }
  std::mutex mutex_;
  bool is_away_ = false;
  std::vector<std::string> bodies_;
  std::unique_ptr<HttpServer> server_;
};

class Mosquitto final : public ConnectorBench {
 public:
  explicit Mosquitto(std::string password = {}) : password_(std::move(password)) {}
  std::string Missing() override {
    return program_.empty() ? "mosquitto is not installed" : std::string();
  }
  void Start() override {
    const auto file = folder_.path() / "mosquitto.conf";
    std::ofstream conf(file);
    conf << fmt::format("listener {} 127.0.0.1\nallow_anonymous {}\nuser root\n", port_,
                        password_.empty() ? "true" : "false");
    conf.close();
    server_ =
        std::make_unique<ServerProcess>(std::vector<std::string>{program_, "-c", file.string()});
    AwaitPort(port_);
  }
  void Stop() override { server_.reset(); }
  bool can_stop() const override { return true; }
  Link MakeLink() override {
    std::vector<ir::ConfigItem> items = {Text("host", "127.0.0.1"), Number("port", port_),
                                         Number("qos", 1)};
    if (!password_.empty()) {
      items.push_back(Text("username", "ana"));
      items.push_back(Text("password", password_));
    }
    return LinkOf("mqtt", items);
  }
  bool redelivers() const override { return true; }
  bool keeps() const override { return false; }
  std::vector<std::vector<ir::ConfigItem>> Nonsense() override {
    return {{Text("host", "")}, {Text("host", "h:port")}};
  }

 private:
  const std::string password_;
  const std::string program_ = FindProgram("mosquitto", {"/usr/sbin"});
  const int port_ = FreePort();
  ServerFolder folder_;
  std::unique_ptr<ServerProcess> server_;
};

class Nats final : public ConnectorBench {
 public:
  explicit Nats(bool jetstream, std::string password = {})
      : jetstream_(jetstream), password_(std::move(password)) {}
  std::string Missing() override {
    return program_.empty() ? "nats-server is not installed" : std::string();
  }
  void Start() override {
    std::vector<std::string> command = {program_, "-a", "127.0.0.1", "-p", std::to_string(port_)};
    if (jetstream_) command.insert(command.end(), {"-js", "-sd", folder_.path().string()});
    if (!password_.empty()) command.insert(command.end(), {"--user", "ana", "--pass", "right"});
    server_ = std::make_unique<ServerProcess>(command);
    AwaitPort(port_);
    if (!jetstream_) return;
    const std::string stream = R"({"name":"E","subjects":["alerts"],"storage":"file"})";
    // INFO, and the answer with its head.
    Tell(port_,
         fmt::format("CONNECT {{}}\r\nSUB _r 1\r\nPUB $JS.API.STREAM.CREATE.E _r {}\r\n{}\r\n",
                     stream.size(), stream),
         3);
  }
  void Stop() override { server_.reset(); }
  bool can_stop() const override { return true; }
  Link MakeLink() override {
    std::vector<ir::ConfigItem> items = {Text("servers", fmt::format("127.0.0.1:{}", port_)),
                                         {"jetstream", {jetstream_}}};
    if (!password_.empty()) {
      items.push_back(Text("username", "ana"));
      items.push_back(Text("password", password_));
    }
    return LinkOf("nats", items);
  }
  bool redelivers() const override { return jetstream_; }
  std::vector<std::vector<ir::ConfigItem>> Nonsense() override {
    return {{Text("servers", "")}, {Text("servers", "http://h:1")}};
  }

 private:
  const bool jetstream_;
  const std::string password_;
  const std::string program_ = FindProgram("nats-server", {"/usr/sbin"});
  const int port_ = FreePort();
  ServerFolder folder_;
  std::unique_ptr<ServerProcess> server_;
};

}  // namespace

std::unique_ptr<ConnectorBench> FileBench() { return std::make_unique<Files>(); }
std::unique_ptr<ConnectorBench> HttpBench() { return std::make_unique<Http>(); }
std::unique_ptr<ConnectorBench> MqttBench() { return std::make_unique<Mosquitto>(); }
std::unique_ptr<ConnectorBench> NatsBench() { return std::make_unique<Nats>(false); }
std::unique_ptr<ConnectorBench> JetStreamBench() { return std::make_unique<Nats>(true); }
std::unique_ptr<ConnectorBench> LockedMqttBench(const std::string& password) {
  return std::make_unique<Mosquitto>(password);
}
std::unique_ptr<ConnectorBench> LockedNatsBench(const std::string& password) {
  return std::make_unique<Nats>(false, password);
}

}  // namespace varpulis::testing
