#pragma once

// A pack of detection rules as converters write them: one stream per rule over the events of a log
// source, lists of alternatives per field, exceptions, a regular expression here and there. The same
// seed gives the same rules everywhere; rule n is the same in packs of any size.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "examples/generate/random.h"

namespace varpulis::generate {

// One kind of log lines. Numbers are the fields that hold integers, texts all others.
struct LogSource {
  std::string_view type;
  std::array<std::string_view, 9> texts;
  std::array<std::string_view, 3> numbers;
};
std::span<const LogSource> LogSources();

enum class Test { Equals, In, StartsWith, EndsWith, Contains, Matches, Number, AtLeast };

struct Predicate {
  Test test;
  std::string_view field;
  std::vector<std::string> values;  // of `in`; one otherwise
  // Part of a text for which the test is true: the whole, its start, its end or anything inside.
  std::string sample;
};

// Predicates that hold together, joined by `and`.
using Selection = std::vector<Predicate>;
// Alternatives, joined by `or`.
using Alternatives = std::vector<Selection>;

struct Rule {
  std::string name;  // of its stream
  std::string title;
  std::string id;
  std::string_view level;
  std::string_view technique;
  const LogSource* source = nullptr;
  std::vector<Alternatives> all;          // one of each must hold
  std::vector<Alternatives> except;       // none of these may
  std::vector<std::string_view> context;  // fields that its alerts carry

  size_t PredicateCount() const;
};

// Rule `number` of the pack, with 10 to 60 predicates and 15 emitted fields.
Rule MakeRule(uint64_t seed, uint64_t number);
// The text of one declaration, with a comment above it.
std::string RuleText(const Rule& rule);
// The whole program.
std::string RulePackText(uint64_t seed, uint64_t rules);

// Event lines (JSON) for a pack: mostly noise, one line in ten made so that a rule fires.
class RuleEvents {
 public:
  // `rules` > 0.
  RuleEvents(uint64_t seed, uint64_t rules);

  // Without line break; times grow by a second a line.
  std::string Next();
  // The name of the rule for which the latest line was made; empty for noise.
  const std::string& hit() const { return hit_; }

 private:
  uint64_t seed_;
  uint64_t rules_;
  Random random_;
  uint64_t lines_ = 0;
  std::string hit_;
};

// A short made-up word; a few million different ones.
std::string Word(Random& random);

}  // namespace varpulis::generate
