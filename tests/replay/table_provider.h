#pragma once

// Answers lookups from a table, the same way every time. A line of it is
//
//   Crm "ana" -> { "segment": "gold" }
//   Crm 7 -> error no such customer
//   Crm 8 -> timeout
//
// A key is written as in JSON: the text "7" is not the number 7. Keys that the table lacks are errors.
// An answer takes kLatencyMs.

#include <map>
#include <string>
#include <string_view>

#include "compiler/ir/plan.h"
#include "runtime/enrich/provider.h"

namespace varpulis::testing {

class TableProvider final : public enrich::Provider {
 public:
  static constexpr int64_t kLatencyMs = 5;

  // `plan` outlives it. A line that is none of the above is a failed check.
  TableProvider(const ir::Plan& plan, std::string_view lines);
  std::shared_ptr<enrich::Pending> Ask(uint32_t lookup, const enrich::Key& key) override;

 private:
  const ir::Plan& plan_;
  std::map<std::string, enrich::Answer> answers_;  // by `Crm "ana"`
};

}  // namespace varpulis::testing
