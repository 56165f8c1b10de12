#pragma once

// Payloads of a source on their way into a pipeline: by the road of injected events.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "connectors/delivery/dead_letters.h"
#include "connectors/delivery/source_worker.h"
#include "runtime/io/payload_reader.h"
#include "server/host/pipeline_report.h"

namespace varpulis::host {

class Pipeline;

// For the thread of the source.
class PayloadIntake final : public connectors::Intake {
 public:
  // `rules` by number of the binding. `dead` may be null.
  PayloadIntake(connectors::WorkerIdentity identity, std::vector<io::PayloadRules> rules,
                std::vector<std::string> known_types, connectors::DeadLetters* dead);
  void set_pipeline(std::weak_ptr<Pipeline> pipeline) { pipeline_ = std::move(pipeline); }

  bool IsOpen() const override;
  // What is no event becomes a dead letter when what came before it is taken.
  size_t Take(const std::vector<connectors::IncomingPayload>& payloads,
              std::function<void()> done) override;

  // Payloads that became dead letters. Any thread.
  uint64_t dead() const { return dead_count_.load(std::memory_order_relaxed); }

 private:
  struct Bad {
    size_t payload;
    io::Refusal refusal;
    std::string reason;
  };
  void Bury(Pipeline& pipeline, const std::vector<connectors::IncomingPayload>& payloads,
            std::vector<Bad> bad);

  const connectors::WorkerIdentity identity_;
  const std::vector<io::PayloadRules> rules_;
  connectors::DeadLetters* const dead_;
  std::weak_ptr<Pipeline> pipeline_;
  io::PayloadReader reader_;
  size_t most_ = connectors::kMaxPolledPayloads;  // fewer while the tenant's rate is used up
  std::atomic<uint64_t> dead_count_{0};
};

}  // namespace varpulis::host
