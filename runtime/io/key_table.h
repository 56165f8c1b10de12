#pragma once

// Names that the reader knows, as small numbers: field keys of the plan's event tables, and event
// types. Built once per reader, then only read.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/plan.h"

namespace varpulis::io {

// An open-addressing hash table from name to index of insertion.
class NameTable {
 public:
  static constexpr uint32_t kAbsent = UINT32_MAX;

  // The index of the name, added if it is new.
  uint32_t Add(std::string_view name);
  uint32_t Find(std::string_view name) const;
  uint32_t size() const { return static_cast<uint32_t>(names_.size()); }
  const std::string& name(uint32_t index) const { return names_[index]; }

 private:
  void Rehash(size_t buckets);

  std::vector<std::string> names_;
  std::vector<uint32_t> buckets_;  // index, or kAbsent
};

// The ids of SpecialKey, then every column and declared field of the plan's event tables and the
// extra keys. All other keys share the id unknown().
class KeyTable {
 public:
  KeyTable(const ir::Plan& plan, std::span<const std::string> extra_keys);

  uint32_t Find(std::string_view key) const {
    uint32_t id = names_.Find(key);
    return id == NameTable::kAbsent ? unknown() : id;
  }
  uint32_t unknown() const { return names_.size(); }

 private:
  NameTable names_;
};

}  // namespace varpulis::io
