#include "runtime/io/csv.h"

#include <cstring>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/limits.h"
#include "runtime/io/entry_end.h"

namespace varpulis::io {

// A quoted cell whose opening quote was passed; returns where it stopped.
const char* CsvDecoder::AddQuoted(const char* at, const char* end) {
  while (at < end) {
    if (*at != '"') {
      text_ += *at++;
    } else if (at + 1 < end && at[1] == '"') {
      text_ += '"';
      at += 2;
    } else {
      in_quotes_ = false;
      return at + 1;
    }
  }
  return at;
}

bool CsvDecoder::AddLine(const char* at, const char* end) {
  if (in_quotes_) text_ += '\n';
  while (true) {
    if (in_quotes_) {
      at = AddQuoted(at, end);
      if (in_quotes_) return false;
    } else {
      cells_.push_back({text_.size(), 0});
      if (at < end && *at == '"') {
        in_quotes_ = true;
        at = AddQuoted(at + 1, end);
        if (in_quotes_) return false;
      }
    }
    // A cell without quotes, or what stands behind the closing one.
    const auto* comma =
        static_cast<const char*>(std::memchr(at, ',', static_cast<size_t>(end - at)));
    const char* stop = comma != nullptr ? comma : end;
    text_.append(at, stop);
    cells_.back().size = text_.size() - cells_.back().begin;
    if (comma == nullptr) return true;
    at = comma + 1;
  }
}

CsvDecoder::Read CsvDecoder::ReadRecord() {
  text_.clear();
  cells_.clear();
  in_quotes_ = false;
  while (true) {
    if (buffer_.state() == LineBuffer::State::Empty) {
      auto state = buffer_.Fill();
      if (!state.ok()) {
        decoding_->error = state.status();
        return Read::Failed;
      }
      if (*state == LineBuffer::State::End) {
        reason_ = "a quoted cell does not end";
        return in_quotes_ ? Read::Bad : Read::Done;
      }
      if (*state == LineBuffer::State::TooLong) {
        if (!in_quotes_) record_line_ = line_number_ + 1;
        ++line_number_;
        reason_ = kLineTooLong;
        return Read::Bad;
      }
      continue;
    }
    const char* line = buffer_.line();
    const char* next = buffer_.FindLineEnd();
    buffer_.ConsumeTo(next);
    const char* end = next - 1;
    if (end > line && end[-1] == '\r') --end;
    ++line_number_;
    if (!in_quotes_) {
      if (end == line) continue;
      record_line_ = line_number_;
    }
    bool is_whole = AddLine(line, end);
    if (text_.size() > limits::kMaxEventLineBytes) {
      reason_ = "the record is longer than 1 MiB";
      return Read::Bad;
    }
    if (is_whole) break;
  }
  size_t size = text_.size();
  text_.append(kPadding, '\0');
  if (cells_.size() > limits::kMaxEventFields) {
    reason_ = "too many fields";
    return Read::Bad;
  }
  if (!simdjson::validate_utf8(text_.data(), size)) {
    reason_ = "not UTF-8";
    return Read::Bad;
  }
  return Read::Record;
}

CsvDecoder::Read CsvDecoder::ReadHeader() {
  Read read = ReadRecord();
  if (read != Read::Record) return read;
  has_header_ = true;
  header_ = text_;
  for (const Cell& cell : cells_) {
    Field column{};
    column.key = header_.data() + cell.begin;
    column.key_size = static_cast<uint32_t>(cell.size);
    column.key_id = decoding_->keys.Find(column.key_view());
    columns_.push_back(column);
  }
  return Read::Record;
}

bool CsvDecoder::Deliver(row::Batch& batch) {
  if (cells_.size() > columns_.size()) {
    reason_ = fmt::format("{} cells, but the header has {}", cells_.size(), columns_.size());
    return false;
  }
  fields_.clear();
  SpecialIndex special;
  special.fill(-1);
  for (size_t i = 0; i < cells_.size(); ++i) {
    // An empty cell is a missing field.
    if (cells_[i].size == 0) continue;
    Field field = columns_[i];
    field.kind = FieldKind::Str;
    field.padded = true;
    field.text = text_.data() + cells_[i].begin;
    field.text_size = static_cast<uint32_t>(cells_[i].size);
    if (field.key_id < kSpecialKeys) special[field.key_id] = static_cast<int32_t>(fields_.size());
    fields_.push_back(field);
  }
  if (typer_.DeliverFlat({fields_, special}, EventForm::Csv, std::nullopt, batch)) return true;
  reason_ =
      "the record has no type: expected a column type, event_type or EventID, or --event-type";
  return false;
}

Progress CsvDecoder::Append(row::Batch& batch) {
  while (batch.order.size() < decoding_->options.batch_rows) {
    bool is_header = !has_header_;
    if (buffer_.state() == LineBuffer::State::Empty && !buffer_.source_is_complete() &&
        !batch.order.empty()) {
      return Progress::Full;
    }
    Read read = is_header ? ReadHeader() : ReadRecord();
    if (read == Read::Done) return Progress::Done;
    if (read == Read::Failed) return Progress::Failed;
    if (read == Read::Record && (is_header || Deliver(batch))) continue;
    if (!decoding_->Bad(record_line_, reason_)) return Progress::Failed;
    // Without a header there is nothing to go on with.
    if (is_header) return Progress::Done;
  }
  return Progress::Full;
}

}  // namespace varpulis::io
