#include "runtime/io/json_array.h"

#include "base/limits.h"

namespace varpulis::io {

int JsonArrayDecoder::Peek() {
  if (at_ == end_) {
    if (is_failed_) return -1;
    Result<size_t> count = source_.Read(chunk_.data(), chunk_.size());
    if (!count.ok()) {
      is_failed_ = true;
      decoding_->error = count.status();
      return -1;
    }
    at_ = 0;
    end_ = *count;
    bytes_read_ += end_;
    if (end_ == 0) return -1;
  }
  return static_cast<uint8_t>(chunk_[at_]);
}

int JsonArrayDecoder::Take() {
  int c = Peek();
  if (c >= 0) ++at_;
  if (c == '\n') ++line_;
  return c;
}

int JsonArrayDecoder::SkipBlanks() {
  int c = Peek();
  while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
    Take();
    c = Peek();
  }
  return c;
}

// After damage to the array itself there is no next element to go on with.
Progress JsonArrayDecoder::Stop(std::string_view reason) {
  is_closed_ = true;
  if (is_failed_) return Progress::Failed;
  return decoding_->Bad(line_, reason) ? Progress::Done : Progress::Failed;
}

bool JsonArrayDecoder::ReadElement() {
  element_.clear();
  is_too_long_ = false;
  bool in_string = false;
  int depth = 0;
  while (true) {
    int c = Take();
    if (c < 0) return false;
    bool is_structure = !in_string;
    if (in_string && c == '\\') {
      element_ += '\\';
      c = Take();
      if (c < 0) return false;
    } else if (c == '"') {
      in_string = !in_string;
    }
    if (is_structure && (c == '{' || c == '[')) ++depth;
    if (is_structure && (c == '}' || c == ']')) --depth;
    // Outside of texts line ends are blanks; inside they are an error that the scanner finds.
    if (element_.size() > limits::kMaxEventLineBytes) {
      is_too_long_ = true;
    } else {
      element_ += is_structure && c == '\n' ? ' ' : static_cast<char>(c);
    }
    if (depth == 0) break;
  }
  element_ += '\n';
  element_.append(kPadding, '\0');
  return true;
}

Progress JsonArrayDecoder::Append(row::Batch& batch) {
  if (!is_open_) {
    SkipBlanks();
    Take();
    is_open_ = true;
  }
  while (batch.order.size() < decoding_->options.batch_rows) {
    int c = SkipBlanks();
    if (is_closed_)
      return c < 0 && !is_failed_ ? Progress::Done : Stop("unexpected text behind the array");
    if (c == ']') {
      Take();
      is_closed_ = true;
      continue;
    }
    if (!is_first_) {
      if (c != ',') return Stop(c < 0 ? "the array does not end" : "expected , or ]");
      Take();
      c = SkipBlanks();
    }
    is_first_ = false;
    if (c != '{') return Stop(c < 0 ? "the array does not end" : "expected an object");
    uint64_t line = line_;
    if (!ReadElement()) return Stop("the object does not end");
    if (is_too_long_) {
      if (!decoding_->Bad(line, "the object is longer than 1 MiB")) return Progress::Failed;
    } else if (json_.Decode(element_.data(), std::nullopt, batch) == nullptr) {
      if (!decoding_->Bad(line, json_.error())) return Progress::Failed;
    }
  }
  return Progress::Full;
}

}  // namespace varpulis::io
