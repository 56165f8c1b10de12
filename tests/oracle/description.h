#pragma once

// What the oracle knows of a pattern and of its events. Nothing here comes from the compiler: the
// generator writes a description, pattern_text.h prints it as a program, matcher.h says what it means.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace varpulis::oracle {

struct Value {
  enum class Kind : uint8_t { Missing, Null, Int };
  Kind kind = Kind::Missing;
  int64_t number = 0;

  bool is_number() const { return kind == Kind::Int; }
};

// `i` is the number of the event, so that outputs can say exactly which events a match has.
enum Field : uint8_t { kI, kX, kY, kK };
inline constexpr std::array<const char*, 4> kFieldNames = {"i", "x", "y", "k"};
inline constexpr std::array<const char*, 4> kTypeNames = {"A", "B", "C", "D"};

struct Event {
  uint32_t type = 0;
  int64_t ms = 0;
  std::array<Value, 4> fields = {};
};

// An operand of a condition or an output.
struct Term {
  enum class Kind : uint8_t {
    Constant,
    Own,      // x: of the candidate
    Last,     // a.x; of a closure the last element's
    First,    // first(b).x
    Len,      // len(b)
    Count,    // count(b)
    Sum,      // sum(b.x)
    Collect,  // collect(b.x); in outputs only
    MatchCount,
    MatchDuration,
  };
  Kind kind = Kind::Constant;
  int64_t number = 0;
  uint32_t step = 0;
  Field field = kX;

  bool reads_step() const { return kind >= Kind::Last && kind <= Kind::Collect; }
};

struct Condition {
  enum class Kind : uint8_t { Compare, Not, Or };
  enum class Op : uint8_t { Eq, Ne, Lt, Le, Gt, Ge };
  Kind kind = Kind::Compare;
  Op op = Op::Eq;
  Term left;
  Term right;
  std::vector<Condition> parts = {};  // of Not and Or
};

enum class Repeat : uint8_t { One, All, Plus, Star, Optional };

struct Step {
  std::string alias;
  uint32_t type = 0;
  Repeat repeat = Repeat::One;
  bool negated = false;
  bool group = false;                 // stands for a negated group: it has nothing but its negation
  bool hidden = false;                // in such a group
  bool counterpart = false;           // of a side of an XOR: what must not come beside another side
  std::vector<Condition> conditions;  // all of them have to hold
  int8_t monotonic = 0;               // 1: .increasing(x), -1: .decreasing(x)
  int64_t within_ms = 0;              // since the run's last event; 0: none

  bool is_closure() const { return repeat != Repeat::One && repeat != Repeat::Optional; }
  bool is_optional() const { return repeat == Repeat::Star || repeat == Repeat::Optional; }
};

struct Node {
  // Never: NOT of a group, its one part; `step` stands for it. Xor: its sides, and for somebody who looks
  // for matches (counterparts.h) behind them what each side is as what must not come.
  enum class Kind : uint8_t { Step, Sequence, And, Or, Never, Xor };
  Kind kind = Kind::Step;
  uint32_t step = 0;
  std::vector<Node> parts = {};
};

enum class Selection : uint8_t { Stam, Stnm, Strict, Any };
enum class Emission : uint8_t { Default, Each, Longest, Subsets };
enum class Form : uint8_t { Arrows, Declared, SequenceSource };

struct Pattern {
  std::string name;  // of the stream
  Form form = Form::Arrows;
  std::vector<Step> steps;
  Node root;
  std::vector<uint32_t> forbidden;  // negated steps of `.not(..)`, not in the tree
  int64_t within_ms = 0;            // 0: none
  bool partitioned = false;         // by k
  Selection selection = Selection::Stam;
  Emission emission = Emission::Default;
  std::vector<Condition> filter;  // `.where` behind the pattern
  std::vector<Term> outputs;      // named o0, o1, ...
};

}  // namespace varpulis::oracle
