#pragma once

// Server-sent events, taken apart as their bytes come in.

#include <functional>
#include <string>
#include <string_view>

namespace varpulis::remote {

struct StreamEvent {
  std::string type;  // empty: a message
  std::string id;    // of the last message that had one
  std::string data;
};

class EventStreamReader {
 public:
  using Take = std::function<void(const StreamEvent&)>;
  explicit EventStreamReader(Take take) : take_(std::move(take)) {}

  // False: a line is longer than any that the server sends.
  bool Feed(std::string_view bytes);
  const std::string& last_id() const { return event_.id; }

 private:
  void TakeLine(std::string_view line);

  Take take_;
  std::string line_;
  StreamEvent event_;
  bool has_data_ = false;
};

}  // namespace varpulis::remote
