#include "connectors/enrich/lookup_pool.h"

#include <utility>

namespace varpulis::connectors {

LookupPool::~LookupPool() {
  stop_ = true;
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::shared_ptr<enrich::Pending> LookupPool::Ask(const enrich::Key& key, DurationNs timeout) {
  auto pending = std::make_shared<enrich::Pending>();
  {
    const std::lock_guard lock(mutex_);
    questions_.push_back({key, timeout, pending});
    if (questions_.size() > idle_ && threads_.size() < most_)
      threads_.emplace_back([this] { Work(); });
  }
  wake_.notify_one();
  return pending;
}

void LookupPool::Work() {
  const std::unique_ptr<Driver> driver = make_();
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    wake_.wait(lock, [&] { return end_ || !questions_.empty(); });
    --idle_;
    if (end_) return;
    const Question question = std::move(questions_.front());
    questions_.pop_front();
    lock.unlock();
    Answer(*driver, question);
    lock.lock();
  }
}

void LookupPool::Answer(Driver& driver, const Question& question) {
  if (question.pending.expired()) return;
  const auto begin = Deadline::Clock::now();
  enrich::Answer answer = driver.Look(question.key, Deadline(question.timeout, stop_));
  answer.latency_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(Deadline::Clock::now() - begin).count();
  if (const auto pending = question.pending.lock()) pending->Set(std::move(answer));
}

}  // namespace varpulis::connectors
