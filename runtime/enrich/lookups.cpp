#include "runtime/enrich/lookups.h"

#include <algorithm>
#include <utility>

namespace varpulis::enrich {

Lookups::Lookups(const ir::EnrichOperator& op, Provider* provider, size_t most_ahead)
    : op_(op), most_ahead_(most_ahead), provider_(provider), cache_(op.cache_ttl) {
  if (provider_ != nullptr) return;
  refusal_ = std::make_unique<Refusal>("nobody answers lookups");
  provider_ = refusal_.get();
}

void Lookups::AskAhead(const Key& key, TimestampNs time) {
  const std::string identity = key.Identity();
  Ahead& ahead = ahead_[identity];
  // The first row that needs it will make it remembered for the others.
  const bool is_known = ahead.waiting > 0 || !ahead.asked.empty() ||
                        cache_.Find(identity, std::max(clock_, time)) != nullptr;
  if (remembers() && is_known) return;
  ++ahead.waiting;
  waiting_.push_back(key);
  AskWaiting();
}

void Lookups::AskWaiting() {
  while (asked_ < most_ahead_ && !waiting_.empty()) {
    Ahead& ahead = ahead_[waiting_.front().Identity()];
    if (ahead.waiting > 0) {
      --ahead.waiting;
      ++asked_;
      ahead.asked.push_back(Ask(waiting_.front()));
    }
    waiting_.pop_front();
  }
}

Lookups::Found Lookups::Take(const Key& key, TimestampNs time) {
  clock_ = std::max(clock_, time);
  const std::string identity = key.Identity();
  if (remembers()) {
    const std::string* known = cache_.Find(identity, clock_);
    if (known != nullptr) return {{Outcome::Ok, *known, 0}, true};
  }
  const auto ahead = ahead_.find(identity);
  if (ahead == ahead_.end() || ahead->second.asked.empty()) {
    if (ahead != ahead_.end() && ahead->second.waiting > 0) --ahead->second.waiting;
    return {Ask(key)->Take(), false};
  }
  const std::shared_ptr<Pending> pending = std::move(ahead->second.asked.back());
  ahead->second.asked.pop_back();
  --asked_;
  AskWaiting();
  return {pending->Take(), false};
}

void Lookups::EndBatch() {
  ahead_.clear();
  waiting_.clear();
  asked_ = 0;
}

void Lookups::Remember(const Key& key, std::string text) {
  if (remembers()) cache_.Put(key.Identity(), std::move(text), clock_);
}

}  // namespace varpulis::enrich
