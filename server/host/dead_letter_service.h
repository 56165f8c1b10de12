#pragma once

// Dead letters for their owners (operations.md 8.6): listed, sent again, thrown away. Files are read and services
// waited for on a thread of its own, one request after the other.

#include <functional>
#include <string>
#include <vector>

#include "connectors/delivery/dead_letters.h"
#include "server/host/background.h"

namespace varpulis::host {

class PipelineHost;

// Thread-safe. Callbacks come on the thread of the service; of those that wait when it ends, none.
class DeadLetterService {
 public:
  // Both outlive it.
  DeadLetterService(connectors::DeadLetters& letters, PipelineHost& host);

  using Listing = connectors::DeadLetters::Listing;
  struct Replayed {
    uint64_t replayed = 0;
    uint64_t failed = 0;
    uint64_t remaining = 0;  // that the filter finds afterwards
  };

  // False: too many requests wait; `done` will not be called. Filters name a tenant.
  [[nodiscard]] bool List(connectors::DeadLetterFilter filter, size_t offset, size_t limit,
                          std::function<void(Result<Listing>)> done);
  // The first `limit` of them, through the breakers of their sinks; what gets through is taken out.
  [[nodiscard]] bool Replay(connectors::DeadLetterFilter filter, size_t limit,
                            std::function<void(Result<Replayed>)> done);
  // The same of those of these ids; `done` gets the ids that there are.
  [[nodiscard]] bool ReplayIds(std::string tenant_id, std::vector<std::string> ids,
                               std::function<void(std::vector<std::string>)> done);
  [[nodiscard]] bool Purge(connectors::DeadLetterFilter filter,
                           std::function<void(Result<uint64_t>)> done);

 private:
  // Ids of those that got through.
  std::vector<std::string> Send(const std::vector<connectors::DeadLetter>& letters);

  connectors::DeadLetters& letters_;
  PipelineHost& host_;
  Background thread_;
};

}  // namespace varpulis::host
