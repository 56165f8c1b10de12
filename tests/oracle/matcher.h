#pragma once

// The brute-force matcher: every event against every run of its partition, each run a vector of event
// numbers per step, in the words of language.md 6.3.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/oracle/absent_group.h"
#include "tests/oracle/choices.h"
#include "tests/oracle/description.h"

namespace varpulis::oracle {

class Matcher {
 public:
  // Both outlive the object; the pattern is one with its counterparts (counterparts.h).
  Matcher(const Pattern& pattern, const std::vector<Event>& events);
  // Output lines in the notation of `.case` files.
  std::vector<std::string> Run();

 private:
  struct Partition {
    uint64_t created = 0;
    size_t runs = 0;
  };
  struct PartialMatch {
    const Node* way = nullptr;
    size_t way_number = 0;
    Bindings bindings = {};
    int64_t start = 0;
    int64_t last = 0;
    uint64_t created = 0;
    Value key = {};
    std::map<uint32_t, int64_t> since = {};  // negated steps that are active, and from when
    std::map<uint32_t, std::vector<Follower>> followers = {};  // by negated group
    bool gone = false;
  };
  struct Remembered {
    uint32_t step;
    int64_t start;
    int64_t end;  // of a single event the same
    Value key;
  };

  Value KeyOf(const Event& event) const;
  Scene SceneOf(const PartialMatch& run, const Event& event, uint32_t step) const;
  bool IsPast(int64_t start) const;
  bool Feeds(uint32_t type, bool positive_only) const;

  void FireDue();
  void Offer(size_t at);
  void Kill(PartialMatch& run, size_t at);
  // Whether the event is, or completes, what must not come.
  bool Comes(PartialMatch& run, size_t at, uint32_t step, int64_t since);
  // The step that takes the event; UINT32_MAX if none does.
  uint32_t Taker(const PartialMatch& run, const Event& event) const;
  // Under Any: the run goes on as it is beside what each step makes of the event that fits it.
  void Fork(size_t number, size_t at);
  bool IsInTime(const PartialMatch& run, const Event& event, uint32_t step) const;
  void Bind(PartialMatch& run, size_t at, uint32_t step);
  void Open(size_t at);
  bool IsBlocked(const Node& way, const Event& event) const;
  bool IsGrowing(const PartialMatch& run, uint32_t step) const;
  void Remember(size_t at);
  void RememberGroup(uint32_t step, size_t at);
  std::vector<Follower> FollowFree(uint32_t step, size_t at);
  void Exclude(uint32_t step, size_t at);

  bool IsComplete(const PartialMatch& run) const;
  // Complete, but a closure whose whole is asked for may still grow.
  bool WaitsForLonger(const PartialMatch& run) const;
  // A run is over for want of time, of input, or by `.strict()`.
  void End(PartialMatch& run);
  void Leave(PartialMatch& run);
  void Sweep();
  std::vector<PartialMatch*> InDueOrder(bool due_only);
  void Emit(const PartialMatch& run, uint32_t completed_by, int64_t time, bool absence);

  const Pattern& pattern_;
  const std::vector<Event>& events_;
  std::vector<Node> ways_;
  std::vector<std::vector<uint32_t>> way_steps_;
  std::map<uint32_t, std::vector<Node>> group_ways_;
  std::map<uint32_t, std::vector<Follower>> leading_followers_;
  std::vector<Yield> yields_;
  std::vector<uint32_t> counterparts_;  // of sides of an XOR
  std::vector<PartialMatch> runs_;      // in the order of their creation
  std::map<std::pair<bool, int64_t>, Partition> partitions_;
  std::vector<Remembered> remembered_;
  int64_t clock_ = INT64_MIN;
  uint64_t created_ = 0;
  std::vector<std::string> output_;
};

}  // namespace varpulis::oracle
