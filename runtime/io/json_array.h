#pragma once

// A file that is one JSON array of event objects.

#include <string>

#include "runtime/io/byte_source.h"
#include "runtime/io/decoding.h"
#include "runtime/io/json_lines.h"

namespace varpulis::io {

class JsonArrayDecoder final : public FileDecoder {
 public:
  // `decoding` must outlive it.
  JsonArrayDecoder(Decoding& decoding, ByteSource source)
      : decoding_(&decoding), source_(std::move(source)), json_(decoding), chunk_(64 << 10, '\0') {}

  Progress Append(row::Batch& batch) override;
  uint64_t bytes_read() const override { return bytes_read_; }

 private:
  // The next byte, or -1 at the end or on failure (is_failed_).
  int Peek();
  int Take();
  int SkipBlanks();  // peeks at what follows them
  // Reads the object at the current position into element_ as one line; false if it does not end.
  bool ReadElement();
  Progress Stop(std::string_view reason);

  Decoding* decoding_;
  ByteSource source_;
  JsonLineDecoder json_;
  std::string chunk_;
  size_t at_ = 0;
  size_t end_ = 0;
  uint64_t bytes_read_ = 0;
  uint64_t line_ = 1;
  bool is_open_ = false;    // the [ has been read
  bool is_closed_ = false;  // the ] has been read
  bool is_first_ = true;
  bool is_failed_ = false;
  bool is_too_long_ = false;
  std::string element_;
};

}  // namespace varpulis::io
