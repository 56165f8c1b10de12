#pragma once

// A RocksDB behind our types: ordered keys in a few families, and batches that are written whole or not at
// all. A batch that was written with `sync` survives the loss of power, and so does everything that was
// written before it.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "base/status.h"

namespace rocksdb {
class Env;
}

namespace varpulis::store {

// Column families (operations.md 5.3); `outbox` is kept for routing between workers.
enum class Family : uint8_t { Meta, Tenants, Pipelines, Checkpoints, Journal, Outbox };
inline constexpr std::array<const char*, 6> kFamilyNames = {"meta",        "tenants", "pipelines",
                                                            "checkpoints", "journal", "outbox"};

class Database;

// What is to be written together, to the database that it was made for. Not thread-safe.
class WriteBatch {
 public:
  explicit WriteBatch(const Database& database);
  ~WriteBatch();
  WriteBatch(WriteBatch&&) noexcept;
  WriteBatch& operator=(WriteBatch&&) noexcept;

  void Put(Family family, std::string_view key, std::string_view value);
  void Delete(Family family, std::string_view key);
  // Keys from `begin` on, before `end`.
  void DeleteRange(Family family, std::string_view begin, std::string_view end);

 private:
  friend class Database;
  struct Content;
  std::unique_ptr<Content> content_;
};

// Thread-safe. Failures are ResourceExhausted (the disk is full), Malformed (what is there is damaged) or
// IoError.
class Database {
 public:
  // Makes it if it is not there. Unavailable: somebody else has it open. `env` is how it reaches the disk,
  // null for the usual way; it outlives the database.
  static Result<std::unique_ptr<Database>> Open(const std::string& path,
                                                rocksdb::Env* env = nullptr);
  ~Database();

  Status Write(const WriteBatch& batch, bool sync);
  // Nothing: there is no such key.
  Result<std::optional<std::string>> Get(Family family, std::string_view key) const;
  // Calls visit(key, value) in the order of keys, from `begin` on and before `end`, until it returns false.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  Status ForEach(Family family, std::string_view begin, std::string_view end,
                 const Visit& visit) const;
  // After a full disk: begins again with what is durable, if there is room. Others wait meanwhile; until it
  // succeeds all calls fail.
  Status Reopen();

 private:
  friend class WriteBatch;
  struct Files;
  Database(std::string path, rocksdb::Env* env);
  Status OpenFiles();

  const std::string path_;
  rocksdb::Env* const env_;
  mutable std::shared_mutex mutex_;  // exclusive while it is opened again
  std::unique_ptr<Files> files_;     // null: it could not be opened again
};

}  // namespace varpulis::store
