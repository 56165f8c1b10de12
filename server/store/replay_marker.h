#pragma once

// Which journal record is being replayed, in a way that a crash of this very process leaves behind: one poison
// record must not keep a server from starting (decision E7). Memory that is mapped to a file of the state
// directory; marking a record is a store.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace varpulis::store {

// Not thread-safe.
class ReplayMarker {
 public:
  // IoError.
  static Result<ReplayMarker> Open(const std::string& path);
  ~ReplayMarker();
  ReplayMarker(ReplayMarker&& other) noexcept;
  ReplayMarker& operator=(ReplayMarker&&) = delete;

  // How often processes before this one have ended while they replayed the record, one right after the other.
  uint32_t EndedAt(std::string_view pipeline, uint64_t record) const;
  // It is replayed from now on. An id has at most 63 bytes.
  void Mark(std::string_view pipeline, uint64_t record);
  // Nothing is.
  void Clear();

 private:
  struct Place {
    char pipeline[64];  // ends with a NUL; empty: none
    uint64_t record;
    uint32_t ended;
    uint32_t unused;
  };
  explicit ReplayMarker(Place* place) : place_(place), before_(*place) {}

  Place* place_;  // mapped; null: moved from
  Place before_;  // what an earlier process left
};

}  // namespace varpulis::store
