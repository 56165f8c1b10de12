#include "cli/lsp/frame.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace varpulis::lsp {
namespace {

// More is no header.
constexpr size_t kMaxHeaderBytes = 4096;
constexpr std::string_view kLength = "content-length:";

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool StartsAlike(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && std::equal(start.begin(), start.end(), text.begin(),
                                                   [](char a, char b) { return a == Lower(b); });
}

std::optional<size_t> ParseLength(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view rest(end, static_cast<size_t>(text.data() + text.size() - end));
  if (error != std::errc() || rest.find_first_not_of(" \t\r") != std::string_view::npos)
    return std::nullopt;
  return value;
}

}  // namespace

void FrameReader::Feed(std::string_view bytes) {
  const size_t skipped = std::min(skip_, bytes.size());
  skip_ -= skipped;
  bytes.remove_prefix(skipped);
  if (start_ > 0) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  buffer_ += bytes;
}

std::optional<Frame> FrameReader::Next() {
  if (!expected_) {
    std::optional<Frame> problem = ReadHeader();
    if (problem) return problem;
  }
  if (!expected_ || buffer_.size() - start_ < *expected_) return std::nullopt;
  Frame frame{buffer_.substr(start_, *expected_), {}};
  start_ += *expected_;
  expected_.reset();
  return frame;
}

// Reads up to the empty line behind a header; sets expected_ if it is one.
std::optional<Frame> FrameReader::ReadHeader() {
  std::string_view text = std::string_view(buffer_).substr(start_);
  std::optional<size_t> length;
  size_t at = 0;
  while (true) {
    const size_t end = text.find('\n', at);
    if (end == std::string_view::npos) {
      if (text.size() <= kMaxHeaderBytes) return std::nullopt;
      start_ = buffer_.size();
      return Frame{{}, "a header that does not end"};
    }
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (StartsAlike(line, kLength)) length = ParseLength(line.substr(kLength.size()));
  }
  start_ += at;
  if (!length) return Frame{{}, "a header without Content-Length"};
  if (*length > max_bytes_) {
    const size_t here = std::min(*length, buffer_.size() - start_);
    start_ += here;
    skip_ = *length - here;
    return Frame{{}, fmt::format("a message of {} bytes; the most are {}", *length, max_bytes_)};
  }
  expected_ = length;
  return std::nullopt;
}

std::string Framed(std::string_view message) {
  return fmt::format("Content-Length: {}\r\n\r\n{}", message.size(), message);
}

}  // namespace varpulis::lsp
