#pragma once

// What a program writes as the value of a parameter: of a connector, a `.to`, a config block. Known
// when the program is compiled.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"

namespace varpulis::ir {

struct ConfigItem;
struct ConfigDuration {
  DurationNs ns = 0;
};

struct ConfigValue {
  using List = std::vector<ConfigValue>;
  using Block = std::vector<ConfigItem>;  // in the order in which they are written
  std::variant<std::string, int64_t, double, bool, ConfigDuration, List, Block> value;
};

struct ConfigItem {
  std::string name;
  ConfigValue value;
};

// The item of that name, or null.
const ConfigValue* Find(const std::vector<ConfigItem>& items, const std::string& name);
// As VPL text: `"a"`, `5m`, `["a", "b"]`, `{a: 1}`.
std::string Print(const ConfigValue& value);
// `topic: "a", qos: 1`.
std::string Print(const std::vector<ConfigItem>& items);

}  // namespace varpulis::ir
