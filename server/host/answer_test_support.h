#pragma once

// What a callback of the host brings, waited for.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace varpulis::host::testing {

template <typename T>
class Answer {
 public:
  std::function<void(T)> Callback() {
    return [this](T value) {
      std::lock_guard lock(mutex_);
      value_ = std::move(value);
      came_.notify_all();
    };
  }
  T Wait() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return value_.has_value(); });
    return std::move(*value_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::optional<T> value_;
};

}  // namespace varpulis::host::testing
