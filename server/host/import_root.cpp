#include "server/host/import_root.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

#include "base/limits.h"

namespace varpulis::host {
namespace {

// The file that `path` leads to; empty unless it is a regular one below `folder`.
std::filesystem::path Resolve(const std::filesystem::path& folder, const std::string& path) {
  std::error_code error;
  const std::filesystem::path file = std::filesystem::canonical(path, error);
  if (error || !std::filesystem::is_regular_file(file, error)) return {};
  const auto mismatch = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  return mismatch.first == folder.end() ? file : std::filesystem::path();
}

Result<std::string> Read(const std::filesystem::path& folder, const std::string& path) {
  const std::filesystem::path file = Resolve(folder, path);
  // The same answer for what is outside and what does not exist.
  if (file.empty()) return Status(StatusCode::NotFound, "no such file in the work directory");
  std::ifstream in(file, std::ios::binary);
  std::string text(limits::kMaxProgramBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return Status(StatusCode::IoError, "it cannot be read");
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

}  // namespace

Result<ImportRoot> ImportRoot::Open(const std::string& folder) {
  std::error_code error;
  std::filesystem::path canonical = std::filesystem::canonical(folder, error);
  if (error || !std::filesystem::is_directory(canonical, error))
    return Status(StatusCode::NotFound, fmt::format("{} is no folder", folder));
  return ImportRoot(std::move(canonical));
}

std::string ImportRoot::ProgramPath(const std::string& name) const {
  // Names are free text; the file need not exist.
  std::string file = name;
  std::replace(file.begin(), file.end(), '/', '_');
  return (folder_ / (file + ".vpl")).string();
}

source::FileReader ImportRoot::Files() const {
  return {[folder = folder_](const std::string& path) { return Read(folder, path); },
          [folder = folder_](const std::string& path) { return Resolve(folder, path).string(); }};
}

}  // namespace varpulis::host
