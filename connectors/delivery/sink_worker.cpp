#include "connectors/delivery/sink_worker.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"

namespace varpulis::connectors {
namespace {

const log::Target kBreakerLog("varpulis_runtime::circuit_breaker");
const log::Target kSinkLog("varpulis_runtime::sink");

constexpr std::string_view kOpen = "circuit breaker open";

int64_t SteadyNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

size_t BytesOf(const OutgoingEvent& event) {
  return event.event.size() + event.topic.size() + sizeof(OutgoingEvent);
}

}  // namespace

SinkWorker::SinkWorker(std::unique_ptr<Sink> sink, WorkerIdentity identity,
                       std::vector<SinkBinding> bindings, DeadLetters* dead, QueueBounds bounds)
    : sink_(std::move(sink)),
      identity_(std::move(identity)),
      bindings_(std::move(bindings)),
      dead_(dead),
      bounds_(bounds) {
  for (const SinkBinding& binding : bindings_) {
    reports_.push_back({.name = binding.name});
    breakers_.emplace_back(binding.breaker);
  }
  connector_.name = identity_.connector;
  connector_.kind = identity_.kind;
  connector_.connected = true;  // until it is known better
  thread_ = std::thread([this] { Run(); });
}

SinkWorker::~SinkWorker() { Finish(0); }

// --- from outside --------------------------------------------------------------------------------

bool SinkWorker::HasRoomLocked() const {
  return events_ < bounds_.events && bytes_ < bounds_.bytes;
}

bool SinkWorker::HasRoom() const {
  std::lock_guard lock(mutex_);
  return HasRoomLocked();
}

void SinkWorker::WaitForRoom() {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return HasRoomLocked() || finishing_; });
}

void SinkWorker::Push(uint32_t binding, std::vector<OutgoingEvent> events) {
  {
    std::lock_guard lock(mutex_);
    for (OutgoingEvent& event : events) {
      ++events_;
      bytes_ += BytesOf(event);
      queue_.push_back({binding, std::move(event), nullptr});
    }
  }
  changed_.notify_one();
}

void SinkWorker::Redeliver(uint32_t binding, OutgoingEvent event,
                           std::function<void(std::string)> done) {
  std::unique_lock lock(mutex_);
  if (finishing_) {
    lock.unlock();
    done("the pipeline is being stopped");
    return;
  }
  ++events_;
  bytes_ += BytesOf(event);
  queue_.push_back({binding, std::move(event), std::move(done)});
  lock.unlock();
  changed_.notify_one();
}

void SinkWorker::Finish(DurationNs patience) {
  {
    std::unique_lock lock(mutex_);
    // Of several callers the first one ends the thread, and the others wait for that.
    if (finishing_) {
      ended_.wait(lock, [this] { return has_ended_; });
      return;
    }
    finishing_ = true;
    finish_by_ = Deadline::Clock::now() + std::chrono::nanoseconds(patience);
    changed_.notify_all();
    room_.notify_all();
    ended_.wait_until(lock, finish_by_, [this] { return has_ended_; });
  }
  // What is under way and waits for longer than that is broken off.
  stop_ = true;
  thread_.join();
}

std::vector<SinkReport> SinkWorker::reports() const {
  std::lock_guard lock(mutex_);
  return reports_;
}

ConnectorReport SinkWorker::connector() const {
  std::lock_guard lock(mutex_);
  return connector_;
}

// --- the thread ----------------------------------------------------------------------------------

void SinkWorker::Run() {
  bool flushed = true;
  std::unique_lock lock(mutex_);
  while (true) {
    if (queue_.empty() && !flushed) {
      lock.unlock();
      sink_->Flush();
      if (dead_ != nullptr) dead_->TellCounts();
      lock.lock();
      flushed = true;
      continue;
    }
    // Now and then: what has become dead is to be told.
    const auto woken = [this] { return !queue_.empty() || finishing_; };
    if (!changed_.wait_for(lock, std::chrono::seconds(1), woken)) {
      lock.unlock();
      sink_->Idle();
      if (dead_ != nullptr) dead_->TellCounts();
      lock.lock();
      continue;
    }
    if (queue_.empty()) break;
    const bool over = finishing_ && Deadline::Clock::now() >= finish_by_;
    std::vector<Item> items = over ? std::vector<Item>(std::make_move_iterator(queue_.begin()),
                                                       std::make_move_iterator(queue_.end()))
                                   : Take();
    if (over) queue_.clear();
    lock.unlock();
    const size_t count = items.size();
    size_t bytes = 0;
    for (const Item& item : items) bytes += BytesOf(item.event);
    if (over) {
      Reject(std::move(items), "not delivered before the pipeline was stopped", false);
    } else {
      Handle(std::move(items));
    }
    flushed = false;
    lock.lock();
    const bool had_room = HasRoomLocked();
    events_ -= count;
    bytes_ -= bytes;
    if (had_room || !HasRoomLocked()) continue;
    room_.notify_all();
    if (!on_room_) continue;
    lock.unlock();
    on_room_();
    lock.lock();
  }
  lock.unlock();
  sink_->Flush();
  if (dead_ != nullptr) dead_->TellCounts();
  lock.lock();
  has_ended_ = true;
  ended_.notify_all();
}

