#pragma once

// One side of a connector as a program uses it: all its `.to`, or all its `.from`, with equal parameters.
// They share what a driver makes of it, a connection as a rule (operations.md 8.3).

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/ir/config_value.h"

namespace varpulis::connectors {

struct Link {
  std::string connector;                   // its name in the program
  std::string kind;                        // as the program writes it
  std::vector<ir::ConfigItem> parameters;  // references resolved
  // Of a source: what is subscribed to, by number of the binding; empty: the driver's default. Of a sink:
  // where its `.to` deliver, as far as that is known before the events are.
  std::vector<std::string> topics;
  unsigned number = 0;      // of the links of this connector and side
  std::string pipeline;     // its name
  std::string pipeline_id;  // which no other pipeline has
  // Where relative paths of files begin; they may not leave it if `confined`.
  std::filesystem::path folder = {};
  bool confined = false;
  int console = 1;  // the file descriptor of kind `console`

  // What a service may call it: unique among the links of a connector.
  std::string Name() const {
    return number == 0 ? connector : connector + "-" + std::to_string(number + 1);
  }
};

}  // namespace varpulis::connectors
