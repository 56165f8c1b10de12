#pragma once

// What the decoders of all formats share while one EventReader lives: options, counters, known
// keys, the way from fields to rows, and the time of the entry before.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "runtime/io/event_reader.h"
#include "runtime/io/event_time.h"
#include "runtime/io/field.h"
#include "runtime/io/key_table.h"
#include "runtime/io/row_writer.h"

namespace varpulis::io {

struct Decoding {
  Decoding(const ir::Plan& plan, ReaderOptions reader_options);

  // Counts a malformed entry of the current file. True: go on with the next one. False: `error` is
  // set and reading is over.
  bool Bad(uint64_t line, std::string_view reason);
  // Appends an event to the batch.
  void Deliver(row::Batch& batch, const RowHead& head, std::span<const Field> fields);

  ReaderOptions options;
  ReaderStatistics statistics;
  KeyTable keys;
  RowWriter writer;
  TimeParser times;
  uint32_t time_field_key;    // id of options.time_field; the unknown key without one
  TimestampNs previous_time;  // of the entry before (decision D26)
  std::string file;           // name of the current one, for messages
  Status error;
};

// How far a decoder got.
enum class Progress : uint8_t {
  Full,    // the batch is full, or nothing more has arrived yet
  Done,    // the file is at its end
  Failed,  // Decoding::error says why
};

// The bytes of one file as events. Append adds events until the batch holds options.batch_rows.
class FileDecoder {
 public:
  virtual ~FileDecoder() = default;
  virtual Progress Append(row::Batch& batch) = 0;
  virtual uint64_t bytes_read() const = 0;
};

}  // namespace varpulis::io
