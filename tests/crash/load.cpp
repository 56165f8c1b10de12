#include "tests/crash/load.h"

#include <utility>

#include <fmt/format.h>

namespace varpulis::crash {

Load::Load(uint64_t client, const Address& address, std::string pipeline)
    : client_(client),
      address_(address),
      pipeline_(std::move(pipeline)),
      thread_([this] { Run(); }) {}

Load::~Load() { Stop(); }

void Load::Stop() {
  is_stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

// Keys and kinds repeat, so that pairs match across requests of all clients.
std::string Load::Event() {
  const uint64_t i = next_event_++;
  const uint64_t number = client_ * kEventsPerClient + i;
  const std::string fields =
      fmt::format(R"("n":{},"kind":{},"key":"k{}")", number, i * 7 % 3, i % 50);
  // A millisecond apart, and a day is enough.
  const std::string time = fmt::format("2026-03-01T{:02}:{:02}:{:02}.{:03}Z", i / 3'600'000 % 24,
                                       i / 60'000 % 60, i / 1'000 % 60, i % 1'000);
  events_[number] =
      fmt::format(R"({{"event_type":"Reading","timestamp":"{}","fields":{{{}}}}})", time, fields);
  return events_[number];
}

Load::Request Load::Next(uint64_t request) {
  if (request % 3 == 0) return {"/events", Event(), 1};
  std::string batch;
  const uint64_t events = 1 + request % 8;
  for (uint64_t i = 0; i < events; ++i) batch += (i > 0 ? "," : "") + Event();
  return {"/events-batch", "{\"events\":[" + batch + "]}", events};
}

void Load::Run() {
  for (uint64_t number = 0; !is_stopping_; ++number) {
    const Request request = Next(number);
    sent_ += request.events;
    if (!Send(request, number)) return;
    acknowledged_ += request.events;
  }
}

bool Load::Send(const Request& request, uint64_t number) {
  const std::string key = fmt::format("Idempotency-Key: {}-{}", client_, number);
  for (bool is_repeat = false;; is_repeat = true) {
    if (is_repeat) ++repeats_;
    if (!connection_) connection_ = address_.Connect(never_);
    connection_->SendRequest("POST", "/api/v1/pipelines/" + pipeline_ + request.path, request.body,
                             {key});
    const server_test::Answer answer = connection_->ReadAnswer();
    if (answer.status == 200) return true;
    connection_.reset();
    // Without an answer the server was killed; it may have been asked to while it was starting or stopping.
    if (answer.status != 0 && answer.status != 503) {
      trouble_ = fmt::format("{} {}", answer.status, answer.body);
      return false;
    }
  }
}

}  // namespace varpulis::crash
