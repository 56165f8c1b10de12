#include "server/store/store.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "server/store/disk_test_support.h"
#include "server/store/replay_marker.h"

namespace varpulis::store {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class Stored : public ::testing::Test {
 protected:
  Stored() {
    char name[] = "/tmp/varpulis-store-test-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~Stored() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  StoreOptions Options() {
    return {.folder = folder_,
            .engine = "1.2.3",
            .max_journal_bytes = max_journal_bytes_,
            .journal = {.retry_ns = 1'000'000, .fatal = [this](const Status&) { ++fatal_; }},
            .env = env_.get()};
  }
  void Open() {
    store_.reset();
    Result<std::unique_ptr<Store>> store = Store::Open(Options());
    ASSERT_TRUE(store.ok()) << store.status().message();
    store_ = std::move(*store);
  }
  Status WhyNot() { return Store::Open(Options()).status(); }

  // The status of each of the records, once all are known.
  std::vector<bool> Append(const std::vector<std::pair<uint64_t, std::string>>& records,
                           const std::string& pipeline = "p") {
    std::mutex mutex;
    std::condition_variable came;
    std::vector<bool> durable;
    for (const auto& [number, bytes] : records) {
      store_->journal().Append(pipeline, number, bytes, [&](const Status& status) {
        std::lock_guard lock(mutex);
        durable.push_back(status.ok());
        came.notify_all();
      });
    }
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return durable.size() == records.size(); });
    return durable;
  }
  std::vector<std::pair<uint64_t, std::string>> Read(uint64_t after = 0,
                                                     const std::string& pipeline = "p") {
    std::vector<std::pair<uint64_t, std::string>> records;
    const Status status =
        store_->journal().Read(pipeline, after, [&](uint64_t number, std::string_view bytes) {
          records.emplace_back(number, bytes);
          return true;
        });
    EXPECT_TRUE(status.ok()) << status.message();
    return records;
  }
  void WriteCheckpoint(uint64_t number, uint64_t record, const std::string& bytes) {
    const Status status = store_->WriteCheckpoint(
        "p", {.number = number, .record = record, .created = 7, .events = 9}, bytes, nullptr);
    EXPECT_TRUE(status.ok()) << status.message();
  }
  std::vector<uint64_t> Numbers() {
    std::vector<uint64_t> numbers;
    const Result<std::vector<CheckpointEntry>> entries = store_->Checkpoints("p");
    for (const CheckpointEntry& entry : entries.value()) numbers.push_back(entry.number);
    return numbers;
  }

  std::string folder_;
  std::shared_ptr<testing::Disk> disk_ = std::make_shared<testing::Disk>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
  uint64_t max_journal_bytes_ = 1u << 30;
  std::atomic<int> fatal_{0};
  std::unique_ptr<Store> store_;
};

TEST_F(Stored, tenants_and_pipelines_come_back_in_order_of_creation) {
  Open();
  const auth::Tenant second("b", "Bo \"x\"", "secret", {.max_pipelines = 3}, 2);
  ASSERT_TRUE(store_->Save(second.record()).ok());
  ASSERT_TRUE(store_->Save(auth::Tenant("z", "Zoe", "other", {}, 1).record()).ok());
  const PipelineRecord pipeline{.id = "p",
                                .tenant_id = "b",
                                .name = "fraud",
                                .source = "stream é",
                                .path = "/w/fraud.vpl",
                                .imports = {{"/w/lib.vpl", "/v/lib.vpl", "let x = 1"}},
                                .generation = 4,
                                .number = 8,
                                .created_at = -5,
                                .deploy_key = "k"};
  ASSERT_TRUE(store_->WriteCheckpoint("p", {.number = 1}, "state", &pipeline).ok());
  ASSERT_TRUE(store_->SetPaused("p", true).ok());
  EXPECT_EQ(store_->SetPaused("q", true).code(), StatusCode::NotFound);
  Open();
  const auto tenants = store_->Tenants().value();
  ASSERT_EQ(tenants.size(), 2u);
  EXPECT_EQ(tenants[0].id, "z");
  EXPECT_EQ(tenants[1].name, "Bo \"x\"");
  EXPECT_EQ(tenants[1].quota.max_pipelines, 3u);
  EXPECT_TRUE(auth::Tenant(tenants[1]).HasKey(auth::DigestOf("secret")));
  EXPECT_EQ(auth::Tenant(tenants[1]).masked_key(), second.masked_key());
  const auto pipelines = store_->Pipelines().value();
  ASSERT_EQ(pipelines.size(), 1u);
  EXPECT_EQ(pipelines[0].source, "stream é");
  EXPECT_TRUE(pipelines[0].paused);
  EXPECT_EQ(pipelines[0].path, "/w/fraud.vpl");
  ASSERT_EQ(pipelines[0].imports.size(), 1u);
  EXPECT_EQ(pipelines[0].imports[0].identity, "/v/lib.vpl");
  EXPECT_EQ(pipelines[0].imports[0].text, "let x = 1");
  EXPECT_EQ(pipelines[0].generation, 4u);
  EXPECT_EQ(pipelines[0].created_at, -5);
  EXPECT_EQ(pipelines[0].deploy_key, "k");
}

