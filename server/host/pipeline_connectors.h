#pragma once

// What ties a pipeline to services: a worker per connector and side of its program.
//
//   sources ---> Pipeline::Admit ---> engine ---> Outlet ---> sinks ---> dead letters
//      ^------------- acknowledged when the step is done

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "compiler/ir/plan.h"
#include "connectors/contract/link.h"
#include "connectors/delivery/dead_letters.h"
#include "connectors/delivery/sink_worker.h"
#include "connectors/delivery/source_worker.h"
#include "server/host/outlet.h"
#include "server/host/pipeline_report.h"

namespace varpulis::host {

class PayloadIntake;
class Pipeline;

// Of all pipelines of a server.
struct ConnectorSettings {
  bool sources = true;                       // false: only what goes out
  int console = 1;                           // the file descriptor of kind `console`
  connectors::BreakerSettings breaker = {};  // of connectors that say nothing
  connectors::QueueBounds queue = {};
  connectors::BackoffSettings backoff = {};
  // Relative paths of files begin here; tenants of the API have folders below it that they may not leave.
  std::filesystem::path folder = {};
  connectors::DeadLetters* dead_letters = nullptr;  // null: what fails is counted only
};

struct ConnectorOwner {
  std::string pipeline_id;
  std::string pipeline_name;
  std::string tenant_id;
  bool is_default_tenant = true;
};

// Whether the program reads from services, or writes to some.
bool UsesConnectors(const ir::Plan& plan);

// Thread-safe but for the outlet.
class PipelineConnectors final : public Outlet {
 public:
  // Null if the program has no connectors in use. InvalidArgument and NotFound are mistakes in their
  // parameters; a service that is away is none.
  static Result<std::shared_ptr<PipelineConnectors>> Make(const ir::Plan& plan,
                                                          const ConnectorOwner& owner,
                                                          const ConnectorSettings& settings);
  // No source may be running.
  ~PipelineConnectors() override;

  void Deliver(uint32_t egress, std::string_view topic, std::string_view event) override;
  void Publish() override;
  // False while the outputs of one connector fill its queue: then the pipeline rests. Not any more once sources
  // have been stopped, so that what was admitted before an end is processed.
  bool HasRoom() const;
  // For who runs no other pipelines meanwhile.
  void WaitForRoom();

  // Sources read from now on, for the pipeline that has these connectors; `pipeline` is woken when there is
  // room again. Once.
  void Start(const std::shared_ptr<Pipeline>& pipeline);
  // For an end: nothing is read any more. Waits for the threads of sources, which take no turn of a pipeline.
  void StopSources();
  // Delivers what waits, for up to `patience`; the rest are dead letters.
  void Finish(DurationNs patience);

  // A dead letter once more; false: no sink of that name is here. `done` as SinkWorker::Redeliver.
  bool Redeliver(const connectors::DeadLetter& letter, std::function<void(std::string)> done);

  ConnectorsReport report() const;

 private:
  struct SourceLink {
    std::unique_ptr<PayloadIntake> intake;
    std::unique_ptr<connectors::SourceWorker> worker;
  };
  struct Egress {
    uint32_t link = 0;  // into sinks_
    uint32_t binding = 0;
    std::vector<connectors::OutgoingEvent> staged;  // of the batch that is under way
  };

  PipelineConnectors(const ConnectorOwner& owner, const ConnectorSettings& settings);
  Status MakeSinks(const ir::Plan& plan);
  Status MakeSources(const ir::Plan& plan);
  void TellMissingDriver(const connectors::Link& link, const Status& status) const;
  connectors::WorkerIdentity IdentityOf(const connectors::Link& link) const;
  connectors::BreakerSettings BreakerOf(const ir::Binding& binding) const;

  const ConnectorOwner owner_;
  const ConnectorSettings settings_;
  std::weak_ptr<Pipeline> pipeline_;
  std::atomic<bool> is_ending_{false};
  uint64_t next_number_ = 1;
  std::vector<Egress> egresses_;     // by number in the plan
  std::vector<uint32_t> staged_in_;  // egresses with staged events
  std::vector<std::unique_ptr<connectors::SinkWorker>> sinks_;
  std::vector<SourceLink> sources_;
  std::vector<connectors::ConnectorReport> missing_;  // sources without a driver
};

}  // namespace varpulis::host
