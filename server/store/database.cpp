#include "server/store/database.h"

#include <utility>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

namespace varpulis::store {
namespace {

constexpr size_t kMiB = 1u << 20;
// Of all families together, in memory.
constexpr size_t kWriteBufferBytes = 128 * kMiB;
// So much room there must be before it is opened again.
constexpr size_t kProbeBytes = kMiB;
constexpr size_t kBlockCacheBytes = 32 * kMiB;
// Families that are rarely written to hold on to old logs; beyond this they are flushed.
constexpr uint64_t kMaxLogBytes = 512 * kMiB;

rocksdb::Slice SliceOf(std::string_view text) { return {text.data(), text.size()}; }
std::string_view ViewOf(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Status StatusOf(const rocksdb::Status& status) {
  if (status.ok()) return Status();
  StatusCode code = StatusCode::IoError;
  if (status.IsNoSpace()) {
    code = StatusCode::ResourceExhausted;
  } else if (status.IsCorruption()) {
    code = StatusCode::Malformed;
  }
  return Status(code, status.ToString());
}

Status NotOpen() {
  return Status(StatusCode::ResourceExhausted, "the disk was full, and nothing can be written yet");
}

rocksdb::DBOptions OptionsWith(rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  // A write that was cut off was acknowledged to nobody.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.recycle_log_file_num = 0;
  options.max_total_wal_size = kMaxLogBytes;
  options.db_write_buffer_size = kWriteBufferBytes;
  options.keep_log_file_num = 4;
  options.max_log_file_size = 4 * kMiB;
  options.max_open_files = 512;
  if (env != nullptr) options.env = env;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> Families() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  rocksdb::ColumnFamilyOptions options;
  options.compression = rocksdb::kLZ4Compression;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, options);
  for (const char* name : kFamilyNames) families.emplace_back(name, options);
  return families;
}

}  // namespace

struct Database::Files {
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;  // the default one, then as kFamilyNames

  ~Files() {
    for (rocksdb::ColumnFamilyHandle* handle : handles) (void)db->DestroyColumnFamilyHandle(handle);
    if (db) (void)db->Close();
  }
  rocksdb::ColumnFamilyHandle* of(Family family) const {
    return handles[static_cast<size_t>(family) + 1];
  }
};

struct WriteBatch::Content {
  const Database& database;
  rocksdb::WriteBatch raw;
  Status status;  // the first failure

  // Handles are good until the database is opened again, the numbers in a batch for ever.
  template <typename Add>
  void Take(Family family, const Add& add) {
    std::shared_lock lock(database.mutex_);
    if (!database.files_) {
      status = NotOpen();
    } else if (status.ok()) {
      status = StatusOf(add(database.files_->of(family)));
    }
  }
};

WriteBatch::WriteBatch(const Database& database)
    : content_(new Content{database, rocksdb::WriteBatch(), Status()}) {}
WriteBatch::~WriteBatch() = default;
WriteBatch::WriteBatch(WriteBatch&&) noexcept = default;
WriteBatch& WriteBatch::operator=(WriteBatch&&) noexcept = default;

void WriteBatch::Put(Family family, std::string_view key, std::string_view value) {
  content_->Take(family, [&](rocksdb::ColumnFamilyHandle* handle) {
    return content_->raw.Put(handle, SliceOf(key), SliceOf(value));
  });
}

void WriteBatch::Delete(Family family, std::string_view key) {
  content_->Take(family, [&](rocksdb::ColumnFamilyHandle* handle) {
    return content_->raw.Delete(handle, SliceOf(key));
  });
}

void WriteBatch::DeleteRange(Family family, std::string_view begin, std::string_view end) {
  content_->Take(family, [&](rocksdb::ColumnFamilyHandle* handle) {
    return content_->raw.DeleteRange(handle, SliceOf(begin), SliceOf(end));
  });
}

Database::Database(std::string path, rocksdb::Env* env) : path_(std::move(path)), env_(env) {}
Database::~Database() = default;

Status Database::OpenFiles() {
  auto files = std::make_unique<Files>();
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(OptionsWith(env_), path_, Families(), &files->handles, &db);
  files->db.reset(db);
  if (!status.ok()) {
    // The lock is told as an I/O error with these words.
    const bool is_locked =
        status.IsIOError() && status.ToString().find("lock ") != std::string::npos;
    if (is_locked) return Status(StatusCode::Unavailable, status.ToString());
    return StatusOf(status);
  }
  files_ = std::move(files);
  return Status();
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& path, rocksdb::Env* env) {
  std::unique_ptr<Database> database(new Database(path, env));
  if (Status status = database->OpenFiles(); !status.ok()) return status;
  return database;
}

// RocksDB's own way back gives up for good if the disk is still full when it tries.
Status Database::Reopen() {
  std::lock_guard lock(mutex_);
  rocksdb::Env* env = env_ != nullptr ? env_ : rocksdb::Env::Default();
  const std::string probe = path_ + ".probe";
  const rocksdb::Status room =
      rocksdb::WriteStringToFile(env, std::string(kProbeBytes, '\0'), probe, true);
  (void)env->DeleteFile(probe);
  if (!room.ok()) return StatusOf(room);
  files_.reset();
  return OpenFiles();
}

Status Database::Write(const WriteBatch& batch, bool sync) {
  WriteBatch::Content& content = *batch.content_;
  if (!content.status.ok()) return content.status;
  std::shared_lock lock(mutex_);
  if (!files_) return NotOpen();
  rocksdb::WriteOptions options;
  options.sync = sync;
  return StatusOf(files_->db->Write(options, &content.raw));
}

Result<std::optional<std::string>> Database::Get(Family family, std::string_view key) const {
  std::shared_lock lock(mutex_);
  if (!files_) return NotOpen();
  std::string value;
  const rocksdb::Status status =
      files_->db->Get(rocksdb::ReadOptions(), files_->of(family), SliceOf(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return StatusOf(status);
  return std::optional<std::string>(std::move(value));
}

Status Database::ForEach(Family family, std::string_view begin, std::string_view end,
                         const Visit& visit) const {
  std::shared_lock lock(mutex_);
  if (!files_) return NotOpen();
  const std::unique_ptr<rocksdb::Iterator> at(
      files_->db->NewIterator(rocksdb::ReadOptions(), files_->of(family)));
  for (at->Seek(SliceOf(begin)); at->Valid() && ViewOf(at->key()) < end; at->Next()) {
    if (!visit(ViewOf(at->key()), ViewOf(at->value()))) break;
  }
  return StatusOf(at->status());
}

}  // namespace varpulis::store
