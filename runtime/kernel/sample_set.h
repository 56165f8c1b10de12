#pragma once

// Numbers in order of size, for quantiles of windows that gain and lose values all the time: adding,
// taking out and reading cost about the logarithm of their number. A window that is read once only
// collects them, and sorts once.

#include <cstddef>
#include <optional>
#include <vector>

#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::kernel {

// No value is NaN.
class SampleSet {
 public:
  void Add(double value) {
    unsorted_.push_back(value);
    ++size_;
  }
  // Takes out one such value; false if there is none.
  bool Remove(double value);
  // The value at rank quantile * (size - 1), between two ranks interpolated; nothing without values.
  std::optional<double> Quantile(double quantile);
  size_t size() const { return size_; }
  // Arranged as it is: which of two zeros of unlike sign comes first depends on that.
  void Save(state::StateWriter& out) const;
  // Into an empty set, at most `limit` values.
  void Restore(state::StateReader& in, size_t limit);

 private:
  // Runs of rising values; each is full enough that there are few, and short enough to shift.
  using Block = std::vector<double>;

  void Sort();
  void Insert(double value);
  // The first block whose last value is not below the value; the last block if there is none.
  size_t BlockOf(double value) const;
  double At(size_t rank) const;
  void SplitInto(const std::vector<double>& values);

  std::vector<Block> blocks_;  // none is empty
  std::vector<double> unsorted_;
  size_t size_ = 0;
};

}  // namespace varpulis::kernel
