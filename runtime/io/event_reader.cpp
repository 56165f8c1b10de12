#include "runtime/io/event_reader.h"

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
  const ReaderStatistics& statistics() const override { return decoding_.statistics; }

  void set_total_bytes(uint64_t bytes) { decoding_.statistics.total_bytes = bytes; }

 private:
  Progress AppendFromFiles(row::Batch& batch);
  Status OpenNext();
  void UpdateStatistics();

  std::vector<Input> inputs_;
  size_t next_input_ = 0;
  Decoding decoding_;
  std::unique_ptr<FileDecoder> file_;
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
    Progress progress = file_->Append(batch);
    if (progress != Progress::Done) return progress;
    bytes_of_finished_files_ += file_->bytes_read();
    file_.reset();
  }
}

Status SequentialReader::OpenNext() {
  Input& input = inputs_[next_input_++];
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
  statistics.schema_violations = decoding_.writer.schema_violations();
  statistics.truncated_strings = decoding_.writer.values().truncated_strings();
}

}  // namespace

Result<std::unique_ptr<EventReader>> EventReader::Open(const std::vector<std::string>& paths,
                                                       const ir::Plan& plan,
                                                       ReaderOptions options) {
  std::vector<Input> inputs;
  uint64_t total_bytes = 0;
  bool is_known = true;
  for (const std::string& path : paths) {
    Result<ByteSource> source = ByteSource::OpenFile(path);
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
