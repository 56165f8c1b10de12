#include "runtime/enrich/lookups.h"

#include <algorithm>
#include <utility>

namespace varpulis::enrich {

Lookups::Lookups(const ir::EnrichOperator& op, Provider* provider)
    : op_(op), provider_(provider), cache_(op.cache_ttl) {
  if (provider_ != nullptr) return;
  refusal_ = std::make_unique<Refusal>("nobody answers lookups");
  provider_ = refusal_.get();
}

void Lookups::AskAhead(const Key& key, TimestampNs time) {
  std::string identity = key.Identity();
  std::vector<std::shared_ptr<Pending>>& asked = asked_[identity];
  // The first row that needs it will make it remembered for the others.
  const bool is_known =
      remembers() && (!asked.empty() || cache_.Find(identity, std::max(clock_, time)) != nullptr);
  if (!is_known) asked.push_back(Ask(key));
}

Lookups::Found Lookups::Take(const Key& key, TimestampNs time) {
  clock_ = std::max(clock_, time);
  const std::string identity = key.Identity();
  if (remembers()) {
    const std::string* known = cache_.Find(identity, clock_);
    if (known != nullptr) return {{Outcome::Ok, *known, 0}, true};
  }
  const auto asked = asked_.find(identity);
  if (asked == asked_.end() || asked->second.empty()) return {Ask(key)->Take(), false};
  const std::shared_ptr<Pending> pending = std::move(asked->second.back());
  asked->second.pop_back();
  return {pending->Take(), false};
}

void Lookups::Remember(const Key& key, std::string text) {
  if (remembers()) cache_.Put(key.Identity(), std::move(text), clock_);
}

}  // namespace varpulis::enrich
