#include "compiler/lower/pattern_states.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace varpulis::lower {
namespace {

using sema::PatternNode;
using sema::TypedStep;
using Kind = PatternNode::Kind;

// How far a node has got. A step: -1 or 0, bound. A sequence: which of its positive parts is under way,
// -1 for none, and in `parts` how far that has got. An AND: all of its parts.
struct Progress {
  int at = -1;
  std::vector<Progress> parts;

  // The same text for the same progress.
  std::string Key() const {
    std::string key = fmt::format("{}", at);
    for (const Progress& part : parts) key += "(" + part.Key() + ")";
    return key;
  }
};

struct Option {
  uint32_t step;
  bool more;
  Progress to;
};

// A negation of a sequence, with the positive parts around it; `left` is -1 in front of the first.
struct Negation {
  uint32_t step;
  int left;
  int right;
};

class Walk {
 public:
  explicit Walk(const std::vector<TypedStep>& steps) : steps_(steps) {}

  static std::vector<const PatternNode*> Positive(const PatternNode& node,
                                                  const std::vector<TypedStep>& steps) {
    std::vector<const PatternNode*> parts;
    for (const PatternNode& part : node.parts) {
      const bool negated = part.kind == Kind::Step && steps[part.step].negated;
      if (!negated) parts.push_back(&part);
    }
    return parts;
  }

  std::vector<Negation> Negations(const PatternNode& node) const {
    std::vector<Negation> found;
    int left = -1;
    for (const PatternNode& part : node.parts) {
      const bool negated = part.kind == Kind::Step && steps_[part.step].negated;
      if (!negated) {
        ++left;
      } else if (!part.continued) {
        found.push_back({part.step, left, left + 1});
      } else {
        Continue(found, {part.step, -1, left + 1});
      }
    }
    return found;
  }

  Progress Initial(const PatternNode& node) const {
    Progress progress;
    if (node.kind == Kind::All) {
      for (const PatternNode& part : node.parts) progress.parts.push_back(Initial(part));
    }
    return progress;
  }

  // It can do without any event.
  bool IsSkippable(const PatternNode& node) const {
    if (node.kind == Kind::Step) return steps_[node.step].is_optional();
    const auto parts = Positive(node, steps_);
    return std::all_of(parts.begin(), parts.end(),
                       [&](const PatternNode* part) { return IsSkippable(*part); });
  }

  bool IsComplete(const PatternNode& node, const Progress& progress) const {
    if (node.kind == Kind::Step) return progress.at == 0 || IsSkippable(node);
    if (node.kind == Kind::All) {
      for (size_t i = 0; i < node.parts.size(); ++i) {
        if (!IsComplete(node.parts[i], progress.parts[i])) return false;
      }
      return true;
    }
    const auto parts = Positive(node, steps_);
    const int at = progress.at;
    if (at >= 0 && !IsComplete(*parts[static_cast<size_t>(at)], progress.parts.front()))
      return false;
    for (auto i = static_cast<size_t>(at + 1); i < parts.size(); ++i) {
      if (!IsSkippable(*parts[i])) return false;
    }
    return true;
  }

  // language.md 6.4: what comes behind is tried before a further element of a closure.
  std::vector<Option> Options(const PatternNode& node, const Progress& progress) const {
    if (node.kind == Kind::Step) {
      const bool is_more = progress.at == 0;
      if (is_more && !steps_[node.step].is_closure()) return {};
      return {{node.step, is_more, Progress{0, {}}}};
    }
    std::vector<Option> options;
    if (node.kind == Kind::All) {
      for (size_t i = 0; i < node.parts.size(); ++i) {
        for (Option& option : Options(node.parts[i], progress.parts[i])) {
          Progress to = progress;
          to.parts[i] = std::move(option.to);
          options.push_back({option.step, option.more, std::move(to)});
        }
      }
      // What is missing comes before further elements here, too.
      std::stable_partition(options.begin(), options.end(),
                            [](const Option& option) { return !option.more; });
      return options;
    }
    AddSequenceOptions(node, progress, options);
    return options;
  }

  void CollectBound(const PatternNode& node, const Progress& progress, StateInfo& state) const {
    if (node.kind == Kind::Step) {
      if (progress.at == 0) state.bound[node.step] = state.maybe_bound[node.step] = true;
      return;
    }
    if (node.kind == Kind::All) {
      for (size_t i = 0; i < node.parts.size(); ++i)
        CollectBound(node.parts[i], progress.parts[i], state);
      return;
    }
    const auto parts = Positive(node, steps_);
    for (int i = 0; i < progress.at; ++i)
      CollectPassed(*parts[static_cast<size_t>(i)], true, state);
    if (progress.at >= 0) {
      CollectBound(*parts[static_cast<size_t>(progress.at)], progress.parts.front(), state);
    }
  }

