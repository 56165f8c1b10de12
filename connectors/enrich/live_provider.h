#pragma once

// Answers the lookups of a plan from the services that its connectors name. A connector's lookups share
// its connections, whichever operators ask.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/ir/plan.h"
#include "connectors/enrich/lookup_pool.h"
#include "runtime/enrich/provider.h"

namespace varpulis::connectors {

class LiveProvider final : public enrich::Provider {
 public:
  // Nothing is connected before the first question. `plan` outlives it.
  explicit LiveProvider(const ir::Plan& plan);

  std::shared_ptr<enrich::Pending> Ask(uint32_t lookup, const enrich::Key& key) override;
  // Why lookups of some connectors will be errors, a line each.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Source {
    std::unique_ptr<LookupPool> pool;
    std::unique_ptr<enrich::Refusal> refusal;  // instead of the pool
  };

  const ir::Plan& plan_;
  std::map<std::string, Source> sources_;  // by connector
  std::vector<std::string> problems_;
};

}  // namespace varpulis::connectors
