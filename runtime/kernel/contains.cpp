#include "runtime/kernel/contains.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace varpulis::kernel {
namespace {

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

#if defined(__SSE2__)
// A bit for each of 16 bytes that equals `byte`.
uint64_t Equals(__m128i bytes, char byte) {
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte))));
}

// The bytes of a text that lies inline or has 16 to 32 bytes, so that two loads have all of them and
// nothing else is read.
class ShortText {
 public:
  static bool Is(const abi::VplString& text) {
    return text.is_inline() || text.size - kLoad <= kLoad;
  }

  explicit ShortText(const abi::VplString& text)
      : text_(text.view().data()), size_(text.size), shift_(text.is_inline() ? kHead : 0) {
    const char* head = reinterpret_cast<const char*>(&text);
    const char* first = text.is_inline() ? head : text.data;
    second_at_ = text.is_inline() ? 0 : size_ - kLoad;
    first_ = _mm_loadu_si128(reinterpret_cast<const __m128i*>(first));
    second_ = _mm_loadu_si128(reinterpret_cast<const __m128i*>(first + second_at_));
  }

  // Its first three bytes and its last one are looked for everywhere at once; a part of up to four
  // bytes needs no closer look.
  bool Contains(const PartSearch& search, std::string_view part) const {
    const size_t last = part.size() - 1;
    const uint64_t places = (uint64_t{1} << (size_ - last)) - 1;
    uint64_t here = places & Where(part[0]) & Where(part[last]) >> last;
    here &= Where(part[std::min<size_t>(1, last)]) >> std::min<size_t>(1, last);
    here &= Where(part[std::min<size_t>(2, last)]) >> std::min<size_t>(2, last);
    if (part.size() <= 4) return here != 0;
    for (; here != 0; here &= here - 1) {
      if (search.BeginsAt(text_ + std::countr_zero(here))) return true;
    }
    return false;
  }

 private:
  static constexpr uint32_t kLoad = 16;
  static constexpr uint32_t kHead = offsetof(abi::VplString, prefix);

  // A bit for each byte of the text that equals `byte`.
  uint64_t Where(char byte) const {
    return (Equals(first_, byte) | Equals(second_, byte) << second_at_) >> shift_;
  }

  const char* text_;
  size_t size_;
  uint32_t shift_;
  size_t second_at_;
  __m128i first_;
  __m128i second_;
};
#endif

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

bool Contains(const abi::VplString& text, std::string_view part) {
#if defined(__SSE2__)
  if (part.empty() || part.size() > text.size) return part.empty();
  if (ShortText::Is(text)) return ShortText(text).Contains(PartSearch(part), part);
#endif
  return Contains(text.view(), part);
}

}  // namespace varpulis::kernel
