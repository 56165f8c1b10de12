#include "runtime/state/checkpoint_store.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace varpulis::state {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CheckpointStoreTest : public ::testing::Test {
 protected:
  CheckpointStoreTest() {
    folder_ = fs::temp_directory_path() / ("checkpoints-" + std::to_string(getpid()));
    fs::remove_all(folder_);
  }
  ~CheckpointStoreTest() override { fs::remove_all(folder_); }

  CheckpointStore Open() { return *CheckpointStore::Open(folder_.string()); }
  static std::string Bytes(uint64_t events) {
    Checkpoint checkpoint;
    checkpoint.events = events;
    checkpoint.sections.push_back({SectionKind::Stream, 2, "S", "form", std::string(1000, 'x')});
    return Encode(checkpoint);
  }

  fs::path folder_;
};

TEST_F(CheckpointStoreTest, KeepsTheNewestThree) {
  CheckpointStore store = Open();
  EXPECT_THAT(*store.Numbers(), IsEmpty());
  for (uint64_t i = 1; i <= 12; ++i) EXPECT_EQ(*store.Write(Bytes(i)), i);
  EXPECT_THAT(*store.Numbers(), ElementsAre(12, 11, 10));
  EXPECT_EQ(store.Read(10)->events, 10u);
  EXPECT_EQ(store.Read(9).status().code(), StatusCode::NotFound);
  // Another process counts on.
  EXPECT_EQ(*Open().Write(Bytes(13)), 13u);
}

TEST_F(CheckpointStoreTest, GivesBackWhatWasWritten) {
  CheckpointStore store = Open();
  ASSERT_TRUE(store.Write(Bytes(5)).ok());
  Result<Checkpoint> read = store.Read(1);
  ASSERT_TRUE(read.ok()) << read.status().message();
  ASSERT_EQ(read->sections.size(), 1u);
  EXPECT_EQ(read->sections[0].kind, SectionKind::Stream);
  EXPECT_EQ(read->sections[0].shard, 2u);
  EXPECT_EQ(read->sections[0].definition, "form");
  EXPECT_EQ(read->sections[0].body, std::string(1000, 'x'));
}

// A process that ended while it wrote has left a file, which is none of the checkpoints.
TEST_F(CheckpointStoreTest, OtherFilesAreNotLookedAt) {
  CheckpointStore store = Open();
  for (const char* name : {"unfinished", "1x", "007", "-1", "99999999999999999999", "0"})
    std::ofstream(folder_ / "checkpoint" / name) << "half of a";
  EXPECT_THAT(*store.Numbers(), IsEmpty());
  EXPECT_EQ(*store.Write(Bytes(1)), 1u);
  EXPECT_TRUE(store.Read(1).ok());
}

TEST_F(CheckpointStoreTest, DamageIsSaidWithThePath) {
  CheckpointStore store = Open();
  ASSERT_TRUE(store.Write(Bytes(1)).ok());
  fs::resize_file(store.PathOf(1), 500);
  const Status status = store.Read(1).status();
  EXPECT_EQ(status.code(), StatusCode::Malformed);
  EXPECT_THAT(status.message(), HasSubstr("checkpoint/1: the checkpoint is damaged: it ends"));
}

TEST_F(CheckpointStoreTest, AFolderThatCannotBeIsAFailure) {
  std::ofstream(folder_) << "a file";
  EXPECT_EQ(CheckpointStore::Open(folder_.string()).status().code(), StatusCode::IoError);
}

}  // namespace
}  // namespace varpulis::state
