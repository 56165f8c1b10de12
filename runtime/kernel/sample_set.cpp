#include "runtime/kernel/sample_set.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace varpulis::kernel {
namespace {

constexpr size_t kBlockValues = 512;
// With so many new values for each old one it is cheaper to sort all of them.
constexpr size_t kSortAllRatio = 8;

}  // namespace

size_t SampleSet::BlockOf(double value) const {
  const auto block = std::lower_bound(blocks_.begin(), blocks_.end(), value,
                                      [](const Block& b, double v) { return b.back() < v; });
  return block == blocks_.end() ? blocks_.size() - 1 : static_cast<size_t>(block - blocks_.begin());
}

void SampleSet::SplitInto(const std::vector<double>& values) {
  blocks_.clear();
  for (size_t i = 0; i < values.size(); i += kBlockValues) {
    const size_t end = std::min(values.size(), i + kBlockValues);
    blocks_.emplace_back(values.begin() + static_cast<std::ptrdiff_t>(i),
                         values.begin() + static_cast<std::ptrdiff_t>(end));
  }
}

void SampleSet::Insert(double value) {
  if (blocks_.empty()) {
    blocks_.push_back({value});
    return;
  }
  const size_t index = BlockOf(value);
  Block& block = blocks_[index];
  block.insert(std::upper_bound(block.begin(), block.end(), value), value);
  if (block.size() < 2 * kBlockValues) return;
  const auto middle = block.begin() + static_cast<std::ptrdiff_t>(kBlockValues);
  Block upper(middle, block.end());
  block.erase(middle, block.end());
  blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(index) + 1, std::move(upper));
}

void SampleSet::Sort() {
  if (unsorted_.size() > (size_ - unsorted_.size()) / kSortAllRatio) {
    for (const Block& block : blocks_) {
      unsorted_.insert(unsorted_.end(), block.begin(), block.end());
    }
    std::sort(unsorted_.begin(), unsorted_.end());
    SplitInto(unsorted_);
  } else {
    for (double value : unsorted_) Insert(value);
  }
  unsorted_.clear();
}

bool SampleSet::Remove(double value) {
  Sort();
  if (blocks_.empty()) return false;
  const size_t index = BlockOf(value);
  Block& block = blocks_[index];
  const auto place = std::lower_bound(block.begin(), block.end(), value);
  if (place == block.end() || *place != value) return false;
  block.erase(place);
  if (block.empty()) blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(index));
  --size_;
  return true;
}

double SampleSet::At(size_t rank) const {
  for (const Block& block : blocks_) {
    if (rank < block.size()) return block[rank];
    rank -= block.size();
  }
  return 0;
}

std::optional<double> SampleSet::Quantile(double quantile) {
  if (size_ == 0) return std::nullopt;
  Sort();
  const double rank = quantile * static_cast<double>(size_ - 1);
  const auto below = static_cast<size_t>(std::floor(rank));
  const double low = At(below);
  const double part = rank - std::floor(rank);
  if (part == 0) return low;
  const double high = At(below + 1);
  // Equal infinities have no distance.
  return high == low ? low : low + (high - low) * part;
}

void SampleSet::Save(state::StateWriter& out) const {
  const auto save = [&](const std::vector<double>& values) {
    out.U64(values.size());
    for (const double value : values) out.F64(value);
  };
  out.U64(blocks_.size());
  for (const Block& block : blocks_) save(block);
  save(unsorted_);
}

void SampleSet::Restore(state::StateReader& in, size_t limit) {
  const auto restore = [&](std::vector<double>& values) {
    values.resize(in.Count(sizeof(double), limit - std::min(limit, size_)));
    for (double& value : values) {
      value = in.F64();
      in.Require(value == value, "a sample that is no number");
    }
    size_ += values.size();
  };
  std::vector<Block> blocks(in.Count(sizeof(uint64_t)));
  for (size_t i = 0; i < blocks.size(); ++i) {
    restore(blocks[i]);
    const bool rises =
        std::is_sorted(blocks[i].begin(), blocks[i].end()) && !blocks[i].empty() &&
        (i == 0 || blocks[i - 1].empty() || blocks[i - 1].back() <= blocks[i].front());
    in.Require(rises, "samples out of order");
    if (!in.ok()) break;
  }
  restore(unsorted_);
  if (in.ok()) {
    blocks_ = std::move(blocks);
  } else {
    unsorted_.clear();
    size_ = 0;
  }
}

}  // namespace varpulis::kernel
