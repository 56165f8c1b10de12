#include "tests/crash/log_reader.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace varpulis::crash {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

LogReader::LogReader(const Address& address, std::string pipeline)
    : address_(address), pipeline_(std::move(pipeline)), thread_([this] { Run(); }) {}

LogReader::~LogReader() {
  is_stopping_ = true;
  thread_.join();
}

std::map<uint64_t, std::string> LogReader::outputs() const {
  std::lock_guard lock(mutex_);
  return outputs_;
}

uint64_t LogReader::last() const {
  std::lock_guard lock(mutex_);
  return outputs_.empty() ? 0 : outputs_.rbegin()->first;
}

std::string LogReader::trouble() const {
  std::lock_guard lock(mutex_);
  return trouble_;
}

void LogReader::Run() {
  while (!is_stopping_) {
    const auto connection = address_.Connect(is_stopping_);
    if (!connection) return;
    // One before the last, which must come again as it was.
    const uint64_t seen = last();
    // To HTTP/1.0 the body comes as it is, without the sizes of chunks.
    (void)connection->Send(fmt::format(
        "GET /api/v1/pipelines/{}/logs HTTP/1.0\r\nHost: x\r\nLast-Event-ID: {}\r\n\r\n", pipeline_,
        seen > 0 ? seen - 1 : 0));
    const server_test::Answer head = connection->ReadHead();
    if (head.status != 200) continue;
    std::string text;
    while (!is_stopping_) {
      const std::string more = connection->TakeMore();
      if (more.empty()) break;
      text += more;
      for (size_t end = 0; (end = text.find("\n\n")) != std::string::npos; text.erase(0, end + 2))
        Take(text.substr(0, end));
    }
  }
}

void LogReader::Take(const std::string& message) {
  std::lock_guard lock(mutex_);
  if (message.starts_with(": the server stops") || message == ":") return;
  const size_t data = message.find("\ndata: ");
  if (!message.starts_with("id: ") || data == std::string::npos) {
    trouble_ += message + "\n";
    return;
  }
  const uint64_t number = std::strtoull(message.c_str() + 4, nullptr, 10);
  const Json json = Json::parse(message.substr(data + 7), nullptr, false);
  Json flat = {{"event_type", json["event_type"]}, {"timestamp", json["timestamp"]}};
  for (const auto& [key, value] : json["data"].items()) flat[key] = value;
  const std::string line = flat.dump();
  const uint64_t last = outputs_.empty() ? 0 : outputs_.rbegin()->first;
  const auto known = outputs_.find(number);
  if (known != outputs_.end() && known->second != line) {
    trouble_ += fmt::format("output {} was {} and is {}\n", number, known->second, line);
  } else if (known == outputs_.end() && number != last + 1) {
    trouble_ += fmt::format("output {} follows {}\n", number, last);
  }
  outputs_[number] = line;
}

}  // namespace varpulis::crash
