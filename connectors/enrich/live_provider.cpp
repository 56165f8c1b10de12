#include "connectors/enrich/live_provider.h"

#include <algorithm>

#include "connectors/enrich/make_driver.h"

namespace varpulis::connectors {

LiveProvider::LiveProvider(const ir::Plan& plan) : plan_(plan) {
  std::map<std::string, DurationNs> longest;
  for (const ir::Lookup& lookup : plan.lookups) {
    DurationNs& known = longest[lookup.binding.connector];
    known = std::max(known, lookup.timeout);
  }
  for (const ir::Lookup& lookup : plan.lookups) {
    const auto [source, is_new] = sources_.try_emplace(lookup.binding.connector);
    if (!is_new) continue;
    DriverChoice choice = ChooseDriver(lookup.binding, longest[lookup.binding.connector]);
    if (choice.make) {
      source->second.pool = std::make_unique<LookupPool>(std::move(choice.make), choice.most);
    } else {
      problems_.push_back(choice.reason);
      source->second.refusal = std::make_unique<enrich::Refusal>(std::move(choice.reason));
    }
  }
}

std::shared_ptr<enrich::Pending> LiveProvider::Ask(uint32_t lookup, const enrich::Key& key) {
  const ir::Lookup& asked = plan_.lookups[lookup];
  const Source& source = sources_.find(asked.binding.connector)->second;
  return source.pool ? source.pool->Ask(key, asked.timeout) : source.refusal->Ask(lookup, key);
}

}  // namespace varpulis::connectors
