#pragma once

// By which values the runs of a pattern are found: the key of `.partition_by`, and equalities between an
// event and what a run has bound. Private to compiler/lower.

#include <map>
#include <string>
#include <vector>

#include "compiler/lower/pattern_parts.h"
#include "compiler/lower/pattern_states.h"

namespace varpulis::lower {

// Values, behind those of the partition, that are hashed in this order.
using KeyList = std::vector<std::string>;  // texts of bound expressions

class PatternKeys {
 public:
  PatternKeys(const sema::TypedPattern& pattern, const PatternStates& states,
              const std::vector<StepParts>& parts, const std::vector<std::string>& aliases);

  // What runs in the state are indexed by.
  const KeyList& OfState(uint32_t state) const { return state_keys_[state]; }
  // What rows of the step are looked up by; of a negated step nothing unless it `IsKeyed`.
  const KeyList& OfStep(uint32_t step) const { return step_keys_[step]; }
  // Whether runs that wait for the step are found by a hash.
  bool IsKeyed(uint32_t step) const { return keyed_[step]; }
  // The expression that gives a key's value from the run, and from a candidate for the step.
  const sema::TypedExprPtr& Bound(const std::string& key) const { return bound_.at(key); }
  const sema::TypedExprPtr& Candidate(uint32_t step, const std::string& key) const {
    return candidates_[step].at(key);
  }
  // The key is the same in all states, and everything that concerns a run is found by it.
  bool is_constant() const { return constant_; }
  bool is_partition_only() const { return partition_only_; }

 private:
  void FindCandidates(const std::vector<StepParts>& parts);
  sema::TypedExprPtr Canonical(const sema::TypedExprPtr& bound) const;
  bool NeedsPartitionOnly(const PatternStates& states) const;
  void JoinKeys(const PatternStates& states);
  void KeyGroups(const PatternStates& states);
  void KeyNegations(const PatternStates& states);
  void FindConstant(const PatternStates& states);

  const sema::TypedPattern& pattern_;
  const std::vector<std::string>& aliases_;
  bool partition_only_ = false;
  bool constant_ = false;
  std::map<std::string, sema::TypedExprPtr> bound_;                      // by text
  std::vector<std::map<std::string, sema::TypedExprPtr>> candidates_;    // by step, then by text
  std::map<std::pair<uint32_t, std::string>, sema::TypedExprPtr> same_;  // (step, field) -> earlier
  std::vector<KeyList> state_keys_;
  std::vector<KeyList> step_keys_;
  std::vector<bool> keyed_;
};

}  // namespace varpulis::lower
