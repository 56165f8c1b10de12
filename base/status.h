#pragma once

// The world's failures as values: a file that is missing, a compiler that gave up.
// A user's mistake in a program is a Diagnostic; our own mistake is VPL_CHECK.

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace varpulis {

enum class StatusCode {
  Ok,
  InvalidArgument,    // what was asked for makes no sense
  NotFound,           // a file or name does not exist
  IoError,            // the system refused
  Malformed,          // bytes that were to be decoded are wrong
  ResourceExhausted,  // a named bound was reached
  Unavailable,        // this build or machine cannot do it
  Internal,           // a library failed in a way that it should not
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == StatusCode::Ok; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

  // The same failure with what was being done in front: "context: message".
  Status Within(const std::string& context) const {
    return ok() ? *this : Status(code_, context + ": " + message_);
  }

 private:
  StatusCode code_ = StatusCode::Ok;
  std::string message_;
};

// Either a T or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}        // NOLINT: implicit on purpose
  Result(Status status) : content_(std::move(status)) {  // NOLINT: implicit on purpose
    VPL_CHECK(!std::get<Status>(content_).ok(), "an ok Status carries no value");
  }

  bool ok() const { return std::holds_alternative<T>(content_); }
  Status status() const { return ok() ? Status() : std::get<Status>(content_); }
  T& value() {
    VPL_CHECK(ok(), "{}", std::get<Status>(content_).message());
    return std::get<T>(content_);
  }
  const T& value() const {
    VPL_CHECK(ok(), "{}", std::get<Status>(content_).message());
    return std::get<T>(content_);
  }
  T& operator*() { return value(); }
  T* operator->() { return &value(); }

 private:
  std::variant<Status, T> content_;
};

}  // namespace varpulis
