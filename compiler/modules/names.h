#pragma once

// What the names of one file mean in the whole program. Private to compiler/modules.
//
// A file sees what it declares, what files that it imports without an alias see, and under `m.` what
// the file that it imports `as m` sees. A name that is not found here is left as it is: it belongs to the
// program as a whole, or to events that nobody declares. Variables are the exception: what a file with a
// prefix takes for a field stays one, whatever the program calls its variables.

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/modules/module.h"

namespace varpulis::modules {

// Namespaces of language.md 2.1.
enum class Space { Event, Stream, Pattern, Type, Function, Connector, Context, Variable };
inline constexpr size_t kSpaces = 8;

class Names {
 public:
  explicit Names(const Modules& modules);

  // The name in the program of what `name` means in the module; nothing if it is not known there.
  std::optional<std::string> Find(size_t module, Space space, std::string_view name) const;
  // In the order in which a source looks for its name: stream, pattern, event.
  std::optional<std::string> FindSource(size_t module, std::string_view name) const;
  // How many of the leading parts of a dotted name are aliases of imports: 1 for `m.X`, 0 for `X.f`.
  size_t AliasesIn(size_t module, std::string_view dotted) const;
  // The nearest name of the space below the alias of `dotted`, as the module writes it; empty if none
  // is near.
  std::string Closest(size_t module, const std::vector<Space>& spaces,
                      std::string_view dotted) const;
  // Aliases of the steps of a pattern, by its name in the program.
  const std::vector<std::string>& StepAliases(const std::string& pattern) const;
  // A variable of the program that this module knows nothing of: there the name is a field.
  bool IsForeignVariable(size_t module, std::string_view name) const;
  // False if all of the module's names are what they are in the program.
  bool Differ(size_t module) const;

 private:
  using Table = std::array<std::map<std::string, std::string, std::less<>>, kSpaces>;
  void Declare(size_t module);
  void Close(size_t module);
  // Where the part of a dotted name behind its aliases is looked up.
  std::pair<size_t, std::string_view> Follow(size_t module, std::string_view dotted,
                                             size_t* aliases) const;

  const Modules& modules_;
  std::vector<Table> own_;
  std::vector<Table> seen_;                                          // without an alias in front
  std::vector<std::map<std::string, size_t, std::less<>>> aliases_;  // alias -> module
  std::map<std::string, std::vector<std::string>> step_aliases_;
  std::set<std::string, std::less<>> plain_variables_;  // of modules without a prefix
};

// The prefix of every module: that of the way from the program with the fewest aliases.
void ChoosePrefixes(Modules& modules);

}  // namespace varpulis::modules
