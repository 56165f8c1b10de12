#pragma once

// CSV with a header line (RFC 4180): every record is a flat event of texts (decision D23).

#include <string>
#include <vector>

#include "runtime/io/decoding.h"
#include "runtime/io/line_buffer.h"
#include "runtime/io/typed_event.h"

namespace varpulis::io {

class CsvDecoder final : public FileDecoder {
 public:
  // `decoding` must outlive it.
  CsvDecoder(Decoding& decoding, ByteSource source)
      : decoding_(&decoding), buffer_(std::move(source)), typer_(decoding) {}

  Progress Append(row::Batch& batch) override;
  uint64_t bytes_read() const override { return buffer_.bytes_read(); }

 private:
  struct Cell {
    size_t begin;  // in text_
    size_t size;
  };
  enum class Read : uint8_t { Record, Bad, Done, Failed };

  // Reads the next record, which quotes may spread over several lines, into text_ and cells_.
  Read ReadRecord();
  // Adds the cells of one line; false if a quoted cell goes on in the next line.
  bool AddLine(const char* at, const char* end);
  const char* AddQuoted(const char* at, const char* end);
  Read ReadHeader();
  // The record as an event; false if it is malformed (reason_).
  bool Deliver(row::Batch& batch);

  Decoding* decoding_;
  LineBuffer buffer_;
  EventTyper typer_;
  uint64_t line_number_ = 0;  // of the last line read
  uint64_t record_line_ = 0;  // of the first line of the record
  bool has_header_ = false;
  bool in_quotes_ = false;  // the record's last cell is not finished
  std::string text_;
  std::vector<Cell> cells_;
  std::string header_;
  std::vector<Field> columns_;  // the header's keys, without values
  std::vector<Field> fields_;
  std::string reason_;
};

}  // namespace varpulis::io
