#include "runtime/kernel/collection.h"

#include <algorithm>
#include <deque>

#include <absl/container/flat_hash_map.h>

#include "base/limits.h"
#include "runtime/kernel/helpers.h"
#include "runtime/kernel/key_set.h"
#include "runtime/kernel/ownership.h"
#include "runtime/kernel/record_state.h"
#include "runtime/kernel/sample_set.h"
#include "runtime/kernel/values.h"

namespace varpulis::kernel {
namespace {

// Different values by key equality, each with how often it was added.
class DistinctValues final : public Collection {
 public:
  void Add(abi::KernelFrame& frame, const Cell& value) override {
    const auto known = counts_.find(value);
    if (known != counts_.end()) {
      ++known->second;
      return;
    }
    const std::optional<Cell> kept = OwnOrFail(frame, value);
    if (!kept) return;
    counts_.emplace(*kept, 1);
    frame.context->owned_bytes += kElementBytes;
  }
  void Remove(abi::KernelContext& context, const Cell& value) override {
    const auto known = counts_.find(value);
    if (known == counts_.end() || --known->second > 0) return;
    RetireCell(context, known->first);
    counts_.erase(known);
    context.owned_bytes -= kElementBytes;
  }
  Cell Read(abi::KernelFrame&, double) override { return Cell::Int(size()); }
  int64_t size() const override { return static_cast<int64_t>(counts_.size()); }
  ir::Collection kind() const override { return ir::Collection::Distinct; }
  void Save(state::StateWriter& out) const override {
    // In an order that does not depend on the table.
    std::vector<std::pair<Cell, uint64_t>> sorted(counts_.begin(), counts_.end());
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return HashCell(a.first) < HashCell(b.first); });
    out.U64(sorted.size());
    for (const auto& [value, count] : sorted) {
      out.Value(value);
      out.U64(count);
    }
  }
  void Restore(state::StateReader& in, abi::KernelContext& context) override {
    for (uint64_t left = in.Count(1 + sizeof(uint64_t)); left > 0 && in.ok(); --left) {
      const Cell value = RestoreCell(in, context);
      const auto [place, is_new] = counts_.emplace(value, 1);
      if (!is_new) RetireCell(context, value);
      in.Require(is_new && !value.absent(), "a value that is there twice");
      context.owned_bytes += is_new ? kElementBytes : 0;
      if (!in.ok()) return;
      uint64_t& count = place->second;
      count = in.U64();
      in.Require(count > 0, "a value that was never added");
    }
  }
  void Release(abi::KernelContext& context) override {
    for (const auto& [value, count] : counts_) RetireCell(context, value);
    context.owned_bytes -= kElementBytes * size();
  }

 private:
  // With the free places that a hash table keeps.
  static constexpr int64_t kElementBytes = 40;
  absl::flat_hash_map<Cell, uint64_t, KeyHash, KeyEqual> counts_;
};

class Samples final : public Collection {
 public:
  void Add(abi::KernelFrame& frame, const Cell& value) override {
    if (!Counts(value)) return;
    if (size() >= limits::kMaxHeldRows) {
      Fail(frame, EvalError::Limit);
      return;
    }
    samples_.Add(NumberOf(value));
    frame.context->owned_bytes += kElementBytes;
  }
  void Remove(abi::KernelContext& context, const Cell& value) override {
    if (Counts(value) && samples_.Remove(NumberOf(value))) context.owned_bytes -= kElementBytes;
  }
  Cell Read(abi::KernelFrame&, double quantile) override {
    const std::optional<double> value = samples_.Quantile(quantile);
    return value ? Cell::Float(*value) : Cell::Missing();
  }
  int64_t size() const override { return static_cast<int64_t>(samples_.size()); }
  ir::Collection kind() const override { return ir::Collection::Samples; }
  void Save(state::StateWriter& out) const override { samples_.Save(out); }
  void Restore(state::StateReader& in, abi::KernelContext& context) override {
    samples_.Restore(in, limits::kMaxHeldRows);
    context.owned_bytes += kElementBytes * size();
  }
  void Release(abi::KernelContext& context) override {
    context.owned_bytes -= kElementBytes * size();
  }

 private:
  static constexpr int64_t kElementBytes = sizeof(double);
  static bool Counts(const Cell& value) {
    return IsNumber(value) && NumberOf(value) == NumberOf(value);
  }
  SampleSet samples_;
};

// In order of arrival, up to `capacity`.
class Sequence final : public Collection {
 public:
  // List or Queue.
  explicit Sequence(ir::Collection kind)
      : kind_(kind),
        capacity_(kind == ir::Collection::Queue ? limits::kMaxHeldRows
                                                : static_cast<int64_t>(limits::kMaxCollected)) {}

