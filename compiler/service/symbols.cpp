#include "compiler/service/symbols.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace varpulis::service {
namespace {

using sema::NameKind;
using source::SourceSpan;

// Groups of places: what is joined is one name.
class Groups {
 public:
  uint32_t Add() {
    parents_.push_back(static_cast<uint32_t>(parents_.size()));
    return parents_.back();
  }
  uint32_t Root(uint32_t node) {
    while (parents_[node] != node) node = parents_[node] = parents_[parents_[node]];
    return node;
  }
  // The older one is the root, so that the order of the text decides.
  void Join(uint32_t a, uint32_t b) {
    a = Root(a);
    b = Root(b);
    parents_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<uint32_t> parents_;
};

struct Node {
  SourceSpan span;  // empty for what is declared nowhere
  bool is_use = false;
  bool has_kind = false;
  NameKind kind = NameKind::Field;
  std::string name;
  ir::Type type = ir::Type::Any;
};

class Builder {
 public:
  explicit Builder(const source::SourceMap& sources) : sources_(sources) {}

  void Add(Declaration declaration) {
    const uint32_t node = At(declaration.name.span);
    SetKind(node, declaration.kind, declaration.name.name);
    declarations_.emplace_back(node, std::move(declaration));
  }
  void Add(const sema::NameUse& use) {
    if (!InFile(use.span)) return;
    const uint32_t node = At(use.span);
    nodes_[node].is_use = true;
    if (nodes_[node].type == ir::Type::Any) nodes_[node].type = use.type;
    const bool is_declared = use.declared.begin != use.declared.end && InFile(use.declared);
    const uint32_t other = is_declared ? At(use.declared) : Undeclared(use.kind, use.name);
    SetKind(other, use.kind, use.name);
    SetKind(node, use.kind, use.name);
    groups_.Join(node, other);
  }
  void Join(SourceSpan a, SourceSpan b) {
    if (InFile(a) && InFile(b)) groups_.Join(At(a), At(b));
  }

  void Finish(std::vector<Symbol>& symbols, std::vector<SymbolIndex::Occurrence>& occurrences) {
    std::map<uint32_t, uint32_t> symbol_of;  // by root
    for (uint32_t node = 0; node < nodes_.size(); ++node) {
      const uint32_t root = groups_.Root(node);
      auto [known, is_new] = symbol_of.emplace(root, static_cast<uint32_t>(symbols.size()));
      if (is_new) symbols.push_back({nodes_[root].kind, nodes_[root].name});
      Symbol& symbol = symbols[known->second];
      if (symbol.type == ir::Type::Any) symbol.type = nodes_[node].type;
      const SourceSpan span = nodes_[node].span;
      if (span.begin == span.end) continue;
      occurrences.push_back({span, known->second, !nodes_[node].is_use});
    }
    for (auto& [node, declaration] : declarations_) {
      Symbol& symbol = symbols[symbol_of[groups_.Root(node)]];
      // What declares the name outright says what it is.
      if (symbol.declarations.empty()) symbol.kind = declaration.kind;
      symbol.declarations.push_back(std::move(declaration));
    }
    std::sort(occurrences.begin(), occurrences.end(), [](const auto& a, const auto& b) {
      return std::pair(a.span.begin, a.span.end) < std::pair(b.span.begin, b.span.end);
    });
    for (const auto& occurrence : occurrences)
      symbols[occurrence.symbol].places.push_back(occurrence.span);
  }

 private:
  bool InFile(SourceSpan span) const {
    return sources_.OriginOf(span).span.end <= sources_.main().end();
  }
  uint32_t At(SourceSpan place) {
    const SourceSpan span = sources_.OriginOf(place).span;
    auto [known, is_new] = by_span_.try_emplace({span.begin, span.end}, 0);
    if (is_new) known->second = AddNode(span);
    return known->second;
  }
  uint32_t Undeclared(NameKind kind, const std::string& name) {
    auto [known, is_new] = undeclared_.try_emplace({kind, name}, 0);
    if (is_new) known->second = AddNode({});
    return known->second;
  }
  uint32_t AddNode(SourceSpan span) {
    nodes_.push_back({});
    nodes_.back().span = span;
    return groups_.Add();
  }
  void SetKind(uint32_t node, NameKind kind, const std::string& name) {
    if (std::exchange(nodes_[node].has_kind, true)) return;
    nodes_[node].kind = kind;
    nodes_[node].name = name;
  }

  const source::SourceMap& sources_;
  Groups groups_;
  std::vector<Node> nodes_;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> by_span_;
  std::map<std::pair<NameKind, std::string>, uint32_t> undeclared_;
  std::vector<std::pair<uint32_t, Declaration>> declarations_;
};

}  // namespace

SymbolIndex::SymbolIndex(const ast::Program& program, const sema::NameTable& names,
                         const source::SourceMap& sources) {
  Builder builder(sources);
  for (Declaration& declaration : DeclarationsOf(program, sources)) {
    builder.Add(std::move(declaration));
  }
  for (const sema::NameUse& use : names.uses) builder.Add(use);
  for (const auto& [a, b] : names.same) builder.Join(a, b);
  builder.Finish(symbols_, occurrences_);
}

const SymbolIndex::Occurrence* SymbolIndex::At(uint32_t offset) const {
  auto after = std::upper_bound(
      occurrences_.begin(), occurrences_.end(), offset,
      [](uint32_t place, const Occurrence& occurrence) { return place < occurrence.span.begin; });
  if (after == occurrences_.begin()) return nullptr;
  const Occurrence& before = *std::prev(after);
  return offset <= before.span.end ? &before : nullptr;
}

}  // namespace varpulis::service
