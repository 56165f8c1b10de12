#pragma once

// The outputs of several pipelines, for one watcher that comes and goes between them.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/host/pipeline.h"

namespace varpulis::api {

// Not thread-safe, but for what `wake` does.
class OutputFeed {
 public:
  // `wake` is called on any thread when Take may have something; not after Clear.
  explicit OutputFeed(std::function<void()> wake) : wake_(std::move(wake)) {}
  ~OutputFeed() { Clear(); }
  OutputFeed(const OutputFeed&) = delete;
  OutputFeed& operator=(const OutputFeed&) = delete;

  // Watches these from now on and no others. One that is new to the feed is read from its next output, or, if it
  // was created after `since` (steady clock), from its first.
  void Watch(const std::vector<std::shared_ptr<host::Pipeline>>& pipelines, int64_t since);
  // The next message as JSON: an output, or how many were lost because they were not taken in time.
  std::optional<std::string> Take();
  void Clear();

 private:
  struct Watched {
    std::shared_ptr<host::Pipeline> pipeline;
    uint64_t next;
    uint64_t subscription;
  };

  void Read(Watched& watched);

  std::function<void()> wake_;
  std::map<std::string, Watched> watched_;  // by id
  std::string last_;                        // id of the one that was read last
  std::deque<std::string> messages_;        // of one reading
};

}  // namespace varpulis::api
