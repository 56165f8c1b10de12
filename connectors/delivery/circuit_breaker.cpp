#include "connectors/delivery/circuit_breaker.h"

namespace varpulis::connectors {

bool CircuitBreaker::Allows(int64_t now_ns) {
  if (state_ == Circuit::Open && now_ns - failed_ns_ >= settings_.reset_timeout)
    state_ = Circuit::HalfOpen;
  return state_ != Circuit::Open;
}

std::optional<Circuit> CircuitBreaker::Succeeded() {
  failures_ = 0;
  if (state_ == Circuit::Closed) return std::nullopt;
  state_ = Circuit::Closed;
  return state_;
}

std::optional<Circuit> CircuitBreaker::Failed(int64_t now_ns) {
  ++failures_;
  failed_ns_ = now_ns;
  if (state_ == Circuit::Closed && failures_ < settings_.failure_threshold) return std::nullopt;
  state_ = Circuit::Open;
  return state_;
}

}  // namespace varpulis::connectors
