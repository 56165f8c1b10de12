#pragma once

// Who answers the lookups of `.enrich` (language.md 8.3). The engine asks, and waits where the row has to
// go on; drivers answer on threads of their own. Tests and offline runs have providers that need none.

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace varpulis::enrich {

// What is looked up. Kinds of values that no source of answers knows are their text.
struct Key {
  std::variant<bool, int64_t, double, std::string> value;
  std::string text;  // as programs show it: what a URL or a text protocol carries

  // Different for different keys: the number 7 and the text "7" are two.
  std::string Identity() const { return std::to_string(value.index()) + ":" + text; }
};

enum class Outcome : uint8_t { Ok, Error, Timeout };

struct Answer {
  Outcome outcome = Outcome::Error;
  std::string text;  // Ok: a JSON object; else what went wrong
  int64_t latency_ms = 0;
};

// An answer that is on its way. Set once, by whichever thread; taken once, by who asked. When who asked
// lets go of it, nobody needs the answer any more.
class Pending {
 public:
  void Set(Answer answer) {
    {
      const std::lock_guard lock(mutex_);
      answer_ = std::move(answer);
    }
    set_.notify_one();
  }
  // Waits until it is set.
  Answer Take() {
    std::unique_lock lock(mutex_);
    set_.wait(lock, [&] { return answer_.has_value(); });
    return std::move(*answer_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable set_;
  std::optional<Answer> answer_;
};

class Provider {
 public:
  virtual ~Provider() = default;
  // Looks the key up for `lookup` of ir::Plan::lookups. Every question is answered, at the latest when
  // the lookup's timeout has passed since its turn came: Outcome::Timeout then. Called from the thread
  // of any shard; does not wait.
  virtual std::shared_ptr<Pending> Ask(uint32_t lookup, const Key& key) = 0;
};

// Answers every question at once, and with an error: `reason`.
class Refusal final : public Provider {
 public:
  explicit Refusal(std::string reason) : reason_(std::move(reason)) {}
  std::shared_ptr<Pending> Ask(uint32_t, const Key&) override {
    auto pending = std::make_shared<Pending>();
    pending->Set({Outcome::Error, reason_, 0});
    return pending;
  }

 private:
  std::string reason_;
};

}  // namespace varpulis::enrich
