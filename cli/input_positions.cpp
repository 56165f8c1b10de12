#include "cli/input_positions.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::cli {
namespace {

namespace fs = std::filesystem;

// By which a file is known again, though it may have grown.
constexpr uint64_t kPrefixBytes = 64 << 10;

std::string AbsolutePath(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::weakly_canonical(path, error);
  return error ? path : absolute.string();
}

// Nothing if it is no file that could be read again.
std::optional<InputPositions::File> BeginOf(const std::string& path, uint64_t prefix_bytes) {
  std::error_code error;
  if (path == "-" || !fs::is_regular_file(path, error)) return std::nullopt;
  std::string prefix(prefix_bytes, '\0');
  std::ifstream in(path, std::ios::binary);
  in.read(prefix.data(), static_cast<std::streamsize>(prefix.size()));
  prefix.resize(static_cast<size_t>(in.gcount()));
  return InputPositions::File{AbsolutePath(path), prefix.size(), state::Checksum(prefix)};
}

}  // namespace

Result<InputPositions> InputPositions::Of(const state::Checkpoint& checkpoint) {
  InputPositions positions;
  for (const state::Section& section : checkpoint.sections) {
    if (section.kind != state::SectionKind::Input) continue;
    state::StateReader in(section.body);
    positions.is_known = true;
    positions.is_streaming = in.Flag();
    positions.previous_time = in.I64();
    constexpr size_t kLeastBytes = sizeof(uint32_t) + 3 * sizeof(uint64_t);
    for (uint64_t left = in.Count(kLeastBytes, limits::kMaxInputPositions); left > 0; --left) {
      File file;
      file.path = in.Text();
      file.prefix_bytes = in.U64();
      in.Require(file.prefix_bytes <= kPrefixBytes, "a file that begins with too much");
      file.prefix_sum = in.U64();
      file.events = in.U64();
      positions.files_.push_back(std::move(file));
    }
    in.ExpectEnd();
    if (!in.ok()) return in.status().Within("the checkpoint is damaged: the place in the input");
  }
  return positions;
}

std::vector<uint64_t> InputPositions::ToSkip(const std::vector<std::string>& paths) const {
  std::vector<uint64_t> skip;
  for (const std::string& path : paths) {
    const std::string absolute = AbsolutePath(path);
    const auto known = std::find_if(files_.begin(), files_.end(),
                                    [&](const File& file) { return file.path == absolute; });
    skip.push_back(0);
    if (known == files_.end()) continue;
    const std::optional<File> now = BeginOf(path, known->prefix_bytes);
    const bool is_same =
        now && now->prefix_bytes == known->prefix_bytes && now->prefix_sum == known->prefix_sum;
    if (is_same) skip.back() = known->events;
  }
  return skip;
}

void InputPositions::Set(File file) {
  const auto old = std::find_if(files_.begin(), files_.end(),
                                [&](const File& known) { return known.path == file.path; });
  if (old != files_.end()) files_.erase(old);
  if (files_.size() == limits::kMaxInputPositions) files_.erase(files_.begin());
  files_.push_back(std::move(file));
}

void InputPositions::Update(const std::vector<std::string>& paths, const io::EventReader& reader,
                            const io::ReaderPosition& position) {
  is_known = true;
  previous_time = position.previous_time;
  for (size_t i = 0; i < paths.size() && i <= position.file; ++i) {
    // Files that were read to their ends before the last call do not change any more.
    if (i + 1 < begins_.size()) continue;
    if (i == begins_.size()) begins_.push_back(BeginOf(paths[i], kPrefixBytes).value_or(File{}));
    File file = begins_[i];
    file.events = i < position.file ? reader.events_of(i) : position.events;
    if (!file.path.empty()) Set(std::move(file));
  }
}

state::Section InputPositions::Save() const {
  state::StateWriter out;
  out.Flag(is_streaming);
  out.I64(previous_time);
  out.U64(files_.size());
  for (const File& file : files_) {
    out.Text(file.path);
    out.U64(file.prefix_bytes);
    out.U64(file.prefix_sum);
    out.U64(file.events);
  }
  return {state::SectionKind::Input, 0, "", "", out.Take()};
}

}  // namespace varpulis::cli
