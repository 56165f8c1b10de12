#pragma once

// A disk for tests of what happens when it fails.

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace varpulis::store::testing {

// A disk that can be full or broken, and that loses what was not synced when the power goes.
class Disk final : public rocksdb::FileSystemWrapper {
 public:
  Disk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "Disk"; }

  std::atomic<bool> is_full{false};
  std::atomic<bool> is_broken{false};

  // Every file keeps what was synced of it and no more.
  void LosePower() {
    std::lock_guard lock(mutex_);
    for (const auto& [name, size] : synced_) {
      std::error_code error;
      if (std::filesystem::exists(name)) std::filesystem::resize_file(name, size, error);
    }
  }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> inner;
    if (auto failure = Failure(); !failure.ok()) return failure;
    auto status = FileSystemWrapper::NewWritableFile(name, options, &inner, debug);
    if (status.ok()) *file = std::make_unique<File>(std::move(inner), name, *this);
    return status;
  }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> inner, std::string name, Disk& disk)
        : FSWritableFileOwnerWrapper(std::move(inner)), name_(std::move(name)), disk_(disk) {
      disk_.NoteSynced(name_, 0);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (auto failure = disk_.Failure(); !failure.ok()) return failure;
      size_ += data.size();
      return target()->Append(data, options, debug);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo&,
                             rocksdb::IODebugContext* debug) override {
      return Append(data, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      if (auto failure = disk_.Failure(); !failure.ok()) return failure;
      auto status = target()->Sync(options, debug);
      if (status.ok()) disk_.NoteSynced(name_, size_);
      return status;
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
      return Sync(options, debug);
    }

   private:
    const std::string name_;
    Disk& disk_;
    uint64_t size_ = 0;
  };

  rocksdb::IOStatus Failure() const {
    if (is_full) return rocksdb::IOStatus::NoSpace("no room on the disk");
    if (is_broken) return rocksdb::IOStatus::IOError("the disk is broken");
    return rocksdb::IOStatus::OK();
  }
  void NoteSynced(const std::string& name, uint64_t size) {
    std::lock_guard lock(mutex_);
    synced_[name] = size;
  }

  std::mutex mutex_;
  std::map<std::string, uint64_t> synced_;
};

}  // namespace varpulis::store::testing
