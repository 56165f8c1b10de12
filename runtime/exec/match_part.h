#pragma once

// How far the matches have got that one event completes, or one moment at which runs fall due. A pattern hands on
// one match after the other; when those since the last time make a part, what they took is given back before the
// next is made.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/arena.h"

namespace varpulis::exec {

// Matches of a part, and bytes of the values made for them: one block of an arena more than it began with.
inline constexpr size_t kMatchPartRows = 4096;
inline constexpr size_t kMatchPartBytes = 8u << 20;

// Where values of matches lie. Those of the first part of an event lie where all its values do and stay until it
// is done with, as those of most events do; each later part has an arena of its own.
class MatchPart {
 public:
  bool is_first() const { return arena_ == nullptr; }
  bool IsFull(const base::Arena& arena) const {
    return matches >= kMatchPartRows || arena.reserved_bytes() - reserved_bytes_ >= kMatchPartBytes;
  }
  // The first part of another event; values are made in `arena` again. Those of the last are gone, unless they are
  // kept.
  void BeginFirst(const base::Arena& arena) {
    arena_ = nullptr;
    matches = 0;
    reserved_bytes_ = arena.reserved_bytes();
  }
  // Where the next part makes its values. Those of the last are gone, unless they are kept.
  base::Arena& BeginNext() {
    if (arena_ == nullptr) arena_ = std::make_unique<base::Arena>();
    arena_->Reset();
    matches = 0;
    reserved_bytes_ = arena_->reserved_bytes();
    return *arena_;
  }
  // Values of this part stay until Clear.
  void Keep() {
    if (arena_ == nullptr) return;
    kept_bytes_ += arena_->reserved_bytes();
    kept_.push_back(std::move(arena_));
  }
  // So much of it has been copied to where it stays.
  void AddKept(size_t bytes) { kept_bytes_ += bytes; }
  size_t kept_bytes() const { return kept_bytes_; }
  size_t bytes() const { return kept_bytes_ + (arena_ ? arena_->reserved_bytes() : 0); }
  void Clear() {
    arena_ = nullptr;
    kept_.clear();
    kept_bytes_ = 0;
  }

  size_t matches = 0;
  uint32_t stream = 0;
  uint64_t queued = 0;                 // rows that other streams have been given before it began
  std::vector<uint32_t> table_rows{};  // of each of the stream's match_tables, when it began

 private:
  size_t reserved_bytes_ = 0;  // of its arena when it began
  std::unique_ptr<base::Arena> arena_;
  std::vector<std::unique_ptr<base::Arena>> kept_;
  size_t kept_bytes_ = 0;
};

}  // namespace varpulis::exec
