#pragma once

// Delivers what the `.to` of one connector put out, on a thread of its own.
//
//   Push ---> queue ---> breaker of the `.to` ---> Sink::Deliver ---> acknowledged
//                            | open                    | failed
//                            '---> dead letters <------'
//
// Who pushes does not wait: whether there is room it asks before it makes more (decision E23).

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "connectors/contract/sink.h"
#include "connectors/delivery/circuit_breaker.h"
#include "connectors/delivery/dead_letters.h"
#include "connectors/delivery/reports.h"

namespace varpulis::connectors {

// One `.to`.
struct SinkBinding {
  std::string name;  // `NAME`, or `NAME::topic` if it names one (operations.md 8.6)
  std::string stream;
  BreakerSettings breaker;
};

struct WorkerIdentity {
  std::string connector;
  std::string kind;
  std::string pipeline_id;
  std::string tenant_id;
};

// Of outputs that wait for one connector (decision E5); at either bound the pipeline waits.
struct QueueBounds {
  size_t events = 10'000;
  size_t bytes = 64u << 20;
};

// Thread-safe.
class SinkWorker {
 public:
  // `dead` may be null: then what fails is only counted. It outlives the worker.
  SinkWorker(std::unique_ptr<Sink> sink, WorkerIdentity identity, std::vector<SinkBinding> bindings,
             DeadLetters* dead, QueueBounds bounds = {});
  // Finish without patience, if nobody has.
  ~SinkWorker();
  SinkWorker(const SinkWorker&) = delete;
  SinkWorker& operator=(const SinkWorker&) = delete;

  // Events of binding number `binding`. They are taken as one: no attempt is made with half of them.
  void Push(uint32_t binding, std::vector<OutgoingEvent> events);
  bool HasRoom() const;
  // Until there is room.
  void WaitForRoom();
  // `wake` is called on the worker's thread whenever there is room again. Before the first Push.
  void set_on_room(std::function<void()> wake) { on_room_ = std::move(wake); }

  // A dead letter once more, through the breaker. `done` is called once, with the error or an empty text;
  // it does not become a dead letter again.
  void Redeliver(uint32_t binding, OutgoingEvent event, std::function<void(std::string)> done);

  // Nothing is pushed any more. What waits is delivered for up to `patience`; the rest are dead letters.
  void Finish(DurationNs patience);

  const std::vector<SinkBinding>& bindings() const { return bindings_; }
  std::vector<SinkReport> reports() const;
  ConnectorReport connector() const;

 private:
  struct Item {
    uint32_t binding;
    OutgoingEvent event;
    std::function<void(std::string)> done;  // of a redelivery
  };

  void Run();
  // Those at the front that are delivered together.
  std::vector<Item> Take();
  void Handle(std::vector<Item> items);
  void Attempt(uint32_t binding, std::vector<Item> items);
  void Reject(std::vector<Item> items, const std::string& error, bool attempted);
  void Tell(uint32_t binding, Circuit state, const std::string& error);
  std::vector<Item> TakeAllOf(uint32_t binding);
  void Forget(const Item& item);
  bool HasRoomLocked() const;

  const std::unique_ptr<Sink> sink_;
  const WorkerIdentity identity_;
  const std::vector<SinkBinding> bindings_;
  DeadLetters* const dead_;
  const QueueBounds bounds_;
  std::function<void()> on_room_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable room_;
  std::condition_variable ended_;
  std::deque<Item> queue_;
  size_t events_ = 0;  // queued or under way
  size_t bytes_ = 0;
  bool finishing_ = false;
  bool has_ended_ = false;
  Deadline::Clock::time_point finish_by_{};
  std::vector<SinkReport> reports_;
  ConnectorReport connector_;

  std::vector<CircuitBreaker> breakers_;  // of the thread
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace varpulis::connectors
