#pragma once

// One JSON object of a line to an event.

#include <optional>
#include <string>

#include "runtime/io/decoding.h"
#include "runtime/io/json_scan.h"
#include "runtime/io/typed_event.h"

namespace varpulis::io {

class JsonLineDecoder {
 public:
  // `decoding` must outlive it.
  explicit JsonLineDecoder(Decoding& decoding) : scanner_(decoding.keys), typer_(decoding) {}

  // Decodes the object whose `{` is at `at` into the batch and returns the end of its line, behind
  // the '\n'. Null: malformed, see error(); nothing was appended. `arrival` as for EventTyper.
  const char* Decode(const char* at, const std::optional<TimestampNs>& arrival, row::Batch& batch);
  const std::string& error() const { return error_; }

 private:
  JsonScanner scanner_;
  EventTyper typer_;
  std::string error_;
};

}  // namespace varpulis::io
