#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/host/answer_test_support.h"
#include "server/host/pipeline_host.h"
#include "server/store/disk_test_support.h"

// What is there after a restart, and what reload and restore do to a pipeline; in one process, whose host is made anew.

namespace varpulis::host {
namespace {

using testing::Answer;
using ::testing::ElementsAre;
using testing::Events;
using testing::Fields;
using ::testing::HasSubstr;
using testing::Inject;
using ::testing::IsEmpty;

constexpr std::string_view kPair =
    "stream Pair = A as a -> B as b .within(5m) .where(a.u == b.u) .emit(u: a.u)";
constexpr std::string_view kHot =
    "stream Alert = Reading as t .where(t.value > 95) .emit(value: t.value)";

class Durable : public ::testing::Test {
 protected:
  Durable() {
    char name[] = "/tmp/varpulis-durable-test-XXXXXX";
    folder_ = mkdtemp(name);
    Start();
  }
  ~Durable() override {
    host_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // As a new process after a crash: nothing is saved before the old one ends.
  void Start() {
    host_.reset();
    store_.reset();
    auto store = store::Store::Open({.folder = folder_ + "/state",
                                     .engine = "1",
                                     .journal = {.retry_ns = kNsPerMs},
                                     .env = env_.get()});
    ASSERT_TRUE(store.ok()) << store.status().message();
    store_ = std::move(*store);
    tenants_ = std::make_unique<auth::TenantRegistry>(std::nullopt);
    const auto records = store_->Tenants();
    ASSERT_TRUE(records.ok());
    tenants_->Load(records.value());
    HostOptions options{.threads = 2, .store = store_.get(), .checkpoint_interval_ns = 0};
    options.engine = "1";
    options.clock.wall = [this] { return wall_.load(); };
    host_ = std::make_unique<PipelineHost>(std::move(options));
    const Status recovered = host_->Recover(*tenants_);
    ASSERT_TRUE(recovered.ok()) << recovered.message();
  }

  std::shared_ptr<Pipeline> Deploy(std::string_view source, std::string key = "") {
    Answer<DeployOutcome> answer;
    EXPECT_TRUE(
        host_->Deploy({tenants_->default_tenant(), "test", std::string(source), std::move(key)},
                      answer.Callback()));
    DeployOutcome outcome = answer.Wait();
    EXPECT_NE(outcome.pipeline, nullptr) << outcome.message;
    return outcome.pipeline;
  }
  std::shared_ptr<Pipeline> Find(const std::string& id) {
    auto pipeline = host_->Find("default", id);
    EXPECT_NE(pipeline, nullptr);
    return pipeline;
  }
  static std::string Event(std::string_view type, std::string_view fields) {
    return fmt::format(R"({{"event_type":"{}","fields":{{{}}}}})", type, fields);
  }
  CheckpointTaken Checkpoint(const std::shared_ptr<Pipeline>& pipeline) {
    Answer<CheckpointTaken> answer;
    host_->Checkpoint(pipeline, true, answer.Callback());
    return answer.Wait();
  }
  ChangeResult Reload(const std::shared_ptr<Pipeline>& pipeline, std::string_view source) {
    Answer<ChangeResult> answer;
    EXPECT_TRUE(host_->Reload(pipeline, std::string(source), answer.Callback()));
    return answer.Wait();
  }
  ChangeResult Restore(const std::shared_ptr<Pipeline>& pipeline, const state::Checkpoint& from,
                       bool strict = false) {
    Answer<ChangeResult> answer;
    EXPECT_TRUE(host_->Restore(pipeline, std::make_shared<const state::Checkpoint>(from), strict,
                               answer.Callback()));
    return answer.Wait();
  }

  std::string folder_;
  std::shared_ptr<store::testing::Disk> disk_ = std::make_shared<store::testing::Disk>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
  std::atomic<TimestampNs> wall_{1'000 * kNsPerSecond};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<auth::TenantRegistry> tenants_;
  std::unique_ptr<PipelineHost> host_;
};

TEST_F(Durable, a_pipeline_comes_back_with_its_state_from_the_journal_alone) {
  const std::string id = Deploy(kPair)->identity().id;
  Inject(*Find(id), {Event("A", R"("u":"ana")"), Event("A", R"("u":"bo")")});
  Inject(*Find(id), {Event("B", R"("u":"ana")")});
  Start();
  const auto pipeline = Find(id);
  EXPECT_EQ(pipeline->status(), "running");
  EXPECT_EQ(pipeline->identity().name, "test");
  EXPECT_EQ(pipeline->report().events_processed, 3u);
  EXPECT_EQ(pipeline->report().output_events, 1u);
  const InjectOutcome outcome = Inject(*pipeline, {Event("B", R"("u":"bo")")});
  EXPECT_THAT(Fields(outcome.outputs), ElementsAre(R"("u":"bo")"));
  EXPECT_EQ(outcome.outputs[0]->number, 2u);
}

TEST_F(Durable, a_pipeline_comes_back_from_a_checkpoint_and_the_journal_behind_it) {
  const std::string id = Deploy(kPair)->identity().id;
  Inject(*Find(id), {Event("A", R"("u":"ana")")});
  EXPECT_EQ(Checkpoint(Find(id)).number, 2u);
  Inject(*Find(id), {Event("A", R"("u":"bo")")});
  for (int restart = 0; restart < 2; ++restart) Start();
  EXPECT_EQ(Find(id)->report().events_processed, 2u);
  EXPECT_THAT(
      Fields(Inject(*Find(id), {Event("B", R"("u":"ana")"), Event("B", R"("u":"bo")")}).outputs),
      ElementsAre(R"("u":"ana")", R"("u":"bo")"));
}

TEST_F(Durable, a_checkpoint_that_is_damaged_is_passed_over_for_the_one_before_it) {
  const std::string id = Deploy(kPair)->identity().id;
  Inject(*Find(id), {Event("A", R"("u":"ana")")});
  Checkpoint(Find(id));
  Inject(*Find(id), {Event("A", R"("u":"bo")")});
  const store::CheckpointEntry entry{.number = 3, .record = 2};
  ASSERT_TRUE(store_->WriteCheckpoint(id, entry, "no checkpoint at all", nullptr).ok());
  Start();
  EXPECT_EQ(Find(id)->report().events_processed, 2u);
  EXPECT_EQ(Find(id)->report().active_runs(), 2u);
  // The next one has a number of its own.
  EXPECT_EQ(Checkpoint(Find(id)).number, 4u);
}

TEST_F(Durable, outputs_keep_their_numbers_and_readers_find_them_again) {
  const std::string id = Deploy(kHot)->identity().id;
  Inject(*Find(id), {Event("Reading", R"("value":96)"), Event("Reading", R"("value":97)")});
  Checkpoint(Find(id));
  Inject(*Find(id), {Event("Reading", R"("value":98)")});
  Start();
  const OutputLog::Reading reading = Find(id)->log().Read(1, 10);
  EXPECT_THAT(Fields(reading.outputs),
              ElementsAre(R"("value":96)", R"("value":97)", R"("value":98)"));
  EXPECT_EQ(reading.next, 4u);
}

TEST_F(Durable, idempotency_keys_and_deploy_keys_survive) {
  const std::string id = Deploy(kHot, "deploy")->identity().id;
  Inject(*Find(id), {Event("Reading", R"("value":96)"), "7"}, "early");
  Checkpoint(Find(id));
  Inject(*Find(id), {Event("Reading", R"("value":96)")}, "late");
  Start();
  const InjectOutcome early = Inject(*Find(id), {Event("Reading", R"("value":96)")}, "early");
  EXPECT_TRUE(early.duplicate);
  EXPECT_EQ(early.accepted, 1u);
  EXPECT_EQ(early.refusals, 1u);
  EXPECT_TRUE(Inject(*Find(id), {Event("Reading", R"("value":96)")}, "late").duplicate);
  EXPECT_EQ(Find(id)->report().events_processed, 2u);
  EXPECT_EQ(Deploy(kHot, "deploy")->identity().id, id);
}

TEST_F(Durable, usage_is_exact_and_metrics_begin_anew) {
  const std::string first = Deploy(kHot)->identity().id;
  const std::string second = Deploy(kHot)->identity().id;
  Inject(*Find(first), {Event("Reading", R"("value":96)"), Event("Reading", R"("value":1)")});
  Inject(*Find(second), {Event("Reading", R"("value":96)")});
  Answer<Status> gone;
  host_->Delete(Find(second), gone.Callback());
  EXPECT_TRUE(gone.Wait().ok());
  Start();
  EXPECT_EQ(tenants_->default_tenant()->usage().events_processed, 3u);
  EXPECT_EQ(tenants_->default_tenant()->usage().output_events_emitted, 2u);
  EXPECT_EQ(tenants_->default_tenant()->usage().pipelines, 1u);
  EXPECT_EQ(host_->List("default").size(), 1u);
  EXPECT_EQ(host_->metrics().events_by_type["Reading"], 0u);
  EXPECT_EQ(Find(first)->report().streams[0].events_processed, 2u);
  Inject(*Find(first), {Event("Reading", R"("value":96)")});
  EXPECT_EQ(host_->metrics().events_by_type["Reading"], 1u);
  EXPECT_EQ(host_->metrics().outputs.at({"Alert", "Alert"}), 1u);
  EXPECT_EQ(Find(first)->report().streams[0].events_processed, 3u);
}

TEST_F(Durable, a_paused_pipeline_stays_paused_and_one_that_stopped_itself_stays_stopped) {
  const std::string paused = Deploy(kHot)->identity().id;
  const std::string stopped =
      Deploy("stream S = Reading as t .emit(value: 10 / t.value) .on_error(\"stop\")")
          ->identity()
          .id;
  Answer<Status> done;
  ASSERT_TRUE(host_->Pause(Find(paused), done.Callback()));
  EXPECT_TRUE(done.Wait().ok());
  Inject(*Find(stopped), {Event("Reading", R"("value":5)"), Event("Reading", R"("value":0)")});
  Start();
  EXPECT_EQ(Find(paused)->status(), "paused");
  EXPECT_THAT(Find(stopped)->status(), HasSubstr("div_zero"));
  Answer<Status> resumed;
  ASSERT_TRUE(host_->Resume(Find(paused), resumed.Callback()));
  EXPECT_TRUE(resumed.Wait().ok());
  Start();
  EXPECT_EQ(Find(paused)->status(), "running");
}

TEST_F(Durable, a_record_at_which_processes_end_takes_only_its_pipeline_down) {
  const std::string bad = Deploy(kHot)->identity().id;
  const std::string good = Deploy(kHot)->identity().id;
  Inject(*Find(bad), {Event("Reading", R"("value":96)")});
  Inject(*Find(good), {Event("Reading", R"("value":96)")});
  for (int end = 0; end < 2; ++end) {
    auto marker = store::ReplayMarker::Open(store_->directory().replay_marker());
    ASSERT_TRUE(marker.ok());
    marker->Mark(bad, 1);  // and the process ends
  }
  Start();
  EXPECT_EQ(Find(bad)->status(), "error: crashed replaying record 1");
  EXPECT_EQ(Find(bad)->program()->source, kHot);
  EXPECT_EQ(Find(good)->report().events_processed, 1u);
  EXPECT_EQ(Find(bad)->Admit({Events({Event("Reading", "")}), "", {}}), Admission::NotRunning);
  Start();
  EXPECT_EQ(Find(bad)->status(), "error: crashed replaying record 1");
  Answer<Status> gone;
  ASSERT_TRUE(host_->Delete(Find(bad), gone.Callback()));
  EXPECT_TRUE(gone.Wait().ok());
  Start();
  EXPECT_EQ(host_->List("default").size(), 1u);
}

TEST_F(Durable, imports_are_those_of_the_deploy) {
  const std::string work = folder_ + "/work";
  std::filesystem::create_directories(work);
  const auto write = [&](std::string_view text) { std::ofstream(work + "/lib.vpl") << text; };
  write("const LIMIT = 95\n");
  const auto build = BuildProgram(
      "import \"lib.vpl\"\nstream Alert = Reading as t .where(t.value > LIMIT) .emit(v: t.value)",
      "p", &*ImportRoot::Open(work));
  ASSERT_NE(build.program, nullptr) << build.summary;
  ASSERT_EQ(build.program->imports.size(), 1u);
  write("const LIMIT = 5\n");
  const BuildOutcome again = BuildAgain({.id = "p",
                                         .tenant_id = "t",
                                         .name = "p",
                                         .source = build.program->source,
                                         .path = build.program->path,
                                         .imports = build.program->imports});
  ASSERT_NE(again.program, nullptr) << again.summary;
  EXPECT_EQ(ir::Print(again.program->plan), ir::Print(build.program->plan));
}

TEST_F(Durable, a_reload_runs_the_new_code_and_keeps_the_runs) {
  const auto pipeline = Deploy(
      "stream Pair = A as a -> B as b where b.x > 95 .within(5m) .where(a.u == b.u) .emit(u: a.u)\n"
      "stream Old = A .emit(u: u)");
  Inject(*pipeline, {Event("A", R"("u":"ana")"), Event("B", R"("u":"ana","x":95)")});
  const ChangeResult result = Reload(
      pipeline,
      "stream Pair = A as a -> B as b where b.x > 90 .within(5m) .where(a.u == b.u) .emit(u: a.u)\n"
      "stream New = A .emit(u: u)");
  EXPECT_EQ(result.verdict, ChangeVerdict::Done) << result.message;
  EXPECT_EQ(result.generation, 2u);
  EXPECT_THAT(result.added, ElementsAre("New"));
  EXPECT_THAT(result.removed, ElementsAre("Old"));
  EXPECT_THAT(result.updated, ElementsAre("Pair"));
  EXPECT_THAT(result.preserved, ElementsAre("Pair"));
  EXPECT_THAT(result.reset, IsEmpty());
  EXPECT_THAT(Fields(Inject(*pipeline, {Event("B", R"("u":"ana","x":91)")}).outputs),
              ElementsAre(R"("u":"ana")"));
  EXPECT_EQ(pipeline->report().events_processed, 3u);
  EXPECT_EQ(host_->metrics().outputs.at({"Old", "Old"}), 1u);
  EXPECT_EQ(host_->metrics().active_streams, 2u);
  EXPECT_EQ(host_->reload_pauses().count(), 1u);
  // And it is the new one that comes back.
  const std::string id = pipeline->identity().id;
  Start();
  EXPECT_EQ(Find(id)->generation(), 2u);
  EXPECT_THAT(Find(id)->program()->source, HasSubstr("New"));
}

TEST_F(Durable, a_reload_resets_what_has_another_form_and_says_so) {
  const auto pipeline = Deploy(kPair);
  Inject(*pipeline, {Event("A", R"("u":"ana")")});
  const ChangeResult result = Reload(
      pipeline, "stream Pair = A as a -> C as b .within(5m) .where(a.u == b.u) .emit(u: a.u)");
  EXPECT_EQ(result.verdict, ChangeVerdict::Done);
  EXPECT_THAT(result.reset, ElementsAre("Pair"));
  EXPECT_THAT(Inject(*pipeline, {Event("C", R"("u":"ana")")}).outputs, IsEmpty());
}

TEST_F(Durable, a_reload_that_fails_leaves_the_old_program_running) {
  const auto pipeline = Deploy(kHot);
  EXPECT_EQ(Reload(pipeline, "stream X = (").verdict, ChangeVerdict::SyntaxError);
  EXPECT_EQ(Reload(pipeline, "stream X = Reading .where(unknown_function(value))").verdict,
            ChangeVerdict::Invalid);
  tenants_->default_tenant()->set_quota({.max_streams_per_pipeline = 1});
  EXPECT_EQ(Reload(pipeline, "stream A = X .emit(v: 1)\nstream B = X .emit(v: 2)").verdict,
            ChangeVerdict::TooManyStreams);
  EXPECT_EQ(pipeline->generation(), 1u);
  EXPECT_EQ(Inject(*pipeline, {Event("Reading", R"("value":96)")}).outputs.size(), 1u);
  // The right to change it was given back.
  EXPECT_EQ(Reload(pipeline, kHot).verdict, ChangeVerdict::Done);
}

TEST_F(Durable, one_change_at_a_time) {
  const auto pipeline = Deploy(kHot);
  ASSERT_TRUE(pipeline->BeginChange());
  EXPECT_EQ(Reload(pipeline, kHot).verdict, ChangeVerdict::Busy);
  pipeline->EndChange();
  EXPECT_EQ(Reload(pipeline, kHot).verdict, ChangeVerdict::Done);
}

TEST_F(Durable, reloads_under_load_lose_and_double_nothing) {
  const auto pipeline = Deploy("stream S = Reading .emit(n: n)");
  std::atomic<bool> stop{false};
  std::vector<std::thread> clients;
  std::vector<std::vector<std::string>> answered(3);
  for (size_t client = 0; client < answered.size(); ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; !stop; ++i) {
        const InjectOutcome outcome =
            Inject(*pipeline, {Event("Reading", fmt::format(R"("n":{})", client * 1'000'000 + i))});
        for (const OutputPtr& output : outcome.outputs) answered[client].push_back(output->fields);
      }
    });
  }
  for (int reload = 0; reload < 20; ++reload) {
    const ChangeResult result =
        Reload(pipeline, reload % 2 == 0 ? "# again\nstream S = Reading .emit(n: n)"
                                         : "stream S = Reading .emit(n: n)");
    EXPECT_EQ(result.verdict, ChangeVerdict::Done) << result.message;
  }
  stop = true;
  for (std::thread& client : clients) client.join();
  uint64_t outputs = 0;
  for (size_t client = 0; client < answered.size(); ++client) {
    outputs += answered[client].size();
    for (size_t i = 0; i < answered[client].size(); ++i)
      EXPECT_EQ(answered[client][i], fmt::format(R"("n":{})", client * 1'000'000 + i));
  }
  EXPECT_EQ(pipeline->report().events_processed, outputs);
  EXPECT_EQ(pipeline->log().next_number(), outputs + 1);
  EXPECT_EQ(host_->metrics().events_by_type["Reading"], outputs);
  EXPECT_EQ(pipeline->generation(), 21u);
}

TEST_F(Durable, a_restore_takes_state_and_counts_back_and_numbers_on) {
  const auto pipeline = Deploy(kPair);
  Inject(*pipeline, {Event("A", R"("u":"ana")")}, "k");
  const CheckpointTaken taken = Checkpoint(pipeline);
  EXPECT_EQ(Inject(*pipeline, {Event("B", R"("u":"ana")")}).outputs.size(), 1u);
  EXPECT_THAT(Inject(*pipeline, {Event("B", R"("u":"ana")")}).outputs, IsEmpty());
  const ChangeResult result = Restore(pipeline, taken.image->checkpoint);
  EXPECT_EQ(result.verdict, ChangeVerdict::Done) << result.message;
  EXPECT_EQ(result.events, 1u);
  EXPECT_EQ(pipeline->report().events_processed, 1u);
  EXPECT_EQ(pipeline->report().output_events, 0u);
  EXPECT_EQ(host_->metrics().events_by_type["B"], 2u);
  EXPECT_EQ(tenants_->default_tenant()->usage().events_processed, 3u);
  EXPECT_TRUE(Inject(*pipeline, {Event("A", R"("u":"ana")")}, "k").duplicate);
  // A replay does not cross it.
  const std::string id = pipeline->identity().id;
  Start();
  const InjectOutcome again = Inject(*Find(id), {Event("B", R"("u":"ana")")});
  ASSERT_EQ(again.outputs.size(), 1u);
  EXPECT_EQ(again.outputs[0]->number, 2u);
}

TEST_F(Durable, a_checkpoint_works_in_another_pipeline_of_the_same_text) {
  const auto first = Deploy(kPair);
  Inject(*first, {Event("A", R"("u":"ana")")});
  const CheckpointTaken taken = Checkpoint(first);
  const auto second = Deploy(kPair);
  EXPECT_EQ(Restore(second, taken.image->checkpoint, true).verdict, ChangeVerdict::Done);
  EXPECT_EQ(Inject(*second, {Event("B", R"("u":"ana")")}).outputs.size(), 1u);
  const auto other = Deploy(kHot);
  EXPECT_EQ(Restore(other, taken.image->checkpoint, true).verdict, ChangeVerdict::Incompatible);
  const ChangeResult skipped = Restore(other, taken.image->checkpoint);
  EXPECT_EQ(skipped.verdict, ChangeVerdict::Done);
  EXPECT_TRUE(skipped.is_other_program);
  EXPECT_THAT(skipped.removed, ElementsAre("Pair"));
  state::Checkpoint damaged = taken.image->checkpoint;
  for (state::Section& section : damaged.sections) section.body = "damaged";
  EXPECT_EQ(Restore(first, damaged).verdict, ChangeVerdict::Incompatible);
  EXPECT_EQ(first->report().active_runs(), 1u);
}

TEST_F(Durable, a_restore_brings_a_pipeline_back_that_its_program_has_stopped) {
  const auto pipeline =
      Deploy("stream S = Reading as t .emit(value: 10 / t.value) .on_error(\"stop\")");
  const CheckpointTaken taken = Checkpoint(pipeline);
  Inject(*pipeline, {Event("Reading", R"("value":0)")});
  EXPECT_EQ(Reload(pipeline, kHot).verdict, ChangeVerdict::Stopped);
  EXPECT_FALSE(Checkpoint(pipeline).status.ok());
  EXPECT_EQ(Restore(pipeline, taken.image->checkpoint).verdict, ChangeVerdict::Done);
  EXPECT_EQ(pipeline->status(), "running");
  EXPECT_EQ(Inject(*pipeline, {Event("Reading", R"("value":5)")}).outputs.size(), 1u);
}

TEST_F(Durable, on_a_full_disk_nothing_is_acknowledged_and_everything_goes_on_afterwards) {
  const auto pipeline = Deploy(kPair);
  Inject(*pipeline, {Event("A", R"("u":"ana")")});
  disk_->is_full = true;
  EXPECT_THAT(Inject(*pipeline, {Event("A", R"("u":"bo")")}, "k").not_stored, HasSubstr("no room"));
  while (host_->trouble().empty()) std::this_thread::yield();
  EXPECT_EQ(pipeline->Admit({Events({Event("A", "")}), "", {}}), Admission::NotStored);
  const std::string other = "# other\n" + std::string(kPair);
  EXPECT_EQ(Reload(pipeline, other).verdict, ChangeVerdict::NotStored);
  EXPECT_EQ(pipeline->generation(), 1u);
  EXPECT_EQ(pipeline->program()->source, kPair);
  Answer<DeployOutcome> deployed;
  EXPECT_TRUE(
      host_->Deploy({tenants_->default_tenant(), "x", std::string(kHot), ""}, deployed.Callback()));
  EXPECT_EQ(deployed.Wait().verdict, DeployVerdict::NotStored);
  disk_->is_full = false;
  while (!host_->trouble().empty()) std::this_thread::yield();
  // The request that failed may come again.
  EXPECT_FALSE(Inject(*pipeline, {Event("A", R"("u":"bo")")}, "k").duplicate);
  EXPECT_EQ(Reload(pipeline, other).verdict, ChangeVerdict::Done);
  const std::string id = pipeline->identity().id;
  Start();
  EXPECT_EQ(Find(id)->report().events_processed, 2u);
  EXPECT_EQ(Find(id)->report().active_runs(), 2u);
  EXPECT_EQ(host_->List("default").size(), 1u);
}

TEST_F(Durable, a_checkpoint_shows_open_runs_and_variables) {
  const auto pipeline = Deploy(kPair);
  Inject(*pipeline, {R"({"event_type":"A","timestamp":5000,"fields":{"u":"ana"}})"});
  EXPECT_EQ(Checkpoint(pipeline).image->view,
            R"({"sase_states":{"Pair":{"active_runs":[{"current_state":1,"captured":{"a":{)"
            R"("event_type":"A","timestamp_ms":null,"fields":{"u":{"String":"ana"}}}},)"
            R"("event_time_started_at_ms":5000,"event_time_deadline_ms":305000}],)"
            R"("truncated":false,"partitioned_runs":{},"total_runs_created":1,)"
            R"("total_runs_completed":0,"total_runs_dropped":0,"total_runs_evicted":0}},)"
            R"("variables":{}})");
}

TEST_F(Durable, everything_is_saved_before_the_end) {
  const auto pipeline = Deploy(kHot);
  Inject(*pipeline, {Event("Reading", R"("value":96)")});
  EXPECT_TRUE(pipeline->unsaved().any);
  EXPECT_TRUE(host_->SaveAll(10 * kNsPerSecond));
  EXPECT_FALSE(pipeline->unsaved().any);
  const auto entries = store_->Checkpoints(pipeline->identity().id);
  EXPECT_EQ(entries.value().at(0).record, 1u);
}

}  // namespace
}  // namespace varpulis::host
