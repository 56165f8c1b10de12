#include "compiler/ir/automaton.h"

#include <fmt/format.h>

namespace varpulis::ir {
namespace {

const char* KindText(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::Begin:
      return "begin";
    case EdgeKind::Take:
      return "take";
    case EdgeKind::More:
      return "more";
    case EdgeKind::Kill:
      return "kill";
    case EdgeKind::Watch:
      return "watch";
    case EdgeKind::Ignore:
      return "ignore";
    case EdgeKind::Deadline:
      return "deadline";
  }
  return "";
}

}  // namespace

std::string Print(const Automaton& automaton) {
  std::string text;
  for (size_t i = 0; i < automaton.states.size(); ++i) {
    const AutomatonState& state = automaton.states[i];
    text += fmt::format("  state {} {}{}\n", i, state.name,
                        state.key.empty() ? "" : "  key " + state.key);
  }
  for (const AutomatonEdge& edge : automaton.edges) {
    text += fmt::format("  {} -> {}  {}{}\n", edge.from, edge.to, KindText(edge.kind),
                        edge.condition.empty() ? "" : "  " + edge.condition);
  }
  return text;
}

std::string PrintDot(const Automaton& automaton, const std::string& name) {
  auto escaped = [](const std::string& text) {
    std::string out;
    for (char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out;
  };
  std::string text = fmt::format("digraph \"{}\" {{\n  rankdir=LR;\n", escaped(name));
  for (size_t i = 0; i < automaton.states.size(); ++i) {
    bool accepting = i + 1 == automaton.states.size();
    text += fmt::format("  s{} [label=\"{}\", shape={}];\n", i, escaped(automaton.states[i].name),
                        accepting ? "doublecircle" : "circle");
  }
  for (const AutomatonEdge& edge : automaton.edges) {
    text += fmt::format("  s{} -> s{} [label=\"{}{}\"];\n", edge.from, edge.to, KindText(edge.kind),
                        edge.condition.empty() ? "" : " " + escaped(edge.condition));
  }
  return text + "}\n";
}

}  // namespace varpulis::ir
