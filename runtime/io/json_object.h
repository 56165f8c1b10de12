#pragma once

// One JSON object of a text, as a map: what a service has answered.

#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "compiler/ir/kernel_abi.h"
#include "runtime/io/json_scan.h"
#include "runtime/io/value_builder.h"

namespace varpulis::io {

// Keeps its memory from one text to the next. Not thread-safe.
class JsonObjectReader {
 public:
  JsonObjectReader();

  // The map lives in the arena. Nothing if the text is anything but one object within the limits of an
  // event: see error().
  std::optional<abi::Cell> Read(std::string_view text, base::Arena& arena);
  const std::string& error() const { return error_; }

 private:
  KeyTable keys_;
  JsonScanner scanner_;
  ValueBuilder builder_;
  std::string text_;
  std::string error_;
};

}  // namespace varpulis::io
