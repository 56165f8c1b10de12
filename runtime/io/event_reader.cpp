#include "runtime/io/event_reader.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runtime/io/byte_source.h"
#include "runtime/io/csv.h"
#include "runtime/io/decoding.h"
#include "runtime/io/json_array.h"
#include "runtime/io/line_decoder.h"

namespace varpulis::io {
namespace {

struct Input {
  std::string name;
  std::optional<ByteSource> source;  // none: a regular file, opened when it is its turn
};

class SequentialReader final : public EventReader {
 public:
  SequentialReader(std::vector<Input> inputs, const ir::Plan& plan, ReaderOptions options)
      : inputs_(std::move(inputs)), decoding_(plan, std::move(options)) {}

  Result<bool> Next(row::Batch& batch) override;
  void GoOn(TimestampNs previous_time, std::vector<uint64_t> skip) override {
    decoding_.previous_time = previous_time;
    skip_ = std::move(skip);
  }
  const ReaderStatistics& statistics() const override { return decoding_.statistics; }
  ReaderPosition position() const override {
    return {file_ ? next_input_ - 1 : next_input_, events_of_file_, decoding_.previous_time};
  }
  uint64_t events_of(size_t file) const override { return events_of_[file]; }

  void set_total_bytes(uint64_t bytes) { decoding_.statistics.total_bytes = bytes; }

 private:
  Progress AppendFromFiles(row::Batch& batch);
  Progress AppendFromFile(row::Batch& batch);
  Progress Skip(row::Batch& batch);
  Status OpenNext();
  void UpdateStatistics();

