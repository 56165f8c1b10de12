#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "server/host/answer_test_support.h"
#include "server/host/pipeline_host.h"

namespace varpulis::host {
namespace {

using testing::Answer;
using ::testing::ElementsAre;
using testing::Events;
using testing::Fields;
using ::testing::HasSubstr;
using testing::Inject;
using ::testing::IsEmpty;

constexpr std::string_view kHot =
    "stream Alert = Reading as t .where(t.value > 95) .emit(value: t.value)";

class Host : public ::testing::Test {
 protected:
  explicit Host(HostOptions options = {}) : host_(Options(std::move(options))) {}

  HostOptions Options(HostOptions options) {
    options.threads = 2;
    options.clock.wall = [this] { return wall_.load(); };
    return options;
  }

  DeployOutcome Deploy(std::string source, std::string key = "") {
    Answer<DeployOutcome> answer;
    EXPECT_TRUE(
        host_.Deploy({tenant_, "test", std::move(source), std::move(key)}, answer.Callback()));
    return answer.Wait();
  }
  std::shared_ptr<Pipeline> Start(std::string_view source) {
    DeployOutcome outcome = Deploy(std::string(source));
    EXPECT_NE(outcome.pipeline, nullptr) << outcome.message;
    return outcome.pipeline;
  }

  static std::string Reading(int value) {
    return fmt::format(R"({{"event_type":"Reading","fields":{{"value":{}}}}})", value);
  }
  void Delete(const std::shared_ptr<Pipeline>& pipeline) {
    Answer<bool> gone;
    ASSERT_TRUE(host_.Delete(pipeline, [done = gone.Callback()](const Status&) { done(true); }));
    gone.Wait();
  }

