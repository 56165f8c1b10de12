#include "server/host/payload_intake.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "server/host/pipeline.h"

namespace varpulis::host {
namespace {

const log::Target kLog("varpulis_runtime::connector");

}  // namespace

PayloadIntake::PayloadIntake(connectors::WorkerIdentity identity,
                             std::vector<io::PayloadRules> rules,
                             std::vector<std::string> known_types, connectors::DeadLetters* dead)
    : identity_(std::move(identity)),
      rules_(std::move(rules)),
      dead_(dead),
      reader_(std::move(known_types)) {}

bool PayloadIntake::IsOpen() const {
  const auto pipeline = pipeline_.lock();
  return pipeline != nullptr && pipeline->IsOpen();
}

size_t PayloadIntake::Take(const std::vector<connectors::IncomingPayload>& payloads,
                           std::function<void()> done) {
  const auto pipeline = pipeline_.lock();
  if (pipeline == nullptr) return 0;
  const size_t count = std::min(payloads.size(), most_);
  io::Injection injection;
  std::vector<Bad> bad;
  const uint64_t dropped_before = reader_.dropped_fields();
  for (size_t i = 0; i < count; ++i) {
    if (!reader_.Add(payloads[i].bytes, rules_[payloads[i].binding], injection))
      bad.push_back({i, reader_.refusal(), reader_.reason()});
  }
  if (!injection.events.empty()) {
    io::PayloadReader::Finish(injection);
    InjectRequest request;
    request.injection = std::move(injection);
    request.from_source = true;
    // What the program did not come to is not acknowledged, and comes again.
    request.done = [done](const InjectOutcome& outcome) {
      if (outcome.failure.empty()) done();
    };
    const Admission verdict = pipeline->Admit(std::move(request));
    if (verdict == Admission::RateLimited) most_ = std::max<size_t>(count / 2, 1);
    if (verdict != Admission::Admitted) return 0;
    most_ = std::min(2 * most_, connectors::kMaxPolledPayloads);
  } else {
    done();
  }
  if (reader_.dropped_fields() > dropped_before) {
    VPL_LOG(kLog, Warn, "Surplus fields were left out", {"connector", identity_.connector},
            {"pipeline_id", identity_.pipeline_id},
            {"fields", reader_.dropped_fields() - dropped_before});
  }
  Bury(*pipeline, payloads, std::move(bad));
  return count;
}

void PayloadIntake::Bury(Pipeline& pipeline,
                         const std::vector<connectors::IncomingPayload>& payloads,
                         std::vector<Bad> bad) {
  if (bad.empty()) return;
  std::vector<connectors::DeadLetter> letters;
  for (Bad& each : bad) {
    const connectors::IncomingPayload& payload = payloads[each.payload];
    pipeline.CountRejected(
        each.refusal == io::Refusal::Limit ? RejectReason::Limit : RejectReason::Parse, 1);
    connectors::DeadLetter letter;
    letter.connector = identity_.connector;
    letter.error = std::move(each.reason);
    letter.event_type = rules_[payload.binding].bound_type;
    letter.payload = payload.bytes;
    letter.tenant_id = identity_.tenant_id;
    letter.pipeline_id = identity_.pipeline_id;
    letters.push_back(std::move(letter));
  }
  VPL_LOG(kLog, Warn, "Payloads that are no events", {"connector", identity_.connector},
          {"pipeline_id", identity_.pipeline_id}, {"count", letters.size()},
          {"error", letters.front().error});
  dead_count_.fetch_add(letters.size(), std::memory_order_relaxed);
  if (dead_ != nullptr) dead_->Write(letters);
}

}  // namespace varpulis::host
