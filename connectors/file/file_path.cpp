#include "connectors/file/file_path.h"

#include <filesystem>

#include <fmt/format.h>

#include "connectors/contract/parameters.h"

namespace varpulis::connectors {

Result<std::string> FilePath(const Link& link) {
  namespace fs = std::filesystem;
  std::string text = TextOf(link.parameters, "path");
  if (text.empty()) text = TextOf(link.parameters, "url");
  if (text.starts_with("file://")) text.erase(0, 7);
  if (text.empty()) text = link.connector + ".jsonl";
  const fs::path path = (link.folder / text).lexically_normal();
  if (link.confined) {
    std::error_code error;
    // Links are followed as far as the path exists.
    const fs::path root = fs::weakly_canonical(link.folder, error);
    const fs::path real = fs::weakly_canonical(path, error);
    const fs::path below = real.lexically_relative(root);
    if (error || below.empty() || *below.begin() == "..") {
      return Status(StatusCode::InvalidArgument,
                    fmt::format("`{}` lies outside of the folder of this tenant", text));
    }
    fs::create_directories(real.parent_path(), error);
  }
  return path.string();
}

}  // namespace varpulis::connectors
