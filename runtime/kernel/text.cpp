#include "runtime/kernel/text.h"

#include <unicode/ucasemap.h>

#include "runtime/kernel/cell_ops.h"
#include "runtime/kernel/contains.h"
#include "runtime/kernel/helpers.h"
#include "runtime/kernel/values.h"

namespace varpulis::kernel {
namespace {

// The root locale's mapping; immutable, so all threads share it.
const UCaseMap* RootCaseMap() {
  static const UCaseMap* const map = [] {
    UErrorCode status = U_ZERO_ERROR;
    return ucasemap_open("", U_FOLD_CASE_DEFAULT, &status);
  }();
  return map;
}

// ICU counts bytes in int32; text at its limits is far below. Nothing maps to more than three times
// its bytes.
abi::VplString MapUnicode(abi::KernelContext& context, const abi::VplString& text, Case target) {
  const UCaseMap* map = RootCaseMap();
  std::string_view from = text.view();
  if (map == nullptr || from.size() > INT32_MAX / 4) return text;
  auto from_size = static_cast<int32_t>(from.size());
  int32_t room = from_size * 3;
  char* to = context.arena->Allocate(static_cast<size_t>(room));
  UErrorCode status = U_ZERO_ERROR;
  int32_t size = target == Case::Lower
                     ? ucasemap_utf8ToLower(map, to, room, from.data(), from_size, &status)
                     : ucasemap_utf8ToUpper(map, to, room, from.data(), from_size, &status);
  if (U_FAILURE(status) != 0 || size > room) return text;
  return abi::VplString::Borrow({to, static_cast<size_t>(size)});
}

}  // namespace

abi::VplString MapCase(abi::KernelContext& context, const abi::VplString& text, Case target) {
  std::string_view from = text.view();
  char first = target == Case::Lower ? 'A' : 'a';
  bool ascii = true;
  bool changes = false;
  for (char c : from) {
    ascii &= static_cast<signed char>(c) >= 0;
    changes |= static_cast<unsigned char>(c - first) < 26;
  }
  if (!ascii) return MapUnicode(context, text, target);
  if (!changes) return text;
  char short_text[abi::VplString::kInlineBytes];
  char* to = text.is_inline() ? short_text : context.arena->Allocate(from.size());
  for (size_t i = 0; i < from.size(); ++i) {
    bool letter = static_cast<unsigned char>(from[i] - first) < 26;
    to[i] = static_cast<char>(letter ? from[i] ^ 0x20 : from[i]);
  }
  return abi::VplString::Borrow({to, from.size()});
}

}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

uint8_t vpl_str_equal(const VplString* a, const VplString* b) noexcept { return Equal(*a, *b); }

int64_t vpl_str_compare(const VplString* a, const VplString* b) noexcept {
  int order = a->view().compare(b->view());
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

uint8_t vpl_str_contains(const VplString* text, const VplString* part) noexcept {
  return kernel::Contains(*text, part->view());
}

uint8_t vpl_str_starts_with(const VplString* text, const VplString* prefix) noexcept {
  return text->view().starts_with(prefix->view());
}

uint8_t vpl_str_ends_with(const VplString* text, const VplString* suffix) noexcept {
  return text->view().ends_with(suffix->view());
}

void vpl_str_lower(KernelFrame* frame, const VplString* text, VplString* result) noexcept {
  *result = kernel::MapCase(*frame->context, *text, kernel::Case::Lower);
}

void vpl_str_upper(KernelFrame* frame, const VplString* text, VplString* result) noexcept {
  *result = kernel::MapCase(*frame->context, *text, kernel::Case::Upper);
}

void vpl_int_text(KernelFrame* frame, int64_t value, VplString* result) noexcept {
  kernel::CellText text(Cell::Int(value, Tag::IntText));
  *result = kernel::MakeText(*frame->context, text.view());
}

}  // extern "C"

}  // namespace varpulis::abi