  std::vector<Input> inputs_;
  size_t next_input_ = 0;
  Decoding decoding_;
  std::unique_ptr<FileDecoder> file_;
  std::vector<uint64_t> skip_;       // by file
  uint64_t to_skip_ = 0;             // of the file at hand
  uint64_t events_of_file_ = 0;      // the same, so far
  std::vector<uint64_t> events_of_;  // of those before it
  uint64_t skipped_violations_ = 0;  // what the writer has counted of events that were skipped
  uint64_t skipped_truncations_ = 0;
  uint64_t bytes_of_finished_files_ = 0;
};

Result<bool> SequentialReader::Next(row::Batch& batch) {
  batch.Clear();
  if (!decoding_.error.ok()) return decoding_.error;
  Progress progress = AppendFromFiles(batch);
  UpdateStatistics();
  // Events before the malformed line come first; the error is the next call's answer.
  if (progress == Progress::Failed && batch.order.empty()) return decoding_.error;
  return !batch.order.empty();
}

Progress SequentialReader::AppendFromFiles(row::Batch& batch) {
  while (true) {
    if (!file_) {
      if (next_input_ == inputs_.size()) return Progress::Done;
      decoding_.error = OpenNext();
      if (!decoding_.error.ok()) return Progress::Failed;
    }
    // Only an empty batch can be read over.
    if (to_skip_ > 0 && !batch.order.empty()) return Progress::Full;
    const Progress progress = to_skip_ > 0 ? Skip(batch) : AppendFromFile(batch);
    if (progress != Progress::Done) return progress;
    bytes_of_finished_files_ += file_->bytes_read();
    events_of_.push_back(events_of_file_);
    events_of_file_ = 0;
    file_.reset();
  }
}

Progress SequentialReader::AppendFromFile(row::Batch& batch) {
  const size_t before = batch.order.size();
  const Progress progress = file_->Append(batch);
  events_of_file_ += batch.order.size() - before;
  return progress;
}

// The entries are decoded, since what follows may depend on them: the time of the one before, the header
// of a table, offsets. What is wrong with them was counted when they were processed.
Progress SequentialReader::Skip(row::Batch& batch) {
  const ReaderStatistics counted = decoding_.statistics;
  const uint32_t batch_rows = decoding_.options.batch_rows;
  Progress progress = Progress::Full;
  while (to_skip_ > 0 && progress == Progress::Full) {
    decoding_.options.batch_rows = static_cast<uint32_t>(std::min<uint64_t>(to_skip_, batch_rows));
    progress = AppendFromFile(batch);
    to_skip_ -= batch.order.size();
    batch.Clear();
  }
  decoding_.options.batch_rows = batch_rows;
  skipped_violations_ = decoding_.writer.schema_violations();
  skipped_truncations_ = decoding_.writer.values().truncated_strings();
  if (progress == Progress::Failed) return progress;
  decoding_.statistics = counted;
  if (to_skip_ == 0) return progress == Progress::Done ? progress : AppendFromFile(batch);
  decoding_.error =
      Status(StatusCode::InvalidArgument,
             fmt::format("{}: ends {} events before the place where its reading is to go on",
                         decoding_.file, to_skip_));
  return Progress::Failed;
}

Status SequentialReader::OpenNext() {
  Input& input = inputs_[next_input_++];
  const size_t place = next_input_ - 1;
  to_skip_ = place < skip_.size() ? skip_[place] : 0;
  decoding_.file = input.name == "-" ? "standard input" : input.name;
  Result<ByteSource> source =
      input.source ? Result(std::move(*input.source)) : ByteSource::OpenFile(input.name);
  if (!source.ok()) return source.status();
  Result<char> first = source->PeekFirst();
  if (!first.ok()) return first.status();
  if (std::string_view compression = source->compression(); !compression.empty()) {
    return Status(StatusCode::Unavailable,
                  fmt::format("{}: compressed with {}; decompress it and read `-`", decoding_.file,
                              compression));
  }
  if (input.name.ends_with(".csv")) {
    file_ = std::make_unique<CsvDecoder>(decoding_, std::move(*source));
  } else if (*first == '[') {
    file_ = std::make_unique<JsonArrayDecoder>(decoding_, std::move(*source));
  } else {
    file_ = std::make_unique<LineDecoder>(decoding_, std::move(*source));
  }
  return Status();
}

void SequentialReader::UpdateStatistics() {
  ReaderStatistics& statistics = decoding_.statistics;
  statistics.bytes = bytes_of_finished_files_ + (file_ ? file_->bytes_read() : 0);
  statistics.schema_violations = decoding_.writer.schema_violations() - skipped_violations_;
  statistics.truncated_strings =
      decoding_.writer.values().truncated_strings() - skipped_truncations_;
}

}  // namespace

Result<std::unique_ptr<EventReader>> EventReader::Open(const std::vector<std::string>& paths,
                                                       const ir::Plan& plan,
                                                       ReaderOptions options) {
  std::vector<Input> inputs;
  uint64_t total_bytes = 0;
  bool is_known = true;
  for (const std::string& path : paths) {
    Result<ByteSource> source = ByteSource::OpenFile(path, options.stop_fd);
    if (!source.ok()) return source.status();
    total_bytes += source->total_bytes();
    inputs.push_back({path, std::nullopt});
    // Pipes cannot be opened twice; of regular files there may be more than descriptors.
    if (source->is_complete()) continue;
    is_known = false;
    inputs.back().source = std::move(*source);
  }
  auto reader = std::make_unique<SequentialReader>(std::move(inputs), plan, std::move(options));
  if (is_known) reader->set_total_bytes(total_bytes);
  return std::unique_ptr<EventReader>(std::move(reader));
}

std::unique_ptr<EventReader> EventReader::OverText(std::string name, std::string text,
                                                   const ir::Plan& plan, ReaderOptions options) {
  uint64_t total_bytes = text.size();
  std::vector<Input> inputs;
  inputs.push_back({std::move(name), ByteSource::OverText(std::move(text))});
  auto reader = std::make_unique<SequentialReader>(std::move(inputs), plan, std::move(options));
  reader->set_total_bytes(total_bytes);
  return reader;
}

}  // namespace varpulis::io
