#include "compiler/source/source_map.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace varpulis::source {

SourceMap::SourceMap(std::string path, std::string text) {
  AddFile(std::move(path), std::move(text));
}

const SourceFile& SourceMap::AddFile(std::string path, std::string text) {
  return Add(std::move(path), std::move(text), nullptr, {});
}

const SourceFile& SourceMap::AddCopy(std::shared_ptr<const LoopBody> body, std::string value) {
  std::string text = body->Copy(value);
  return Add({}, std::move(text), std::move(body), std::move(value));
}

const SourceFile& SourceMap::Add(std::string path, std::string text,
                                 std::shared_ptr<const LoopBody> body, std::string value) {
  // One offset lies between two texts, so that the end of one is not the start of the next.
  const uint64_t base = texts_.empty() ? 0 : uint64_t{texts_.back()->file.end()} + 1;
  VPL_CHECK(base + text.size() < UINT32_MAX, "{} bytes of program text", base + text.size());
  SourceFile file(std::move(path), std::move(text), static_cast<uint32_t>(base));
  texts_.push_back(
      std::make_unique<const Entry>(Entry{std::move(file), std::move(body), std::move(value)}));
  return texts_.back()->file;
}

const SourceMap::Entry& SourceMap::EntryAt(uint32_t offset) const {
  const auto after = std::upper_bound(
      texts_.begin(), texts_.end(), offset,
      [](uint32_t wanted, const auto& text) { return wanted < text->file.base(); });
  return **std::prev(after);
}

Origin SourceMap::OriginOf(SourceSpan span) const {
  Origin origin{span, {}};
  for (const Entry* entry = &EntryAt(span.begin); entry->body != nullptr;
       entry = &EntryAt(origin.span.begin)) {
    const uint32_t base = entry->file.base();
    const uint32_t end = std::max(origin.span.end, origin.span.begin);
    origin.span = entry->body->OriginOf(origin.span.begin - base, end - base, entry->value.size());
    const std::string inner = origin.copy.empty() ? "" : ", " + origin.copy;
    origin.copy = entry->body->variable() + " = " + entry->value + inner;
  }
  return origin;
}

}  // namespace varpulis::source
