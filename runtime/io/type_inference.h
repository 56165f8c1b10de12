#pragma once

// Declarations for event types that are known by example (language-later.md 13.2).

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/kernel_abi.h"

namespace varpulis::io {

// What a field, or the elements of an array, may hold.
class InferredType {
 public:
  void Add(const abi::Cell& value);
  // `int`, `[str]`, ...: int and float together are float, other scalars together are str, and what only a value
  // without a type can hold is any. Of nulls alone nothing is known: str.
  std::string Name() const;
  bool has_nulls() const { return nulls_ > 0; }
  uint64_t values() const { return values_; }

 private:
  uint32_t kinds_ = 0;  // bit per abi::Tag, IntText as Int
  uint64_t values_ = 0;
  uint64_t nulls_ = 0;
  std::unique_ptr<InferredType> element_;
};

// Not thread-safe.
class TypeInference {
 public:
  // `event` is a map of all fields. Beyond limits::kMaxEventFields new fields of a type are counted only.
  void Add(const std::string& type, const abi::Cell& event);

  struct Field {
    std::string name;
    std::string type;  // with a `?` if an event had no value
  };
  struct Event {
    std::string name;
    uint64_t events = 0;
    std::vector<Field> fields;
    uint64_t left_out = 0;  // values of fields beyond the limit
  };
  // Types and their fields in alphabetical order.
  std::vector<Event> Events() const;

 private:
  struct Seen {
    uint64_t events = 0;
    uint64_t left_out = 0;
    std::map<std::string, InferredType, std::less<>> fields;
  };
  std::map<std::string, Seen> types_;
};

}  // namespace varpulis::io