  std::atomic<TimestampNs> wall_{1'000 * kNsPerSecond};
  std::shared_ptr<auth::Tenant> tenant_ =
      std::make_shared<auth::Tenant>("t", "t", "key", auth::DefaultTenantQuota(), 0);
  PipelineHost host_;
};

TEST_F(Host, outputs_come_back_with_the_request_that_made_them) {
  const auto pipeline = Start(kHot);
  const InjectOutcome outcome = Inject(*pipeline, {Reading(90), Reading(96), Reading(97)});
  EXPECT_EQ(outcome.accepted, 3u);
  EXPECT_THAT(Fields(outcome.outputs), ElementsAre(R"("value":96)", R"("value":97)"));
  EXPECT_EQ(outcome.outputs[0]->event_type, "Alert");
  EXPECT_EQ(outcome.outputs[0]->number, 1u);
  EXPECT_THAT(Inject(*pipeline, {Reading(1)}).outputs, IsEmpty());
  EXPECT_EQ(Inject(*pipeline, {Reading(99)}).outputs[0]->number, 3u);
}

TEST_F(Host, state_lives_between_requests_and_not_between_pipelines) {
  const std::string_view pair =
      "stream Pair = A as a -> B as b .within(5m) .where(a.u == b.u) .emit(u: a.u)";
  const auto first = Start(pair);
  const auto second = Start(pair);
  Inject(*first, {R"({"event_type":"A","fields":{"u":"ana"}})"});
  const std::string b = R"({"event_type":"B","fields":{"u":"ana"}})";
  EXPECT_THAT(Inject(*second, {b}).outputs, IsEmpty());
  EXPECT_THAT(Fields(Inject(*first, {b}).outputs), ElementsAre(R"("u":"ana")"));
  EXPECT_EQ(first->report().streams[0].matches, 1u);
}

TEST_F(Host, an_event_without_a_time_gets_the_wall_clock_which_never_goes_back) {
  const auto pipeline = Start("stream S = Reading as t .emit(value: t.value)");
  const TimestampNs begin = wall_;
  EXPECT_EQ(Inject(*pipeline, {Reading(1)}).outputs[0]->time, begin);
  wall_ -= 10 * kNsPerSecond;
  EXPECT_EQ(Inject(*pipeline, {Reading(1)}).outputs[0]->time, begin);
  wall_ += 20 * kNsPerSecond;
  EXPECT_EQ(Inject(*pipeline, {Reading(1)}).outputs[0]->time, begin + 10 * kNsPerSecond);
}

TEST_F(Host, a_bad_program_is_refused_with_its_diagnostics) {
  const DeployOutcome syntax = Deploy("stream X = (");
  EXPECT_EQ(syntax.verdict, DeployVerdict::SyntaxError);
  EXPECT_THAT(syntax.message, HasSubstr("line 1"));
  const DeployOutcome invalid = Deploy("stream X = Reading .where(unknown_function(value))");
  EXPECT_EQ(invalid.verdict, DeployVerdict::Invalid);
  EXPECT_THAT(invalid.build.report, HasSubstr("E050"));
  EXPECT_EQ(tenant_->usage().pipelines, 0u);
  EXPECT_THAT(host_.List("t"), IsEmpty());
}

TEST_F(Host, a_program_that_stops_itself_hurts_no_other) {
  const auto stops =
      Start("stream S = Reading as t .emit(value: 10 / t.value) .on_error(\"stop\")");
  const auto other = Start(kHot);
  const InjectOutcome outcome = Inject(*stops, {Reading(5), Reading(0), Reading(5)});
  EXPECT_THAT(outcome.failure, HasSubstr("div_zero"));
  EXPECT_THAT(stops->status(), HasSubstr("error: "));
  EXPECT_EQ(stops->Admit({Events({Reading(1)}), "", {}}), Admission::NotRunning);
  EXPECT_THAT(Fields(Inject(*other, {Reading(96)}).outputs), ElementsAre(R"("value":96)"));
}

TEST_F(Host, a_repeated_key_gets_the_same_counts_and_changes_nothing) {
  const auto pipeline = Start(kHot);
  const InjectOutcome first = Inject(*pipeline, {Reading(96), "1"}, "k");
  EXPECT_FALSE(first.duplicate);
  const InjectOutcome second = Inject(*pipeline, {Reading(96)}, "k");
  EXPECT_TRUE(second.duplicate);
  EXPECT_EQ(second.accepted, 1u);
  EXPECT_EQ(second.refusals, 1u);
  EXPECT_THAT(second.outputs, IsEmpty());
  EXPECT_EQ(pipeline->report().events_processed, 1u);
}

TEST_F(Host, deploying_with_a_repeated_key_finds_the_first_one_until_it_is_deleted) {
  const DeployOutcome first = Deploy(std::string(kHot), "k");
  const DeployOutcome second = Deploy(std::string(kHot), "k");
  EXPECT_EQ(second.verdict, DeployVerdict::AlreadyDeployed);
  EXPECT_EQ(second.pipeline, first.pipeline);
  Delete(first.pipeline);
  EXPECT_EQ(Deploy(std::string(kHot), "k").verdict, DeployVerdict::Deployed);
  // A refused program leaves its key free.
  EXPECT_EQ(Deploy("stream X = (", "other").verdict, DeployVerdict::SyntaxError);
  EXPECT_EQ(Deploy(std::string(kHot), "other").verdict, DeployVerdict::Deployed);
}

TEST_F(Host, quotas_hold_for_pipelines_and_streams) {
  tenant_->set_quota({.max_pipelines = 1, .max_streams_per_pipeline = 1});
  const std::string two = "stream A = X .emit(v: 1)\nstream B = X .emit(v: 2)";
  EXPECT_EQ(Deploy(two).verdict, DeployVerdict::TooManyStreams);
  const auto pipeline = Start(kHot);
  EXPECT_EQ(Deploy(std::string(kHot)).verdict, DeployVerdict::TooManyPipelines);
  Delete(pipeline);
  EXPECT_EQ(Deploy(std::string(kHot)).verdict, DeployVerdict::Deployed);
}

TEST_F(Host, a_tenants_rate_takes_the_beginning_of_a_batch) {
  tenant_->set_quota({.max_events_per_second = 2});
  const auto pipeline = Start(kHot);
  const InjectOutcome outcome = Inject(*pipeline, {Reading(96), "7", Reading(97), Reading(98)});
  EXPECT_EQ(outcome.accepted, 2u);
  EXPECT_THAT(Fields(outcome.outputs), ElementsAre(R"("value":96)", R"("value":97)"));
  ASSERT_EQ(outcome.refused.size(), 2u);
  EXPECT_EQ(outcome.refused[1].index, 3u);
  EXPECT_EQ(outcome.refused[1].refusal, io::Refusal::Rate);
  EXPECT_EQ(pipeline->Admit({Events({Reading(96)}), "", {}}), Admission::RateLimited);
  wall_ += kNsPerSecond;
  EXPECT_EQ(Inject(*pipeline, {Reading(96)}).accepted, 1u);
}

TEST_F(Host, paused_pipelines_admit_nothing_and_keep_their_state) {
  const auto pipeline = Start("stream Pair = A as a -> B as b .within(5m) .emit(u: a.u)");
  Inject(*pipeline, {R"({"event_type":"A","fields":{"u":1}})"});
  Answer<bool> paused;
  ASSERT_TRUE(pipeline->Pause([done = paused.Callback()] { done(true); }));
  paused.Wait();
  EXPECT_EQ(pipeline->status(), "paused");
  EXPECT_FALSE(pipeline->Pause([] {}));
  EXPECT_EQ(pipeline->Admit({Events({Reading(1)}), "", {}}), Admission::NotRunning);
  ASSERT_TRUE(pipeline->Resume());
  EXPECT_FALSE(pipeline->Resume());
  EXPECT_THAT(Fields(Inject(*pipeline, {R"({"event_type":"B","fields":{}})"}).outputs),
              ElementsAre(R"("u":1)"));
}

TEST_F(Host, a_deleted_pipeline_is_gone_at_once_and_its_counts_stay_in_the_metrics) {
  const auto pipeline = Start(kHot);
  Inject(*pipeline, {Reading(96)});
  Delete(pipeline);
  EXPECT_EQ(host_.Find("t", pipeline->identity().id), nullptr);
  EXPECT_FALSE(host_.Delete(pipeline, [](const Status&) {}));
  const MetricTotals totals = host_.metrics();
  EXPECT_EQ(totals.events_by_type.at("Reading"), 1u);
  EXPECT_EQ(totals.streams.at("Alert").events_processed, 1u);
  EXPECT_EQ(totals.active_streams, 0u);
  const OutputLog::Reading rest = pipeline->log().Read(1, 10);
  EXPECT_THAT(Fields(rest.outputs), ElementsAre(R"("value":96)"));
  EXPECT_TRUE(rest.closed);
}

TEST_F(Host, streams_count_what_they_read_and_what_others_derive) {
  const auto pipeline = Start(
      "stream Hot = Reading as t .where(t.value > 95) .emit(value: t.value)\n"
      "stream Twice = Hot as h .emit(value: h.value * 2)");
  const InjectOutcome outcome = Inject(*pipeline, {Reading(90), Reading(96), Reading(97)});
  EXPECT_EQ(outcome.outputs.size(), 4u);
  const PipelineReport report = pipeline->report();
  EXPECT_EQ(report.events_processed, 3u);
  EXPECT_EQ(report.output_events, 4u);
  ASSERT_EQ(report.streams.size(), 2u);
  EXPECT_EQ(report.streams[0].events_processed, 3u);
  EXPECT_EQ(report.streams[1].events_processed, 2u);
  EXPECT_EQ(report.streams[1].latency.count(), 2u);
  EXPECT_EQ(report.outputs.at({"Twice", "Twice"}), 2u);
  EXPECT_EQ(report.queue_size, 0u);
}

TEST_F(Host, answers_are_bounded_and_readers_of_the_log_learn_what_they_missed) {
  const auto pipeline = Start("stream S = Reading as t .emit(value: t.value)");
  std::vector<std::string> events(limits::kMaxAnsweredOutputs + 5, Reading(1));
  const InjectOutcome outcome = Inject(*pipeline, events);
  EXPECT_EQ(outcome.outputs.size(), limits::kMaxAnsweredOutputs);
  EXPECT_TRUE(outcome.outputs_truncated);
  const OutputLog::Reading reading = pipeline->log().Read(1, 1000);
  EXPECT_EQ(reading.outputs.size(), limits::kLoggedOutputs);
  EXPECT_EQ(reading.skipped, limits::kMaxAnsweredOutputs + 5 - limits::kLoggedOutputs);
  EXPECT_EQ(reading.next, limits::kMaxAnsweredOutputs + 6);
}

TEST_F(Host, the_tenant_is_charged_for_what_was_processed) {
  Inject(*Start(kHot), {Reading(96), Reading(1)});
  Inject(*Start(kHot), {Reading(96)});
  EXPECT_EQ(tenant_->usage().events_processed, 3u);
  EXPECT_EQ(tenant_->usage().output_events_emitted, 2u);
}

TEST_F(Host, nothing_starts_for_a_tenant_that_is_gone) {
  tenant_->Close();
  EXPECT_EQ(Deploy(std::string(kHot)).verdict, DeployVerdict::TenantGone);
}

class SmallQueue : public Host {
 protected:
  SmallQueue() : Host(HostOptions{.max_queue_depth = 10}) {}
};

TEST_F(SmallQueue, a_request_is_refused_whole_when_the_queue_is_at_its_limit) {
  const auto pipeline = Start(kHot);
  // While a control runs nothing is taken from the queue.
  Answer<bool> entered;
  std::mutex gate;
  gate.lock();
  ASSERT_TRUE(pipeline->Pause([&, done = entered.Callback()] {
    done(true);
    std::lock_guard wait(gate);
  }));
  entered.Wait();
  ASSERT_TRUE(pipeline->Resume());
  Answer<InjectOutcome> large;
  const std::vector<std::string> events(12, Reading(96));
  EXPECT_EQ(pipeline->Admit({Events(events), "", large.Callback()}), Admission::Admitted);
  EXPECT_EQ(pipeline->Admit({Events({Reading(1)}), "", {}}), Admission::QueueFull);
  EXPECT_EQ(pipeline->report().queue_size, 12u);
  EXPECT_EQ(pipeline->report().rejected[static_cast<size_t>(RejectReason::Queue)], 1u);
  gate.unlock();
  EXPECT_EQ(large.Wait().accepted, 12u);
  EXPECT_EQ(Inject(*pipeline, {Reading(96)}).accepted, 1u);
}

TEST_F(Host, many_threads_inject_deploy_and_delete_at_once) {
  const auto kept = Start(kHot);
  std::atomic<uint64_t> outputs{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i)
        outputs += Inject(*kept, {Reading(96), Reading(1)}).outputs.size();
    });
  }
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        const auto pipeline = Start(kHot);
        Inject(*pipeline, {Reading(96)});
        (void)host_.metrics();
        Delete(pipeline);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(outputs, 200u);
  EXPECT_EQ(kept->report().events_processed, 400u);
  EXPECT_EQ(kept->report().output_events, 200u);
  EXPECT_EQ(host_.metrics().events_by_type.at("Reading"), 420u);
}

}  // namespace
}  // namespace varpulis::host