// Of the same `.to`, in a row. After a failure they go one by one, until one gets through: then what the
// service refuses hurts nobody else, and the probe is one event.
std::vector<SinkWorker::Item> SinkWorker::Take() {
  const uint32_t binding = queue_.front().binding;
  const size_t most = breakers_[binding].failures() > 0 ? 1 : sink_->most_at_once();
  std::vector<Item> items;
  while (!queue_.empty() && items.size() < most && queue_.front().binding == binding) {
    items.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return items;
}

void SinkWorker::Handle(std::vector<Item> items) {
  const uint32_t binding = items.front().binding;
  CircuitBreaker& breaker = breakers_[binding];
  const bool was_open = breaker.state() == Circuit::Open;
  if (!breaker.Allows(SteadyNow())) {
    Reject(std::move(items), std::string(kOpen), false);
    return;
  }
  const bool is_probe = was_open && breaker.state() == Circuit::HalfOpen;
  if (is_probe) Tell(binding, Circuit::HalfOpen, {});
  Attempt(binding, std::move(items));
  if (!is_probe) return;
  // Whatever came while the probe was under way has met an open circuit (operations.md 8.5).
  std::vector<Item> meanwhile;
  {
    std::lock_guard lock(mutex_);
    meanwhile = TakeAllOf(binding);
  }
  if (!meanwhile.empty()) {
    for (const Item& item : meanwhile) Forget(item);
    Reject(std::move(meanwhile), std::string(kOpen), false);
  }
}

// Under no lock: they have left the queue outside of Run.
void SinkWorker::Forget(const Item& item) {
  std::lock_guard lock(mutex_);
  --events_;
  bytes_ -= BytesOf(item.event);
}

std::vector<SinkWorker::Item> SinkWorker::TakeAllOf(uint32_t binding) {
  std::vector<Item> taken;
  std::deque<Item> left;
  for (Item& item : queue_) {
    if (item.binding == binding) {
      taken.push_back(std::move(item));
    } else {
      left.push_back(std::move(item));
    }
  }
  queue_ = std::move(left);
  return taken;
}

void SinkWorker::Attempt(uint32_t binding, std::vector<Item> items) {
  std::vector<OutgoingEvent> events;
  for (const Item& item : items) events.push_back(item.event);
  const Delivery delivery = sink_->Deliver(events, Deadline(kLongestDelivery, stop_));
  const int64_t now = SteadyNow();
  CircuitBreaker& breaker = breakers_[binding];
  const std::optional<Circuit> changed = delivery.ok() ? breaker.Succeeded() : breaker.Failed(now);
  const size_t delivered = delivery.ok() ? items.size() : delivery.delivered;
  {
    std::lock_guard lock(mutex_);
    reports_[binding].delivered += delivered;
    connector_.messages += delivered;
    if (delivered > 0) connector_.last_message_ns = now;
    connector_.connected = delivery.ok();
    connector_.last_error = delivery.error;
  }
  for (size_t i = 0; i < delivered; ++i) {
    if (items[i].done) items[i].done({});
  }
  if (changed) Tell(binding, *changed, delivery.error);
  if (delivery.ok()) return;
  VPL_LOG(kSinkLog, Debug, "delivery failed", {"connector", bindings_[binding].name},
          {"pipeline_id", identity_.pipeline_id}, {"events", items.size() - delivered},
          {"error", delivery.error});
  items.erase(items.begin(), items.begin() + static_cast<ptrdiff_t>(delivered));
  Reject(std::move(items), delivery.error, true);
}

void SinkWorker::Reject(std::vector<Item> items, const std::string& error, bool attempted) {
  std::vector<DeadLetter> letters;
  for (Item& item : items) {
    if (item.done) {
      item.done(error);
      continue;
    }
    if (dead_ == nullptr) continue;
    DeadLetter letter;
    letter.connector = bindings_[item.binding].name;
    letter.error = error;
    letter.event_type = std::move(item.event.event_type);
    letter.event = std::move(item.event.event);
    letter.tenant_id = identity_.tenant_id;
    letter.pipeline_id = identity_.pipeline_id;
    letter.stream = bindings_[item.binding].stream;
    letter.topic = std::move(item.event.topic);
    letter.attempts = attempted ? 1 : 0;
    letters.push_back(std::move(letter));
  }
  if (dead_ != nullptr) dead_->Write(letters);
  // Whoever sees the count finds the letters.
  std::lock_guard lock(mutex_);
  for (const Item& item : items) {
    SinkReport& report = reports_[item.binding];
    ++(attempted ? report.failed : report.rejected);
    if (!item.done) ++report.dead;
  }
}

void SinkWorker::Tell(uint32_t binding, Circuit state, const std::string& error) {
  {
    std::lock_guard lock(mutex_);
    reports_[binding].circuit = state;
    ++reports_[binding].transitions[static_cast<size_t>(state)];
  }
  const std::string& name = bindings_[binding].name;
  if (state == Circuit::Open) {
    VPL_LOG(kBreakerLog, Warn, "Circuit breaker opened", {"connector", name},
            {"pipeline_id", identity_.pipeline_id}, {"failures", breakers_[binding].failures()},
            {"error", error});
  } else {
    VPL_LOG(kBreakerLog, Info,
            state == Circuit::Closed ? "Circuit breaker closed" : "Circuit breaker half-open",
            {"connector", name}, {"pipeline_id", identity_.pipeline_id});
  }
}

}  // namespace varpulis::connectors
