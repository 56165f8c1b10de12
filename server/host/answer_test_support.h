#pragma once

// What a callback of the host brings, waited for; events for a pipeline, and what it makes of them.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/io/injection.h"
#include "server/host/pipeline.h"

namespace varpulis::host::testing {

template <typename T>
class Answer {
 public:
  std::function<void(T)> Callback() {
    return [this](T value) {
      std::lock_guard lock(mutex_);
      value_ = std::move(value);
      came_.notify_all();
    };
  }
  T Wait() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return value_.has_value(); });
    return std::move(*value_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::optional<T> value_;
};

// Events as JSON, as one batch.
inline io::Injection Events(const std::vector<std::string>& events) {
  io::InjectionReader reader;
  std::string body = R"({"events":[)";
  for (size_t i = 0; i < events.size(); ++i) body += (i > 0 ? "," : "") + events[i];
  auto injection = reader.ReadBatch(body + "]}");
  EXPECT_TRUE(injection.ok()) << injection.status().message();
  return std::move(*injection);
}

inline InjectOutcome Inject(Pipeline& pipeline, const std::vector<std::string>& events,
                            std::string key = "") {
  Answer<InjectOutcome> answer;
  EXPECT_EQ(pipeline.Admit({Events(events), std::move(key), answer.Callback()}),
            Admission::Admitted);
  return answer.Wait();
}

inline std::vector<std::string> Fields(const std::vector<OutputPtr>& outputs) {
  std::vector<std::string> fields;
  for (const OutputPtr& output : outputs) fields.push_back(output->fields);
  return fields;
}

}  // namespace varpulis::host::testing
