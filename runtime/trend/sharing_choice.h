#pragma once

// Whether a group of streams shares its closure at present (language.md 8.1), by the benefit model of the paper
// that compiler/ir/trend_groups.h names: a burst of g events costs k streams g^2 each when every stream keeps
// a graph of its own, and the group g^2 for each of the snapshots that it is kept in terms of, and one value per
// stream and snapshot. Groups here are such that one snapshot is enough.

#include <cstdint>

namespace varpulis::trend {

// Who decides. Outputs do not depend on it.
enum class Sharing : uint8_t { Automatic, Always, Never };

class SharingChoice {
 public:
  explicit SharingChoice(Sharing sharing)
      : sharing_(sharing), shares_(sharing == Sharing::Always) {}

  bool shares() const { return shares_; }
  // A burst of so many events of the closure has ended that concerned so many streams. Every few bursts the
  // choice is made anew.
  void EndBurst(uint64_t events, uint64_t streams);

  // How often it has changed.
  uint64_t changes() const { return changes_; }

 private:
  const Sharing sharing_;
  bool shares_;
  uint64_t changes_ = 0;
  // Since the last choice.
  uint32_t bursts_seen_ = 0;
  uint64_t events_ = 0;
  uint64_t streams_ = 0;
};

}  // namespace varpulis::trend
