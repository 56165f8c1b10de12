#include "runtime/state/state_reader.h"

#include <simdjson.h>

#include "base/limits.h"

namespace varpulis::state {

Status StateReader::status() const {
  return ok() ? Status() : Status(StatusCode::Malformed, reason_);
}

void StateReader::Fail(std::string_view reason) {
  if (ok()) reason_ = reason;
  bytes_ = {};
}

bool StateReader::Flag() {
  const uint8_t byte = Byte();
  Require(byte <= 1, "neither true nor false");
  return byte == 1;
}

uint64_t StateReader::Count(size_t least_bytes, uint64_t limit) {
  const uint64_t count = U64();
  Require(count <= limit, "more than there may be");
  Require(count <= bytes_.size() / least_bytes, "more than there are bytes for");
  return ok() ? count : 0;
}

std::string_view StateReader::Bytes(size_t size) {
  Require(size <= bytes_.size(), "it ends too early");
  if (!ok()) return {};
  const std::string_view taken = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  return taken;
}

std::string_view StateReader::Text() {
  const std::string_view text = Bytes(U32());
  Require(simdjson::validate_utf8(text.data(), text.size()), "text that is not UTF-8");
  return ok() ? text : std::string_view();
}

abi::Cell StateReader::Value() {
  containers_.Reset();
  const abi::Cell value = Value(0);
  return ok() ? value : abi::Cell::Missing();
}

abi::Cell StateReader::Value(int depth) {
  const uint8_t tag = Byte();
  Require(tag <= static_cast<uint8_t>(abi::Tag::Map), "a value of no known kind");
  if (!ok()) return abi::Cell::Missing();
  switch (static_cast<abi::Tag>(tag)) {
    case abi::Tag::Missing:
      return abi::Cell::Missing();
    case abi::Tag::Null:
      return abi::Cell::Null();
    case abi::Tag::Bool:
      return abi::Cell::Bool(Flag());
    case abi::Tag::Int:
    case abi::Tag::IntText:
    case abi::Tag::Timestamp:
    case abi::Tag::Duration:
      return abi::Cell::Int(I64(), static_cast<abi::Tag>(tag));
    case abi::Tag::Float:
      return abi::Cell::Float(F64());
    case abi::Tag::Str:
      return abi::Cell::Str(abi::VplString::Borrow(Text()));
    case abi::Tag::Array:
      return Array(depth + 1);
    case abi::Tag::Map:
      return Map(depth + 1);
  }
  return abi::Cell::Missing();
}

abi::Cell StateReader::Array(int depth) {
  Require(depth <= limits::kMaxEventNesting, "values that nest too deeply");
  const uint64_t size = Count(1);
  if (!ok()) return abi::Cell::Missing();
  auto* array = reinterpret_cast<abi::ArrayValue*>(
      containers_.Allocate(sizeof(abi::ArrayValue) + size * sizeof(abi::Cell)));
  array->size = size;
  for (uint64_t i = 0; i < size; ++i) array->elements()[i] = Value(depth);
  abi::Cell cell(abi::Tag::Array);
  cell.array = array;
  return cell;
}

abi::Cell StateReader::Map(int depth) {
  Require(depth <= limits::kMaxEventNesting, "values that nest too deeply");
  const uint64_t size = Count(sizeof(uint32_t) + 1);
  if (!ok()) return abi::Cell::Missing();
  auto* map = reinterpret_cast<abi::MapValue*>(
      containers_.Allocate(sizeof(abi::MapValue) + size * sizeof(abi::MapEntry)));
  map->size = size;
  for (uint64_t i = 0; i < size; ++i) {
    const abi::VplString key = abi::VplString::Borrow(Text());
    map->entries()[i] = {key, Value(depth)};
  }
  abi::Cell cell(abi::Tag::Map);
  cell.map = map;
  return cell;
}

}  // namespace varpulis::state