  void CollectActive(const PatternNode& node, const Progress& progress, StateInfo& state) const {
    if (node.kind == Kind::Step) return;
    if (node.kind == Kind::All) {
      for (size_t i = 0; i < node.parts.size(); ++i)
        CollectActive(node.parts[i], progress.parts[i], state);
      return;
    }
    const auto parts = Positive(node, steps_);
    const int at = progress.at;
    if (at < 0) return;
    for (const Negation& negation : Negations(node)) {
      int left = negation.left;
      while (left > 0 && IsSkippable(*parts[static_cast<size_t>(left)])) --left;
      if (at < left || at >= negation.right) continue;
      const bool done = IsComplete(*parts[static_cast<size_t>(at)], progress.parts.front());
      if (at > left || done) state.negations.push_back(negation.step);
    }
    CollectActive(*parts[static_cast<size_t>(at)], progress.parts.front(), state);
  }

  // A negation stands behind all that has to be bound.
  bool EndsInNegation(const PatternNode& node) const {
    if (node.kind == Kind::Step) return false;
    if (node.kind == Kind::All) {
      return std::any_of(node.parts.begin(), node.parts.end(),
                         [&](const PatternNode& part) { return EndsInNegation(part); });
    }
    const PatternNode& last = node.parts.back();
    return (last.kind == Kind::Step && steps_[last.step].negated) || EndsInNegation(last);
  }

  std::string Name(const PatternNode& node, const Progress& progress) const {
    if (node.kind == Kind::Step) {
      const std::string& alias = steps_[node.step].alias;
      return alias.empty() ? fmt::format("step{}", node.step + 1) : alias;
    }
    if (node.kind == Kind::Sequence) {
      const auto parts = Positive(node, steps_);
      return Name(*parts[static_cast<size_t>(progress.at)], progress.parts.front());
    }
    std::string name;
    for (size_t i = 0; i < node.parts.size(); ++i) {
      if (progress.parts[i].Key() == Initial(node.parts[i]).Key()) continue;
      name += (name.empty() ? "" : " and ") + Name(node.parts[i], progress.parts[i]);
    }
    return name;
  }

 private:
  // What blocked the beginning stands in the sequence no more.
  static void Continue(std::vector<Negation>& found, const Negation& continued) {
    for (Negation& negation : found) {
      if (negation.step != continued.step) continue;
      negation.right = continued.right;
      return;
    }
    found.push_back(continued);
  }

  void AddSequenceOptions(const PatternNode& node, const Progress& progress,
                          std::vector<Option>& options) const {
    const auto parts = Positive(node, steps_);
    const auto put = [&](size_t part, const Progress& from) {
      for (Option& option : Options(*parts[part], from)) {
        options.push_back(
            {option.step, option.more, Progress{static_cast<int>(part), {std::move(option.to)}}});
      }
    };
    const int at = progress.at;
    if (at < 0 || IsComplete(*parts[static_cast<size_t>(at)], progress.parts.front())) {
      for (auto next = static_cast<size_t>(at + 1); next < parts.size(); ++next) {
        put(next, Initial(*parts[next]));
        if (!IsSkippable(*parts[next])) break;
      }
    }
    if (at >= 0) put(static_cast<size_t>(at), progress.parts.front());
  }

  // Steps of a part that lies behind.
  void CollectPassed(const PatternNode& node, bool surely, StateInfo& state) const {
    if (node.kind == Kind::Step) {
      state.maybe_bound[node.step] = true;
      if (surely && !steps_[node.step].is_optional()) state.bound[node.step] = true;
      return;
    }
    for (const PatternNode* part : Positive(node, steps_)) CollectPassed(*part, surely, state);
  }

  const std::vector<TypedStep>& steps_;
};

class Enumeration {
 public:
  explicit Enumeration(const sema::TypedPattern& pattern)
      : pattern_(pattern), walk_(pattern.steps) {
    result_.states.emplace_back();
    result_.states.front().name = "start";
    result_.states.front().bound.resize(pattern.steps.size());
    result_.states.front().maybe_bound.resize(pattern.steps.size());
  }

  PatternStates Run() {
    for (const PatternNode& way : pattern_.alternatives) Add(way);
    for (uint32_t step = 0; step < pattern_.steps.size(); ++step) {
      if (pattern_.steps[step].stands_for_group()) AddGroup(step);
    }
    return std::move(result_);
  }

