#pragma once

// What a pipeline has put out, for those who watch it: the last limits::kLoggedOutputs outputs by number.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"

namespace varpulis::host {

// One output event; immutable and shared.
struct OutputEvent {
  uint64_t number = 0;  // of the pipeline's outputs, from 1
  std::string event_type;
  TimestampNs time = 0;
  std::string fields;  // JSON members without the braces: `"a":1,"b":"x"`
  // The same beside a member `event_type`: empty unless a field has that name.
  std::string flat_fields;
};
using OutputPtr = std::shared_ptr<const OutputEvent>;

// Thread-safe.
class OutputLog {
 public:
  // `wake` is called on any thread, also while Append holds no lock, when there is something to read or
  // the log is closed; never after Unsubscribe has returned.
  using Wake = std::function<void()>;

  // `outputs` in order of their numbers; those that no reader could get any more may be left out.
  void Append(const std::vector<OutputPtr>& outputs);
  // No more outputs: the pipeline is gone.
  void Close();

  struct Reading {
    std::vector<OutputPtr> outputs;
    uint64_t skipped = 0;  // numbers from `next` on that are not there any more
    uint64_t next = 0;     // where to go on
    bool closed = false;   // and nothing will follow what was read
  };
  // From number `next` on, at most `most` outputs.
  Reading Read(uint64_t next, size_t most) const;
  // The number of the next output.
  uint64_t next_number() const;
  // All that are there, in order.
  std::vector<OutputPtr> All() const;
  // Of a pipeline of an earlier process, before anybody reads: its last outputs, and the number of the last.
  void Load(const std::vector<OutputPtr>& outputs, uint64_t last_number);

  uint64_t Subscribe(Wake wake);
  void Unsubscribe(uint64_t subscription);

 private:
  void WakeAll();

  mutable std::mutex mutex_;
  std::deque<OutputPtr> outputs_;
  uint64_t next_number_ = 1;
  bool closed_ = false;
  // Held while readers are woken, so that Unsubscribe waits for a call that is under way.
  std::mutex readers_mutex_;
  std::map<uint64_t, Wake> readers_;
  uint64_t next_subscription_ = 0;
};

}  // namespace varpulis::host
