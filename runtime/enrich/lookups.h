#pragma once

// State of one EnrichOperator: what it remembers, and what has been asked ahead of the row that needs it.
// Whether a question was asked ahead cannot be seen in what is found. Not thread-safe.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "compiler/ir/operators.h"
#include "runtime/enrich/answer_cache.h"
#include "runtime/enrich/provider.h"
#include "runtime/state/counters.h"

namespace varpulis::enrich {

struct LookupCounters {
  uint64_t answered = 0;  // by the provider
  uint64_t cached = 0;
  uint64_t errors = 0;
  uint64_t timeouts = 0;
  uint64_t dropped = 0;  // rows that went no further

  // Calls visit(counter) for all of them, in order.
  template <typename Counters, typename Visit>
  static void ForEach(Counters& counters, const Visit& visit) {
    for (auto* counter : {&counters.answered, &counters.cached, &counters.errors,
                          &counters.timeouts, &counters.dropped}) {
      visit(*counter);
    }
  }
  LookupCounters& operator+=(const LookupCounters& other) {
    state::AddCounters(*this, other);
    return *this;
  }
};
static_assert(sizeof(LookupCounters) == 5 * sizeof(uint64_t), "ForEach visits all of them");

class Lookups {
 public:
  // `provider` outlives it; null: every lookup is an error.
  Lookups(const ir::EnrichOperator& op, Provider* provider,
          size_t most_ahead = limits::kMaxAskedAhead);

  // A row of the batch at hand will need the key; `time` is the row's. To be called in the order of the
  // rows: of more than the bound, those that come first are asked first.
  void AskAhead(const Key& key, TimestampNs time);
  struct Found {
    Answer answer;
    bool cached = false;
  };
  // Waits for the answer, unless it is remembered. An answer that turns out to be unusable is to be
  // turned into an error by the caller, who counts.
  Found Take(const Key& key, TimestampNs time);
  // The answer that was taken last for the key is good; `text` is what to remember of it.
  void Remember(const Key& key, std::string text);
  // What was asked ahead for the batch and not taken is not needed any more.
  void EndBatch();

  bool remembers() const { return op_.cache_ttl > 0; }
  LookupCounters& counters() { return counters_; }
  const LookupCounters& counters() const { return counters_; }
  size_t bytes() const { return cache_.bytes(); }

 private:
  // What was said of one key. Equal questions have equal answers, so any row may take any of them.
  struct Ahead {
    size_t waiting = 0;  // not asked yet
    std::vector<std::shared_ptr<Pending>> asked;
  };
  std::shared_ptr<Pending> Ask(const Key& key) { return provider_->Ask(op_.lookup, key); }
  void AskWaiting();

  const ir::EnrichOperator& op_;
  const size_t most_ahead_;
  std::unique_ptr<Provider> refusal_;
  Provider* provider_;
  AnswerCache cache_;
  TimestampNs clock_ = kTimeMin;  // the latest time of a row: what the cache lives by
  absl::flat_hash_map<std::string, Ahead> ahead_;  // by Key::Identity
  std::deque<Key> waiting_;  // those that have been asked without waiting for their turn, too
  size_t asked_ = 0;         // of all keys
  LookupCounters counters_;
};

}  // namespace varpulis::enrich
