#pragma once

// All texts of one program: the file that the user named, the files that it imports, and the copies
// that loops make of their bodies. Each has a range of offsets of its own, so that a span says by
// itself in which text it is:
//
//   rules.vpl        lib.vpl    `stream Hot1 = ...`  `stream Hot2 = ...`
//   |---------------||---------||-------------------||------------------|
//   0                                                                    offsets

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/loop_body.h"
#include "compiler/source/source_file.h"

namespace varpulis::source {

// Where something stands in a file that somebody wrote.
struct Origin {
  SourceSpan span;
  std::string copy;  // `z = 3, k = 1` for what stands in copies of loops, outermost first
};

// Movable; references to texts stay valid. Not thread-safe while texts are added.
class SourceMap {
 public:
  // A program with its own file.
  SourceMap(std::string path, std::string text);

  const SourceFile& main() const { return texts_.front()->file; }
  const SourceFile& AddFile(std::string path, std::string text);
  // A copy of the body with `value` for its variable.
  const SourceFile& AddCopy(std::shared_ptr<const LoopBody> body, std::string value);

  // The text that an offset belongs to; the offset behind its last byte does, too.
  const SourceFile& At(uint32_t offset) const { return EntryAt(offset).file; }
  std::string_view Text(SourceSpan span) const { return At(span.begin).Text(span); }
  Origin OriginOf(SourceSpan span) const;

 private:
  struct Entry {
    SourceFile file;
    std::shared_ptr<const LoopBody> body;  // null for files
    std::string value;
  };
  const Entry& EntryAt(uint32_t offset) const;
  const SourceFile& Add(std::string path, std::string text, std::shared_ptr<const LoopBody> body,
                        std::string value);

  std::vector<std::unique_ptr<const Entry>> texts_;  // by offset
};

}  // namespace varpulis::source
