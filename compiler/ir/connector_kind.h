#pragma once

// What is known about connector kinds and their parameters, from connector_kind.def. The compiler
// checks programs with it; drivers and documents read it.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/config_value.h"

namespace varpulis::ir {

enum class ConnectorSides { Source, Sink, Both };
enum class TopicUse { None, Fixed, PerEvent };
enum class ParameterType { Text, Secret, Int, Bool, Duration, TextOrList, Block, Any };
// Where a parameter may stand; all may stand in the declaration.
enum class ParameterPlace { Declaration, Required, Source, Sink, Both };

struct ConnectorParameter {
  std::string_view kind;  // empty: a parameter of every kind
  std::string_view name;
  ParameterType type;
  ParameterPlace place;
  std::string_view values;  // see connector_kind.def
};

struct ConnectorKind {
  std::string_view name;
  ConnectorSides sides;
  TopicUse topic;
  std::string_view address;  // name under which it requires an address; empty if it requires none

  bool HasSide(ConnectorSides side) const { return sides == ConnectorSides::Both || sides == side; }
  // Whether `.enrich` can ask it.
  bool serves_lookups() const { return name == "http" || name == "database" || name == "redis"; }
  // False: nothing is known about its parameters.
  bool is_checked() const;
};

std::span<const ConnectorKind> ConnectorKinds();
// By its name or a synonym (`postgres`, `es`, `api`); null if there is no such kind.
const ConnectorKind* FindConnectorKind(std::string_view name);
// Names and synonyms of all kinds.
std::vector<std::string> ConnectorKindNames();

// The kind's own parameters, then those of every kind.
std::vector<const ConnectorParameter*> ParametersOf(const ConnectorKind& kind);
const ConnectorParameter* FindParameter(const ConnectorKind& kind, std::string_view name);
// url, host, brokers or servers: all of them name the address.
bool IsAddress(std::string_view parameter);

// Whether the value has the parameter's type and is one that it can have.
bool Accepts(const ConnectorParameter& parameter, const ConfigValue& value);
// What it accepts: `an int, 0..2`.
std::string Describe(const ConnectorParameter& parameter);
// `host: "h", password: ***`: as Print, but for secrets.
std::string PrintParameters(std::string_view kind, const std::vector<ConfigItem>& items);

}  // namespace varpulis::ir
