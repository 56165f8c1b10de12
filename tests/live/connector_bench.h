#pragma once

// A service of one kind, as the suite of the connectors' contract uses it.

#include <memory>
#include <string>
#include <vector>

#include "connectors/contract/link.h"

namespace varpulis::testing {

class ConnectorBench {
 public:
  virtual ~ConnectorBench() = default;

  // Empty if it can run here; else why not.
  virtual std::string Missing() { return {}; }
  // The service runs, at the same address as before.
  virtual void Start() {}
  virtual void Stop() {}
  virtual bool can_stop() const { return false; }
  // As a program would declare it.
  virtual connectors::Link MakeLink() = 0;
  virtual std::string topic() const { return "alerts"; }

  virtual bool has_source() const { return true; }
  // Without a source: the events that came, in their order.
  virtual std::vector<std::string> Seen() { return {}; }
  // What was received and not committed comes again.
  virtual bool redelivers() const { return false; }
  // What is sent while nobody is subscribed is there for who comes later.
  virtual bool keeps() const { return redelivers(); }
  // Parameters with which no driver is made.
  virtual std::vector<std::vector<ir::ConfigItem>> Nonsense() { return {}; }
};
using MakeBench = std::unique_ptr<ConnectorBench> (*)();

std::unique_ptr<ConnectorBench> FileBench();
std::unique_ptr<ConnectorBench> HttpBench();
std::unique_ptr<ConnectorBench> MqttBench();
std::unique_ptr<ConnectorBench> NatsBench();
std::unique_ptr<ConnectorBench> JetStreamBench();
std::unique_ptr<ConnectorBench> KafkaBench();

// With names and passwords that the service does not take.
std::unique_ptr<ConnectorBench> LockedMqttBench(const std::string& password);
std::unique_ptr<ConnectorBench> LockedNatsBench(const std::string& password);

inline ir::ConfigItem Text(const std::string& name, const std::string& text) {
  return {name, {text}};
}
inline ir::ConfigItem Number(const std::string& name, int64_t number) { return {name, {number}}; }

}  // namespace varpulis::testing