  void Add(abi::KernelFrame& frame, const Cell& value) override {
    if (size() >= capacity_) {
      Fail(frame, EvalError::Limit);
      return;
    }
    // Leaving one out would shift what Remove takes.
    values_.push_back(OwnOrFail(frame, value).value_or(Cell::Missing()));
    frame.context->owned_bytes += kElementBytes;
  }
  void Remove(abi::KernelContext& context, const Cell&) override {
    if (values_.empty()) return;
    RetireCell(context, values_.front());
    values_.pop_front();
    context.owned_bytes -= kElementBytes;
  }
  Cell Read(abi::KernelFrame& frame, double) override {
    const auto count = std::min<size_t>(values_.size(), limits::kMaxCollected);
    scratch_.assign(values_.begin(), values_.begin() + static_cast<int64_t>(count));
    return MakeArray(frame, scratch_.data(), count);
  }
  int64_t size() const override { return static_cast<int64_t>(values_.size()); }
  ir::Collection kind() const override { return kind_; }
  void Save(state::StateWriter& out) const override {
    out.U64(values_.size());
    for (const Cell& value : values_) out.Value(value);
  }
  void Restore(state::StateReader& in, abi::KernelContext& context) override {
    for (uint64_t left = in.Count(1, static_cast<uint64_t>(capacity_)); left > 0 && in.ok();
         --left) {
      values_.push_back(RestoreCell(in, context));
      context.owned_bytes += kElementBytes;
    }
  }
  void Release(abi::KernelContext& context) override {
    for (const Cell& value : values_) RetireCell(context, value);
    context.owned_bytes -= kElementBytes * size();
  }

 private:
  static constexpr int64_t kElementBytes = sizeof(Cell);
  ir::Collection kind_;
  int64_t capacity_;
  std::deque<Cell> values_;
  std::vector<Cell> scratch_;
};

constexpr uint8_t kNoCollection = UINT8_MAX;

Collection* NewCollection(ir::Collection kind) {
  switch (kind) {
    case ir::Collection::Distinct:
      return new DistinctValues;
    case ir::Collection::Samples:
      return new Samples;
    case ir::Collection::List:
    case ir::Collection::Queue:
      return new Sequence(kind);
  }
  return nullptr;
}

}  // namespace

void SaveCollection(const void* slot, state::StateWriter& out) {
  const Collection* collection = *static_cast<Collection* const*>(slot);
  out.Byte(collection == nullptr ? kNoCollection : static_cast<uint8_t>(collection->kind()));
  if (collection != nullptr) collection->Save(out);
}

void RestoreCollection(void* slot, state::StateReader& in, abi::KernelContext& context) {
  const uint8_t kind = in.Byte();
  if (kind == kNoCollection) return;
  in.Require(kind <= static_cast<uint8_t>(ir::Collection::Queue), "a collection of no known kind");
  if (!in.ok()) return;
  CollectionOf(slot) = NewCollection(static_cast<ir::Collection>(kind));
  CollectionOf(slot)->Restore(in, context);
}

void ReleaseCollection(void* slot, abi::KernelContext& context) {
  Collection*& collection = CollectionOf(slot);
  if (collection == nullptr) return;
  collection->Release(context);
  delete collection;
  collection = nullptr;
}

}  // namespace varpulis::kernel

namespace varpulis::abi {

extern "C" {

void vpl_collection_add(KernelFrame* frame, int64_t kind, void* slot, const Cell* value) noexcept {
  if (value->absent()) return;
  kernel::Collection*& collection = kernel::CollectionOf(slot);
  if (collection == nullptr) collection = kernel::NewCollection(static_cast<ir::Collection>(kind));
  collection->Add(*frame, *value);
}

void vpl_collection_remove(KernelFrame* frame, int64_t, void* slot, const Cell* value) noexcept {
  kernel::Collection* collection = kernel::CollectionOf(slot);
  if (value->absent() || collection == nullptr) return;
  collection->Remove(*frame->context, *value);
}

void vpl_collection_read(KernelFrame* frame, int64_t kind, void* slot, double quantile,
                         Cell* result) noexcept {
  kernel::Collection* collection = kernel::CollectionOf(slot);
  if (collection != nullptr) {
    *result = collection->Read(*frame, quantile);
    return;
  }
  switch (static_cast<ir::Collection>(kind)) {
    case ir::Collection::Distinct:
      *result = Cell::Int(0);
      return;
    case ir::Collection::Samples:
      *result = Cell::Missing();
      return;
    case ir::Collection::List:
    case ir::Collection::Queue:
      *result = kernel::MakeArray(*frame, nullptr, 0);
      return;
  }
}

}  // extern "C"

}  // namespace varpulis::abi
