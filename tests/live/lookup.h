#pragma once

// Lookups of one connector, as a program would ask for them.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "connectors/enrich/live_provider.h"

namespace varpulis::testing {

class Lookup {
 public:
  Lookup(const std::string& kind, std::vector<ir::ConfigItem> parameters,
         DurationNs timeout = 20 * kNsPerSecond)
      : plan_(PlanOf(kind, std::move(parameters), timeout)), provider_(plan_) {}

  std::shared_ptr<enrich::Pending> Ask(const std::string& key) {
    return provider_.Ask(0, {key, key});
  }
  std::shared_ptr<enrich::Pending> Ask(int64_t key) {
    return provider_.Ask(0, {key, std::to_string(key)});
  }
  std::shared_ptr<enrich::Pending> Ask(bool key) {
    return provider_.Ask(0, {key, key ? "true" : "false"});
  }
  std::shared_ptr<enrich::Pending> Ask(double key) {
    return provider_.Ask(0, {key, std::to_string(key)});
  }
  // The object, or `error: why`, or `timeout`.
  template <typename Key>
  std::string Find(const Key& key) {
    const enrich::Answer answer = Ask(key)->Take();
    if (answer.outcome == enrich::Outcome::Timeout) return "timeout";
    return answer.outcome == enrich::Outcome::Ok ? answer.text : "error: " + answer.text;
  }
  const std::vector<std::string>& problems() const { return provider_.problems(); }

 private:
  static ir::Plan PlanOf(const std::string& kind, std::vector<ir::ConfigItem> parameters,
                         DurationNs timeout) {
    ir::Plan plan;
    plan.lookups.push_back({{"C", kind, "S", std::move(parameters), {}}, timeout});
    return plan;
  }

  const ir::Plan plan_;
  connectors::LiveProvider provider_;
};

inline ir::ConfigItem Item(const std::string& name, const std::string& text) {
  return {name, {text}};
}

}  // namespace varpulis::testing
