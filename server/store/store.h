#pragma once

// Everything that a server keeps in its state directory (operations.md 5.3, 6.5; decisions E2 to E7, E25). The
// front door of this folder.
//
//   tenants      <id>                         -> JSON
//   pipelines    <id>                         -> JSON
//   checkpoints  m<id>/<number>               -> what it is; written last: without it there is no checkpoint
//                p<id>/<number><piece>        -> its bytes, in pieces
//   journal      <id>/<last number>           -> records (journal.h)
//   meta         format, engine; given-up/<id> -> version and reason

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "base/time.h"
#include "server/auth/tenant.h"
#include "server/store/database.h"
#include "server/store/journal.h"
#include "server/store/records.h"
#include "server/store/state_directory.h"

namespace varpulis::store {

inline constexpr uint32_t kStateFormat = 1;

struct StoreOptions {
  std::string folder;
  std::string engine;  // version of who opens it, for people
  // Beyond it only the newest checkpoint of a pipeline is kept, with the journal behind it.
  uint64_t max_journal_bytes = 4096ull << 20;
  size_t kept_checkpoints = limits::kKeptCheckpoints;  // per pipeline, at least 1
  JournalOptions journal = {};
  rocksdb::Env* env = nullptr;  // as Database::Open
};

// What is known of a checkpoint without reading it.
struct CheckpointEntry {
  uint64_t number = 0;  // of the pipeline's checkpoints, from 1
  uint64_t record = 0;  // the last journal record that it holds
  uint64_t bytes = 0;
  TimestampNs created = 0;
  uint64_t events = 0;  // that the pipeline had processed
};

// Thread-safe, but for one writer of checkpoints per pipeline at a time. Everything is durable when a call
// returns OK, and nothing of it is there when it does not.
class Store {
 public:
  // Codes of StateDirectory::Open; Malformed, IoError, ResourceExhausted of the database; Unavailable as
  // well if it was written by a newer version, which the message names with ours.
  static Result<std::unique_ptr<Store>> Open(StoreOptions options);

  const StateDirectory& directory() const { return directory_; }
  Journal& journal() { return *journal_; }

  // In order of creation.
  Result<std::vector<auth::TenantRecord>> Tenants() const;
  Result<std::vector<PipelineRecord>> Pipelines() const;
  Status Save(const auth::TenantRecord& tenant);
  Status DeleteTenant(std::string_view id);
  // Of a pipeline that is there.
  Status SetPaused(std::string_view pipeline, bool paused);
  // With its checkpoints and its journal. `tenant`, unless it is null, is what its owner's record is now.
  Status DeletePipeline(std::string_view id, const auth::TenantRecord* tenant);

  // Why the pipeline is not to be replayed again by this version of the program; empty: it may be.
  Result<std::string> GivenUp(std::string_view pipeline) const;
  Status GiveUp(std::string_view pipeline, const std::string& why);

  // The newest first.
  Result<std::vector<CheckpointEntry>> Checkpoints(std::string_view pipeline) const;
  // NotFound if there is none of that number.
  Result<std::string> ReadCheckpoint(std::string_view pipeline, uint64_t number) const;
  // `entry.number` is greater than those before it. With it, in one piece: the pipeline's record unless it is
  // null, the removal of what is too old, and of the journal that nobody needs any more.
  Status WriteCheckpoint(std::string_view pipeline, CheckpointEntry entry, std::string_view bytes,
                         const PipelineRecord* record);

 private:
  Store(StateDirectory directory, std::unique_ptr<Database> database, StoreOptions options);
  static Status CheckFormat(Database& database, const std::string& engine);
  Status Write(const WriteBatch& batch, bool sync = true);
  Status WritePieces(std::string_view pipeline, uint64_t number, std::string_view bytes);

  StateDirectory directory_;
  const StoreOptions options_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace varpulis::store
