#pragma once

// Physical types of kernel values, columns and record slots.

#include <cstdint>
#include <optional>
#include <string_view>

namespace varpulis::ir {

enum class Type : uint8_t {
  Bool,       // one byte, 0 or 1
  Int,        // int64
  Float,      // IEEE double
  Str,        // abi::VplString
  Timestamp,  // int64 nanoseconds since the epoch
  Duration,   // int64 nanoseconds
  Any,        // abi::Cell: the tag says what it is; fields of undeclared events are Any
  Set,        // record slots only: a set of distinct values owned by the record
  List,       // record slots only: values in the order in which they came, owned by the record
};

// Types of which there are no values, only slots that hold something.
constexpr bool IsSlotOnly(Type type) { return type == Type::Set || type == Type::List; }

// "bool" "i64" "f64" "str" "ts" "dur" "any" "set" "list": how types are written in kernel text.
std::string_view TypeName(Type type);
std::optional<Type> ParseTypeName(std::string_view name);

// True for the types whose payload is one signed 64-bit number.
constexpr bool IsInt64(Type type) {
  return type == Type::Int || type == Type::Timestamp || type == Type::Duration;
}

}  // namespace varpulis::ir