TEST_F(Stored, keys_are_never_there_in_clear) {
  Open();
  ASSERT_TRUE(store_->Save(auth::Tenant("b", "b", "vpk_verysecret", {}, 1).record()).ok());
  store_.reset();
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    EXPECT_EQ(text.find("verysecret"), std::string::npos) << entry.path();
  }
}

TEST_F(Stored, one_process_at_a_time) {
  Open();
  EXPECT_EQ(WhyNot().code(), StatusCode::Unavailable);
  EXPECT_THAT(WhyNot().message(), HasSubstr(std::to_string(getpid())));
  store_.reset();
  EXPECT_TRUE(WhyNot().ok());
}

TEST_F(Stored, a_folder_of_other_things_is_left_alone) {
  std::ofstream(folder_ + "/holiday.jpg") << "x";
  EXPECT_EQ(WhyNot().code(), StatusCode::InvalidArgument);
  EXPECT_THAT(WhyNot().message(), HasSubstr("holiday.jpg"));
  EXPECT_FALSE(fs::exists(folder_ + "/db"));
}

TEST_F(Stored, a_state_of_a_newer_format_is_refused_with_both_versions) {
  Open();
  store_.reset();
  {
    auto database = Database::Open(folder_ + "/db");
    ASSERT_TRUE(database.ok());
    WriteBatch batch(**database);
    batch.Put(Family::Meta, "format", "77");
    batch.Put(Family::Meta, "engine", "9.9.9");
    ASSERT_TRUE((*database)->Write(batch, true).ok());
  }
  EXPECT_EQ(WhyNot().code(), StatusCode::Unavailable);
  EXPECT_THAT(WhyNot().message(), HasSubstr("format 77"));
  EXPECT_THAT(WhyNot().message(), HasSubstr("9.9.9"));
  EXPECT_THAT(WhyNot().message(), HasSubstr("1.2.3"));
}

TEST_F(Stored, a_damaged_database_is_told_as_such) {
  Open();
  store_.reset();
  std::ofstream(folder_ + "/db/CURRENT", std::ios::trunc) << "nonsense\n";
  EXPECT_FALSE(WhyNot().ok());
  EXPECT_THAT(WhyNot().message(), HasSubstr(folder_ + "/db"));
}

