#include "compiler/modules/merge.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "compiler/modules/names.h"
#include "compiler/modules/qualify.h"

namespace varpulis::modules {
namespace {

// Imports before importers, each module once.
void VisitDepthFirst(const Modules& modules, size_t module, std::vector<bool>& visited,
                     std::vector<size_t>& order) {
  if (visited[module]) return;
  visited[module] = true;
  for (const Import& import : modules[module].imports)
    VisitDepthFirst(modules, import.module, visited, order);
  order.push_back(module);
}

bool Alike(const ast::EventDecl& a, const ast::EventDecl& b) {
  return a.base.name == b.base.name &&
         std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
                    [](const ast::FieldDecl& x, const ast::FieldDecl& y) {
                      return x.name.name == y.name.name && ast::Print(x.type) == ast::Print(y.type);
                    });
}

// Moves statements into the program, but for events that are there already.
class EventsOnce {
 public:
  explicit EventsOnce(ast::Program& program) : program_(program) {}

  void Add(Module& module) {
    for (auto& statement : module.program.statements) {
      const auto* event = std::get_if<ast::EventDecl>(&statement->node);
      if (event == nullptr || !IsThere(*event, module)) {
        program_.statements.push_back(std::move(statement));
      }
    }
  }

 private:
  struct Known {
    const ast::EventDecl* event;
    const Module* module;
  };

  bool IsThere(const ast::EventDecl& event, const Module& module) {
    const auto [known, is_new] = events_.try_emplace(event.name.name, Known{&event, &module});
    if (is_new || known->second.module == &module) return false;
    const bool merged = module.prefix.empty() && known->second.module->prefix.empty();
    return !merged && Alike(event, *known->second.event);
  }

  ast::Program& program_;
  std::map<std::string, Known> events_;
};

bool HasAliases(const Modules& modules) {
  return std::any_of(modules.begin(), modules.end(), [](const Module& module) {
    return std::any_of(module.imports.begin(), module.imports.end(),
                       [](const Import& import) { return !import.alias.empty(); });
  });
}

}  // namespace

ast::Program Merge(Modules modules, diagnostics::DiagnosticEmitter& diagnostics) {
  if (HasAliases(modules)) {
    ChoosePrefixes(modules);
    const Names names(modules);
    for (size_t module = 0; module < modules.size(); ++module) {
      if (names.Differ(module)) Qualify(names, module, modules[module].program, diagnostics);
    }
  }
  std::vector<bool> visited(modules.size());
  std::vector<size_t> order;
  VisitDepthFirst(modules, 0, visited, order);
  ast::Program program;
  EventsOnce events(program);
  for (const size_t index : order) {
    Module& module = modules[index];
    events.Add(module);
    auto& lost = module.program.lost_names;
    program.incomplete |= module.program.incomplete || (!lost.empty() && !module.prefix.empty());
    std::move(lost.begin(), lost.end(), std::back_inserter(program.lost_names));
  }
  return program;
}

}  // namespace varpulis::modules
