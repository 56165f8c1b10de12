#include "compiler/reference/reference.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/reference/groups.h"

namespace varpulis::reference {
namespace {

std::string_view Title(Family family) {
  switch (family) {
    case Family::Function:
      return "Functions";
    case Family::Aggregate:
      return "Aggregates";
    case Family::Operator:
      return "Stream operators";
    case Family::Source:
      return "Sources of streams";
  }
  return {};
}

std::string_view Introduction(Family family) {
  switch (family) {
    case Family::Function:
      return "Every function can also be written as a method: `x.f(a)` is `f(x, a)`. An argument "
             "that is null, "
             "missing or of\nanother type gives no value unless the text says otherwise. The "
             "examples are "
             "expressions that are true.";
    case Family::Aggregate:
      return "What `.aggregate` can ask of the rows of a group. Rows in which the argument is null "
             "or missing are "
             "passed over.";
    case Family::Operator:
      return "What a stream does with its rows, in the order in which it is written.";
    case Family::Source:
      return "What stands behind `=` in a stream.";
  }
  return {};
}

std::string Quoted(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::string_view name : names) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", name);
  return text;
}

std::string Body(const Entry& entry) {
  std::string text = fmt::format("{}\n", entry.text);
  if (!entry.synonyms.empty()) text += fmt::format("\nAlso written {}.\n", Quoted(entry.synonyms));
  if (!entry.parameters.empty()) text += '\n';
  for (const Parameter& parameter : entry.parameters)
    text += fmt::format("- `{}`: {}\n", parameter.name, parameter.text);
  return text + fmt::format("\n```vpl\n{}\n```\n", entry.example);
}

bool HasName(const Entry& entry, std::string_view name) {
  return entry.name == name ||
         std::find(entry.synonyms.begin(), entry.synonyms.end(), name) != entry.synonyms.end();
}

}  // namespace

const std::vector<Group>& Groups() {
  static const std::vector<Group> kGroups = {Numbers(),  Texts(),      Collections(), Values(),
                                             Times(),    Aggregates(), Rows(),        Windows(),
                                             Patterns(), Outputs(),    Flow(),        Sources()};
  return kGroups;
}

const Entry* Find(Family family, std::string_view name) {
  for (const Group& group : Groups()) {
    if (group.family != family) continue;
    for (const Entry& entry : group.entries) {
      if (HasName(entry, name)) return &entry;
    }
  }
  return nullptr;
}

std::vector<std::string> Names(Family family) {
  std::vector<std::string> names;
  for (const Group& group : Groups()) {
    if (group.family != family) continue;
    for (const Entry& entry : group.entries) names.emplace_back(entry.name);
  }
  return names;
}

std::string Describe(const Entry& entry) {
  return fmt::format("```vpl\n{}\n```\n{}", entry.signature, Body(entry));
}

std::string Page(Family family) {
  std::string text = fmt::format("# {}\n\n{}\n", Title(family), Introduction(family));
  for (const Group& group : Groups()) {
    if (group.family != family) continue;
    if (!group.title.empty()) text += fmt::format("\n## {}\n", group.title);
    for (const Entry& entry : group.entries)
      text += fmt::format("\n### `{}`\n\n{}", entry.signature, Body(entry));
  }
  return text;
}

}  // namespace varpulis::reference