 private:
  void Add(const PatternNode& written) {
    PatternNode way = written;
    result_.blocked_by.emplace_back();
    if (way.kind == Kind::Sequence) TakeBlockers(way);
    known_.clear();
    open_.clear();
    absence_ = walk_.EndsInNegation(way);
    result_.begins.push_back(Explore(way));
  }

  void AddGroup(uint32_t step) {
    GroupInfo group{step};
    group.is_free = IsFree(step);
    group_ = step;
    absence_ = false;
    FindOuter(step);
    for (const PatternNode& way : pattern_.steps[step].group) {
      known_.clear();
      open_.clear();
      group.begins.push_back(Explore(way));
    }
    result_.groups.push_back(std::move(group));
  }

  // What is bound wherever the group is forbidden, and what may be.
  void FindOuter(uint32_t step) {
    outer_ = {};
    outer_.bound.assign(pattern_.steps.size(), true);
    outer_.maybe_bound.resize(pattern_.steps.size());
    bool anywhere = false;
    for (const StateInfo& state : result_.states) {
      const auto& negations = state.negations;
      if (std::find(negations.begin(), negations.end(), step) == negations.end()) continue;
      anywhere = true;
      for (size_t i = 0; i < pattern_.steps.size(); ++i) {
        outer_.bound[i] = outer_.bound[i] && state.bound[i];
        outer_.maybe_bound[i] = outer_.maybe_bound[i] || state.maybe_bound[i];
      }
    }
    if (!anywhere || IsFree(step)) {
      outer_.bound.assign(pattern_.steps.size(), false);
      outer_.maybe_bound.assign(pattern_.steps.size(), false);
    }
  }
  bool IsFree(uint32_t step) const {
    const auto& blockers = result_.blockers;
    return std::find(blockers.begin(), blockers.end(), step) != blockers.end();
  }

  // The states of one way; its first edges.
  std::vector<StateEdge> Explore(const PatternNode& way) {
    std::vector<StateEdge> begins = EdgesOf(way, walk_.Initial(way));
    for (size_t i = 0; i < open_.size(); ++i) {
      const auto [id, progress] = open_[i];
      std::vector<StateEdge> edges = EdgesOf(way, progress);
      result_.states[id].edges = std::move(edges);
    }
    ++way_;
    return begins;
  }

  void TakeBlockers(PatternNode& way) {
    size_t front = 0;
    while (front < way.parts.size() && way.parts[front].kind == Kind::Step &&
           pattern_.steps[way.parts[front].step].negated) {
      const uint32_t step = way.parts[front++].step;
      result_.blocked_by.back().push_back(step);
      auto& blockers = result_.blockers;
      if (std::find(blockers.begin(), blockers.end(), step) == blockers.end())
        blockers.push_back(step);
    }
    way.parts.erase(way.parts.begin(), way.parts.begin() + static_cast<long>(front));
  }

  std::vector<StateEdge> EdgesOf(const PatternNode& way, const Progress& progress) {
    std::vector<StateEdge> edges;
    for (const Option& option : walk_.Options(way, progress)) {
      edges.push_back({option.step, option.more, StateOf(way, option.to)});
    }
    return edges;
  }

  uint32_t StateOf(const PatternNode& way, const Progress& progress) {
    const auto [known, is_new] =
        known_.emplace(progress.Key(), static_cast<uint32_t>(result_.states.size()));
    if (!is_new) return known->second;
    StateInfo state;
    state.name = "after " + walk_.Name(way, progress);
    state.way = way_;
    state.group = group_;
    state.bound = outer_.bound;
    state.maybe_bound = outer_.maybe_bound;
    state.bound.resize(pattern_.steps.size());
    state.maybe_bound.resize(pattern_.steps.size());
    walk_.CollectBound(way, progress, state);
    walk_.CollectActive(way, progress, state);
    if (group_ == sema::kNoGroup) {
      for (const uint32_t step : pattern_.forbidden) state.negations.push_back(step);
    }
    state.complete = walk_.IsComplete(way, progress);
    state.absence = absence_;
    result_.states.push_back(std::move(state));
    open_.emplace_back(known->second, progress);
    return known->second;
  }

  const sema::TypedPattern& pattern_;
  Walk walk_;
  PatternStates result_;
  std::map<std::string, uint32_t> known_;  // by the key of the progress
  std::vector<std::pair<uint32_t, Progress>> open_;
  bool absence_ = false;
  uint32_t way_ = 0;
  uint32_t group_ = sema::kNoGroup;
  StateInfo outer_;  // what watchers know of their runs
};

}  // namespace

PatternStates EnumerateStates(const sema::TypedPattern& pattern) {
  return Enumeration(pattern).Run();
}

}  // namespace varpulis::lower
