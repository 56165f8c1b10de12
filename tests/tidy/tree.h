#pragma once

// The files of a checkout as text, and what the checks say about them.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace varpulis::tidy {

struct File {
  std::string path;    // relative to the root: `runtime/io/event_reader.h`
  std::string folder;  // `runtime/io`, empty for the root
  std::string name;    // `event_reader.h`
  std::vector<std::string> lines;

  bool HasExtension(std::string_view extension) const { return name.ends_with(extension); }
  // C++ only.
  bool IsCode() const { return HasExtension(".h") || HasExtension(".cpp"); }
  // Everything that a compiler or generator reads.
  bool IsSource() const { return IsCode() || HasExtension(".def") || HasExtension(".g4"); }
};

struct Tree {
  std::filesystem::path root;
  std::vector<File> files;  // by path

  const File* Find(std::string_view path) const;
};

// Reads text files by their extension; skips build/ and folders whose name starts with a dot.
Tree ReadTree(const std::filesystem::path& root);

struct Finding {
  std::string rule;  // "layer", "room", "readme", ...
  std::string path;
  size_t line;  // 0: the whole file
  std::string text;
};
std::string Show(const Finding& finding);

// The text between quotes or angle brackets of an #include line; empty for any other line.
struct Include {
  std::string path;
  bool quoted = false;
};
Include ReadInclude(std::string_view line);

}  // namespace varpulis::tidy