TEST_F(Stored, records_come_back_in_order_behind_a_number) {
  Open();
  EXPECT_THAT(Append({{1, "a"}, {2, ""}, {5, "c"}}), ElementsAre(true, true, true));
  Append({{3, "other"}}, "q");
  Append({{6, std::string(100'000, 'd')}});
  Open();
  EXPECT_THAT(Read(), ElementsAre(Pair(1, "a"), Pair(2, ""), Pair(5, "c"),
                                  Pair(6, std::string(100'000, 'd'))));
  EXPECT_THAT(Read(2), ElementsAre(Pair(5, "c"), Pair(6, std::string(100'000, 'd'))));
  EXPECT_THAT(Read(6), IsEmpty());
  EXPECT_THAT(Read(0, "q"), ElementsAre(Pair(3, "other")));
}

TEST_F(Stored, what_is_acknowledged_survives_a_loss_of_power_and_the_rest_may_go) {
  Open();
  for (uint64_t i = 1; i <= 50; ++i)
    ASSERT_THAT(Append({{i, "record " + std::to_string(i)}}), ElementsAre(true));
  disk_->is_broken = true;  // nothing comes to the disk any more, not even when files are closed
  store_.reset();
  disk_->LosePower();
  disk_->is_broken = false;
  Open();
  ASSERT_EQ(Read().size(), 50u);
  EXPECT_EQ(Read().back().second, "record 50");
}

TEST_F(Stored, a_full_disk_refuses_records_for_good_and_recovers) {
  Open();
  Append({{1, "a"}});
  disk_->is_full = true;
  EXPECT_THAT(Append({{2, "b"}}), ElementsAre(false));
  EXPECT_THAT(store_->journal().trouble(), HasSubstr("no room"));
  EXPECT_THAT(Append({{3, "c"}}), ElementsAre(false));
  disk_->is_full = false;
  while (!store_->journal().trouble().empty())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_THAT(Append({{4, "d"}}), ElementsAre(true));
  EXPECT_EQ(fatal_, 0);
  Open();
  EXPECT_THAT(Read(), ElementsAre(Pair(1, "a"), Pair(4, "d")));
}

TEST_F(Stored, a_broken_disk_is_fatal_and_acknowledges_nothing) {
  Open();
  disk_->is_broken = true;
  EXPECT_THAT(Append({{1, "a"}}), ElementsAre(false));
  EXPECT_EQ(fatal_, 1);
  disk_->is_broken = false;
}

TEST_F(Stored, order_is_kept_without_writing_and_while_nothing_can_be_written) {
  Open();
  disk_->is_full = true;
  std::vector<std::string> order;
  std::mutex mutex;
  store_->journal().Append("p", 1, "a", [&](const Status& status) {
    std::lock_guard lock(mutex);
    order.push_back(status.ok() ? "written" : "refused");
  });
  std::atomic<bool> done{false};
  store_->journal().AfterAll([&](const Status& status) {
    std::lock_guard lock(mutex);
    order.push_back(status.ok() ? "after" : "not after");
    done = true;
  });
  while (!done) std::this_thread::yield();
  EXPECT_THAT(order, ElementsAre("refused", "after"));
  disk_->is_full = false;
}

TEST_F(Stored, a_checkpoint_is_there_whole_or_not_at_all) {
  Open();
  std::string large;
  for (size_t i = 0; i < 5'000'000; ++i) large += static_cast<char>(i * 7 % 251);
  WriteCheckpoint(1, 10, large);
  Open();
  EXPECT_EQ(store_->ReadCheckpoint("p", 1).value(), large);
  EXPECT_EQ(store_->ReadCheckpoint("p", 2).status().code(), StatusCode::NotFound);
  const CheckpointEntry entry = store_->Checkpoints("p").value().at(0);
  EXPECT_EQ(entry.record, 10u);
  EXPECT_EQ(entry.bytes, large.size());
  EXPECT_EQ(entry.created, 7);
  EXPECT_EQ(entry.events, 9u);
  // The disk gets full within the next one, whose number is used again.
  disk_->is_full = true;
  EXPECT_EQ(store_->WriteCheckpoint("p", {.number = 2, .record = 11}, large, nullptr).code(),
            StatusCode::ResourceExhausted);
  EXPECT_THAT(store_->journal().trouble(), HasSubstr("no room"));
  disk_->is_full = false;
  while (!store_->journal().trouble().empty())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_THAT(Numbers(), ElementsAre(1));
  WriteCheckpoint(2, 12, "small");
  EXPECT_EQ(store_->ReadCheckpoint("p", 2).value(), "small");
}

TEST_F(Stored, the_oldest_kept_checkpoint_keeps_its_journal) {
  Open();
  Append({{1, "a"}});
  Append({{2, "b"}, {3, "c"}});
  Open();
  EXPECT_EQ(Read().size(), 3u);
  const uint64_t before = store_->journal().bytes();
  EXPECT_GT(before, 0u);
  for (uint64_t i = 1; i <= limits::kKeptCheckpoints; ++i) WriteCheckpoint(i, i, "state");
  const uint64_t after = store_->journal().bytes();
  EXPECT_LT(after, before);
  Open();
  EXPECT_THAT(Read(1), ElementsAre(Pair(2, "b"), Pair(3, "c")));
  EXPECT_EQ(store_->journal().bytes(), after);
  WriteCheckpoint(4, 3, "state");
  EXPECT_THAT(Numbers(), ElementsAre(4, 3, 2));
  Open();
  EXPECT_EQ(Read(2).back(), (std::pair<uint64_t, std::string>(3, "c")));
  for (uint64_t i = 5; i <= 6; ++i) WriteCheckpoint(i, 3, "state");
  EXPECT_EQ(store_->journal().bytes(), 0u);
  EXPECT_THAT(Read(), IsEmpty());
}

TEST_F(Stored, more_journal_than_there_may_be_leaves_one_checkpoint) {
  max_journal_bytes_ = 300;
  Open();
  for (uint64_t i = 1; i <= 5; ++i) {
    Append({{i, std::string(300, 'x')}});
    WriteCheckpoint(i, i, "state");
  }
  EXPECT_THAT(Numbers(), ElementsAre(5));
  EXPECT_EQ(store_->journal().bytes(), 0u);
}

TEST_F(Stored, a_pipelines_record_changes_with_its_checkpoint) {
  Open();
  const PipelineRecord record{
      .id = "p", .tenant_id = "t", .name = "n", .source = "new", .path = "p.vpl", .generation = 2};
  ASSERT_TRUE(store_->WriteCheckpoint("p", {.number = 1}, "state", &record).ok());
  EXPECT_EQ(store_->Pipelines().value().at(0).source, "new");
  Append({{1, "a"}});
  const auth::TenantRecord tenant = auth::Tenant("t", "t", "k", {}, 1).record();
  ASSERT_TRUE(store_->DeletePipeline("p", &tenant).ok());
  EXPECT_THAT(store_->Pipelines().value(), IsEmpty());
  EXPECT_THAT(Numbers(), IsEmpty());
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_EQ(store_->Tenants().value().size(), 1u);
}

TEST_F(Stored, many_threads_append_and_each_sees_its_own_order) {
  Open();
  std::vector<std::thread> threads;
  std::atomic<int> durable{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (uint64_t i = 1; i <= 200; ++i) {
        store_->journal().Append("p" + std::to_string(t), i, std::to_string(i),
                                 [&](const Status& status) { durable += status.ok(); });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  while (durable < 800) std::this_thread::yield();
  Open();
  for (int t = 0; t < 4; ++t) {
    const auto records = Read(0, "p" + std::to_string(t));
    ASSERT_EQ(records.size(), 200u);
    for (uint64_t i = 0; i < 200; ++i) EXPECT_EQ(records[i].first, i + 1);
  }
}

TEST_F(Stored, a_marker_counts_processes_that_ended_at_the_same_record) {
  const std::string path = folder_ + "/replaying";
  const auto replay = [&](uint64_t record, bool ends) {
    auto marker = ReplayMarker::Open(path);
    EXPECT_TRUE(marker.ok());
    const uint32_t before = marker->EndedAt("pipeline", record);
    marker->Mark("pipeline", record);
    if (!ends) marker->Clear();
    return before;
  };
  EXPECT_EQ(replay(7, true), 0u);
  EXPECT_EQ(replay(7, true), 1u);
  EXPECT_EQ(replay(7, true), 2u);
  EXPECT_EQ(replay(8, true), 0u);
  EXPECT_EQ(replay(7, false), 0u);
  EXPECT_EQ(replay(7, false), 0u);
}

}  // namespace
}  // namespace varpulis::store
