#pragma once

// An answer that is put together column by column.

#include <string>
#include <string_view>

#include "base/limits.h"
#include "runtime/io/event_json.h"

namespace varpulis::connectors {

class ObjectWriter {
 public:
  void Text(std::string_view name, std::string_view value) {
    Name(name);
    io::AppendJsonString(object_, value);
  }
  // `json` is a JSON value.
  void Json(std::string_view name, std::string_view json) {
    Name(name);
    object_ += json;
  }
  void Float(std::string_view name, double value) {
    Name(name);
    io::AppendJsonFloat(object_, value);
  }
  // The object; empty if it is longer than an answer may be.
  std::string Finish() {
    object_ += is_empty_ ? "{}" : "}";
    return object_.size() > limits::kMaxAnswerBytes ? std::string() : std::move(object_);
  }

 private:
  void Name(std::string_view name) {
    object_ += is_empty_ ? '{' : ',';
    is_empty_ = false;
    io::AppendJsonString(object_, name);
    object_ += ':';
  }

  std::string object_;
  bool is_empty_ = true;
};

}  // namespace varpulis::connectors
