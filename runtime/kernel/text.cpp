#include "runtime/kernel/text.h"

#include <bit>
#include <cstring>

#include <unicode/ucasemap.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "runtime/kernel/cell_ops.h"
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

constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighBits = 0x8080808080808080;

// Bits in the bytes that may be zero; none if no byte is. The lowest is always right.
uint64_t ZeroBytes(uint64_t word) { return (word - kOnes) & ~word & kHighBits; }

// Of a part of at least one byte: where it may begin is seen from its first three bytes and its last
// one, many places of the text at a time; a part of up to four bytes needs no closer look. Texts of a
// column differ, so what branches least is fastest: branches that depend on the text are not
// predicted.
class PartSearch {
 public:
  explicit PartSearch(std::string_view part)
      : part_(part),
        first_(static_cast<uint8_t>(part.front()) * kOnes),
        last_(static_cast<uint8_t>(part.back()) * kOnes) {}

  // By words as far as they go: parts are short, and calling memcmp costs more than comparing.
  bool BeginsAt(const char* at) const {
    size_t same = 0;
    for (; same + 4 <= part_.size(); same += 4) {
      uint32_t a, b;
      std::memcpy(&a, at + same, 4);
      std::memcpy(&b, part_.data() + same, 4);
      if (a != b) return false;
    }
    for (; same < part_.size(); ++same) {
      if (at[same] != part_[same]) return false;
    }
    return true;
  }

  // Whether it begins at one of `count` places (1 to 2 * kPlaces) from `at`.
  bool BeginsWithin(const char* at, size_t count) const {
    if (count >= kPlaces) return BeginsInEither(at, at + count - kPlaces);
    if (count >= 8) return BeginsInEight(at) || BeginsInEight(at + count - 8);
    for (size_t i = 0; i < count; ++i) {
      if (BeginsAt(at + i)) return true;
    }
    return false;
  }

  static constexpr size_t kPlaces = 16;

 private:
  bool BeginsInEight(const char* at) const {
    uint64_t firsts, lasts;
    std::memcpy(&firsts, at, 8);
    std::memcpy(&lasts, at + part_.size() - 1, 8);
    uint64_t places = ZeroBytes((firsts ^ first_) | (lasts ^ last_));
    for (; places != 0; places &= places - 1) {
      if (BeginsAt(at + std::countr_zero(places) / 8)) return true;
    }
    return false;
  }

#if defined(__SSE2__)
  // A bit for each of the sixteen places from `at` where those bytes are right.
  uint32_t Candidates(const char* at) const {
    const size_t last = part_.size() - 1;
    const auto equal = [&](size_t byte) {
      const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + byte));
      return _mm_cmpeq_epi8(here, _mm_set1_epi8(part_[byte]));
    };
    const __m128i ends = _mm_and_si128(equal(0), equal(last));
    const __m128i inside =
        _mm_and_si128(equal(std::min<size_t>(1, last)), equal(std::min<size_t>(2, last)));
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_and_si128(ends, inside)));
  }

  // The sixteen places from each; the two may overlap.
  bool BeginsInEither(const char* a, const char* b) const {
    uint32_t places = Candidates(a) | Candidates(b) << kPlaces;
    if (part_.size() <= 4) return places != 0;
    for (; places != 0; places &= places - 1) {
      const auto place = static_cast<size_t>(std::countr_zero(places));
      if (BeginsAt(place < kPlaces ? a + place : b + place - kPlaces)) return true;
    }
    return false;
  }
#else
  bool BeginsInEither(const char* a, const char* b) const {
    return BeginsInEight(a) || BeginsInEight(a + 8) || BeginsInEight(b) || BeginsInEight(b + 8);
  }
#endif

  std::string_view part_;
  uint64_t first_;
  uint64_t last_;
};

}  // namespace

bool Contains(std::string_view text, std::string_view part) {
  if (part.empty() || part.size() > text.size()) return part.empty();
  constexpr size_t kAtOnce = 2 * PartSearch::kPlaces;
  const PartSearch search(part);
  const size_t places = text.size() - part.size() + 1;
  size_t at = 0;
  for (; at + kAtOnce < places; at += kAtOnce) {
    if (search.BeginsWithin(text.data() + at, kAtOnce)) return true;
  }
  return search.BeginsWithin(text.data() + at, places - at);
}

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
  return kernel::Contains(text->view(), part->view());
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
