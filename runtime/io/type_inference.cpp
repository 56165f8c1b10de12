#include "runtime/io/type_inference.h"

#include "base/limits.h"

namespace varpulis::io {
namespace {

using abi::Tag;

constexpr uint32_t Bit(Tag tag) { return 1u << static_cast<uint32_t>(tag); }

constexpr uint32_t kNumbers = Bit(Tag::Int) | Bit(Tag::Float);
constexpr uint32_t kContainers = Bit(Tag::Array) | Bit(Tag::Map);

const char* ScalarName(uint32_t kinds) {
  if (kinds == 0) return "str";
  if (kinds == Bit(Tag::Int)) return "int";
  if ((kinds & ~kNumbers) == 0) return "float";
  if (kinds == Bit(Tag::Bool)) return "bool";
  if (kinds == Bit(Tag::Timestamp)) return "timestamp";
  if (kinds == Bit(Tag::Duration)) return "duration";
  return "str";
}

}  // namespace

void InferredType::Add(const abi::Cell& value) {
  ++values_;
  if (value.absent()) {
    ++nulls_;
    return;
  }
  kinds_ |= Bit(value.tag == Tag::IntText ? Tag::Int : value.tag);
  if (value.tag != Tag::Array) return;
  if (!element_) element_ = std::make_unique<InferredType>();
  for (uint64_t i = 0; i < value.array->size; ++i) element_->Add(value.array->elements()[i]);
}

std::string InferredType::Name() const {
  if (kinds_ == Bit(Tag::Array)) {
    return "[" + (element_->kinds_ == 0 ? "any" : element_->Name()) + "]";
  }
  return (kinds_ & kContainers) != 0 ? "any" : ScalarName(kinds_);
}

void TypeInference::Add(const std::string& type, const abi::Cell& event) {
  Seen& seen = types_[type];
  ++seen.events;
  for (uint64_t i = 0; i < event.map->size; ++i) {
    const abi::MapEntry& entry = event.map->entries()[i];
    auto field = seen.fields.find(entry.key.view());
    if (field == seen.fields.end()) {
      if (seen.fields.size() >= limits::kMaxEventFields) {
        ++seen.left_out;
        continue;
      }
      field = seen.fields.emplace(entry.key.view(), InferredType()).first;
    }
    field->second.Add(entry.value);
  }
}

std::vector<TypeInference::Event> TypeInference::Events() const {
  std::vector<Event> events;
  for (const auto& [name, seen] : types_) {
    Event& event = events.emplace_back(Event{name, seen.events, {}, seen.left_out});
    for (const auto& [field, type] : seen.fields) {
      const bool sometimes = type.has_nulls() || type.values() < seen.events;
      event.fields.push_back({field, type.Name() + (sometimes ? "?" : "")});
    }
  }
  return events;
}

}  // namespace varpulis::io
