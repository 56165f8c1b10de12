#pragma once

// What pipelines have been told, in order, before they see it (decisions E2 to E4). One thread writes all that
// waits as one synced batch and at once begins with the next: many records share a sync, and none waits for
// a timer.
//
//   `<pipeline>/<last number>` -> number:u64 | size:u32 | bytes ...      one key per pipeline and commit

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/status.h"
#include "server/store/database.h"

namespace varpulis::store {

struct JournalOptions {
  // Between two looks at whether a full disk has room again.
  int64_t retry_ns = 1'000'000'000;
  // A write or a sync has failed for another reason than a full disk: what is durable is not known any more.
  // Empty: the process ends with exit code 4, and nothing is answered (decision E7).
  std::function<void(const Status&)> fatal = {};
};

// Thread-safe.
class Journal {
 public:
  // OK: the record will survive. Else it was not written, and will not come back. On the journal's thread,
  // in the order of Append; must not wait.
  using Done = std::function<void(const Status&)>;

  // `database` outlives it.
  Journal(Database& database, JournalOptions options);
  // Writes what waits.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // `number` is greater than that of every record of the pipeline before it. How much waits is bounded by the
  // queues of the pipelines.
  void Append(std::string pipeline, uint64_t number, std::string bytes, Done done);
  // Calls `done` behind everything that was appended before, whatever has become of it.
  void AfterAll(Done done) { Append({}, 0, {}, std::move(done)); }
  // Why nothing can be written now; empty: it can.
  std::string trouble() const;
  // Somebody else could not write to the database because the disk is full.
  void ReportFull(const Status& status);

  // Calls visit(number, bytes) for the records of the pipeline behind `after`, in order, until it returns
  // false. Before anything is appended.
  using Visit = std::function<bool(uint64_t number, std::string_view bytes)>;
  Status Read(std::string_view pipeline, uint64_t after, const Visit& visit);
  // Adds to the batch the removal of all records up to `number`; blocks with later ones stay whole.
  static void Trim(WriteBatch& batch, std::string_view pipeline, uint64_t number);
  // ... and that was written.
  void CountTrimmed(std::string_view pipeline, uint64_t number);
  // Bytes of all records that are kept.
  uint64_t bytes() const;

 private:
  struct Entry {
    std::string pipeline;
    uint64_t number;  // 0: nothing to write
    std::string bytes;
    Done done;
  };
  struct Block {
    uint64_t last;
    uint64_t bytes;
  };

  void Run();
  Status Commit(const std::vector<Entry>& entries);
  void CountBlock(const std::string& pipeline, Block block);
  void Finish(std::vector<Entry>& entries, const Status& status);
  void AwaitRoom(const Status& status);
  Status DeleteFailed();

  Database& database_;
  const JournalOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::vector<Entry> waiting_;
  bool stopping_ = false;
  Status full_;  // what was reported and not looked at
  std::string trouble_;
  std::map<std::string, std::deque<Block>, std::less<>> blocks_;
  uint64_t bytes_ = 0;
  // Of the thread: keys of failed commits.
  std::vector<std::string> failed_keys_;
  std::thread thread_;
};

}  // namespace varpulis::store
