#include "compiler/modules/names.h"

#include <deque>

#include "compiler/diagnostics/diagnostic.h"

namespace varpulis::modules {
namespace {

size_t IndexOf(Space space) { return static_cast<size_t>(space); }

void CollectAliases(const ast::PatternStep& step, std::vector<std::string>& aliases) {
  if (!step.alias.empty()) aliases.push_back(step.alias.name);
}
void CollectAliases(const ast::PatternExpr& pattern, std::vector<std::string>& aliases);
void CollectAliases(const ast::SequencePattern& node, std::vector<std::string>& aliases) {
  for (const auto& item : node.items) CollectAliases(*item, aliases);
}
void CollectAliases(const ast::NotPattern& node, std::vector<std::string>& aliases) {
  CollectAliases(*node.operand, aliases);
}
template <typename Group>
void CollectAliases(const Group& node, std::vector<std::string>& aliases) {
  for (const auto& operand : node.operands) CollectAliases(*operand, aliases);
}
void CollectAliases(const ast::PatternExpr& pattern, std::vector<std::string>& aliases) {
  std::visit([&](const auto& node) { CollectAliases(node, aliases); }, pattern.node);
}

// The namespace and name that a statement declares at the top level.
std::optional<std::pair<Space, std::string>> DeclaredBy(const ast::Statement& statement) {
  using Declared = std::pair<Space, std::string>;
  const auto& node = statement.node;
  if (const auto* d = std::get_if<ast::EventDecl>(&node))
    return Declared{Space::Event, d->name.name};
  if (const auto* d = std::get_if<ast::StreamDecl>(&node))
    return Declared{Space::Stream, d->name.name};
  if (const auto* d = std::get_if<ast::PatternDecl>(&node))
    return Declared{Space::Pattern, d->name.name};
  if (const auto* d = std::get_if<ast::TypeDecl>(&node)) return Declared{Space::Type, d->name.name};
  if (const auto* d = std::get_if<ast::FunctionDecl>(&node))
    return Declared{Space::Function, d->name.name};
  if (const auto* d = std::get_if<ast::ConnectorDecl>(&node))
    return Declared{Space::Connector, d->name.name};
  if (const auto* d = std::get_if<ast::ContextDecl>(&node))
    return Declared{Space::Context, d->name.name};
  if (const auto* d = std::get_if<ast::VariableDecl>(&node))
    return Declared{Space::Variable, d->name.name};
  // An assignment declares the variable if nothing else does.
  if (const auto* d = std::get_if<ast::AssignStatement>(&node))
    return Declared{Space::Variable, d->name.name};
  return std::nullopt;
}

}  // namespace

void ChoosePrefixes(Modules& modules) {
  std::vector<size_t> aliases(modules.size(), SIZE_MAX);
  aliases[0] = 0;
  std::deque<size_t> waiting = {0};
  while (!waiting.empty()) {
    const size_t importer = waiting.front();
    waiting.pop_front();
    for (const Import& import : modules[importer].imports) {
      const bool plain = import.alias.empty();
      const size_t count = aliases[importer] + (plain ? 0 : 1);
      if (count >= aliases[import.module]) continue;
      aliases[import.module] = count;
      modules[import.module].prefix = modules[importer].prefix + (plain ? "" : import.alias + ".");
      // Those with fewer aliases first, so that none is visited again for a shorter way.
      if (plain) {
        waiting.push_front(import.module);
      } else {
        waiting.push_back(import.module);
      }
    }
  }
}

Names::Names(const Modules& modules)
    : modules_(modules), own_(modules.size()), seen_(modules.size()), aliases_(modules.size()) {
  for (size_t module = 0; module < modules.size(); ++module) Declare(module);
  for (size_t module = 0; module < modules.size(); ++module) Close(module);
}

void Names::Declare(size_t module) {
  for (const auto& statement : modules_[module].program.statements) {
    const auto declared = DeclaredBy(*statement);
    if (!declared) continue;
    const auto& [space, name] = *declared;
    // Events come from outside, where nobody knows of modules.
    const std::string prefix = space == Space::Event ? "" : modules_[module].prefix;
    own_[module][IndexOf(space)].emplace(name, prefix + name);
    if (space == Space::Variable && prefix.empty()) plain_variables_.insert(name);
    const auto* pattern = std::get_if<ast::PatternDecl>(&statement->node);
    if (pattern == nullptr || !pattern->pattern) continue;
    CollectAliases(*pattern->pattern, step_aliases_[prefix + name]);
  }
}

// The nearest declaration wins: its own, then those of its imports in their order.
void Names::Close(size_t module) {
  std::vector<size_t> waiting = {module};
  std::set<size_t> visited = {module};
  for (size_t i = 0; i < waiting.size(); ++i) {
    const size_t at = waiting[i];
    for (size_t space = 0; space < kSpaces; ++space) {
      for (const auto& [name, in_program] : own_[at][space]) {
        seen_[module][space].emplace(name, in_program);
      }
    }
    for (const Import& import : modules_[at].imports) {
      if (!import.alias.empty()) {
        aliases_[module].emplace(import.alias, import.module);
      } else if (visited.insert(import.module).second) {
        waiting.push_back(import.module);
      }
    }
  }
}

std::pair<size_t, std::string_view> Names::Follow(size_t module, std::string_view dotted,
                                                  size_t* aliases) const {
  size_t count = 0;
  for (;;) {
    const size_t dot = dotted.find('.');
    const auto alias = aliases_[module].find(dotted.substr(0, dot));
    if (dot == std::string_view::npos || alias == aliases_[module].end()) break;
    module = alias->second;
    dotted.remove_prefix(dot + 1);
    ++count;
  }
  if (aliases != nullptr) *aliases = count;
  return {module, dotted};
}

std::optional<std::string> Names::Find(size_t module, Space space, std::string_view name) const {
  const auto [owner, rest] = Follow(module, name, nullptr);
  const auto& table = seen_[owner][IndexOf(space)];
  const auto found = table.find(rest);
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> Names::FindSource(size_t module, std::string_view name) const {
  for (const Space space : {Space::Stream, Space::Pattern, Space::Event}) {
    if (auto found = Find(module, space, name)) return found;
  }
  return std::nullopt;
}

size_t Names::AliasesIn(size_t module, std::string_view dotted) const {
  size_t aliases = 0;
  Follow(module, dotted, &aliases);
  return aliases;
}

std::string Names::Closest(size_t module, const std::vector<Space>& spaces,
                           std::string_view dotted) const {
  const auto [owner, rest] = Follow(module, dotted, nullptr);
  std::vector<std::string> candidates;
  for (const Space space : spaces) {
    for (const auto& [name, unused] : seen_[owner][IndexOf(space)]) candidates.push_back(name);
  }
  const std::string closest = diagnostics::ClosestName(rest, candidates);
  const std::string aliases(dotted.substr(0, dotted.size() - rest.size()));
  return closest.empty() ? closest : aliases + closest;
}

const std::vector<std::string>& Names::StepAliases(const std::string& pattern) const {
  static const std::vector<std::string> kNone;
  const auto found = step_aliases_.find(pattern);
  return found == step_aliases_.end() ? kNone : found->second;
}

bool Names::IsForeignVariable(size_t module, std::string_view name) const {
  return !Find(module, Space::Variable, name) && plain_variables_.contains(name);
}

bool Names::Differ(size_t module) const {
  return !modules_[module].prefix.empty() || !aliases_[module].empty();
}

}  // namespace varpulis::modules
