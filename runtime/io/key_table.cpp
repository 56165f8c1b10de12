#include "runtime/io/key_table.h"

#include <cstring>

#include "base/check.h"
#include "runtime/io/field.h"

namespace varpulis::io {
namespace {

// Names differ in their length, beginning or end; that is enough to spread a few hundred of them.
uint64_t HashName(std::string_view name) {
  uint64_t first = 0;
  uint64_t last = 0;
  if (name.size() >= 8) {
    std::memcpy(&first, name.data(), 8);
    std::memcpy(&last, name.data() + name.size() - 8, 8);
  } else {
    for (char c : name) first = first << 8 | static_cast<uint8_t>(c);
  }
  uint64_t hash = (first ^ name.size()) * 0x9E3779B97F4A7C15u;
  hash = (hash ^ hash >> 32 ^ last) * 0xD6E8FEB86659FD93u;
  return hash ^ hash >> 29;
}

}  // namespace

uint32_t NameTable::Find(std::string_view name) const {
  if (buckets_.empty()) return kAbsent;
  size_t mask = buckets_.size() - 1;
  for (size_t bucket = HashName(name) & mask;; bucket = (bucket + 1) & mask) {
    uint32_t index = buckets_[bucket];
    if (index == kAbsent || names_[index] == name) return index;
  }
}

uint32_t NameTable::Add(std::string_view name) {
  uint32_t found = Find(name);
  if (found != kAbsent) return found;
  names_.emplace_back(name);
  Rehash(names_.size() * 4);
  return size() - 1;
}

void NameTable::Rehash(size_t buckets) {
  size_t count = 16;
  while (count < buckets) count *= 2;
  // Still sparse: only the new name has to find its place.
  size_t first = count == buckets_.size() ? names_.size() - 1 : 0;
  if (first == 0) buckets_.assign(count, kAbsent);
  for (size_t index = first; index < names_.size(); ++index) {
    size_t bucket = HashName(names_[index]) & (count - 1);
    while (buckets_[bucket] != kAbsent) bucket = (bucket + 1) & (count - 1);
    buckets_[bucket] = static_cast<uint32_t>(index);
  }
}

KeyTable::KeyTable(const ir::Plan& plan, std::span<const std::string> extra_keys) {
  // In the order of SpecialKey.
  for (const char* key : {"event_type", "type", "@timestamp", "@version", "timestamp", "UtcTime",
                          "TimeCreated", "EventID", "Channel", "data", "fields"}) {
    names_.Add(key);
  }
  VPL_CHECK(names_.size() == kSpecialKeys);
  for (const ir::Table& table : plan.tables) {
    if (table.kind != ir::Table::Kind::Event) continue;
    for (const ir::TableColumn& column : table.columns) names_.Add(column.name);
    for (const ir::DeclaredField& field : table.fields) names_.Add(field.name);
  }
  for (const std::string& key : extra_keys) names_.Add(key);
}

}  // namespace varpulis::io
