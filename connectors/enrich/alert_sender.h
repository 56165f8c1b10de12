#pragma once

// Posts the messages of `.alert` to webhooks, on a thread per webhook. Whoever sends does not wait: of a
// webhook that is slower than its messages come, those beyond limits::kMaxQueuedAlerts are dropped.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/limits.h"
#include "base/time.h"

namespace varpulis::connectors {

// Of a webhook's URL what may be shown: the path of many is a secret.
std::string ShownWebhook(const std::string& url);

struct AlertCounters {
  uint64_t sent = 0;
  uint64_t failed = 0;   // not taken by the webhook: no answer in time, no connection, no 2xx
  uint64_t dropped = 0;  // never tried: the queue was full, or the time at the end was over
};

struct AlertBounds {
  size_t queue = limits::kMaxQueuedAlerts;
  DurationNs timeout = limits::kAlertTimeout;
  DurationNs drain = limits::kAlertDrainTime;
};

class AlertSender {
 public:
  // `warn` receives one line per failure, the first limits::kMaxLoggedAlerts of each webhook; from the
  // thread of that webhook.
  using Warn = std::function<void(std::string_view line)>;
  explicit AlertSender(Warn warn, const AlertBounds& bounds = {});
  // Finish, if nobody has.
  ~AlertSender();
  AlertSender(const AlertSender&) = delete;
  AlertSender& operator=(const AlertSender&) = delete;

  // From one thread at a time. `body` is JSON.
  void Send(const std::string& webhook, std::string_view body);
  // Waits until everything is sent, but no longer than the bound; what is left is dropped.
  void Finish();
  // Final after Finish.
  AlertCounters counters() const;

 private:
  class Webhook;

  const Warn warn_;
  const AlertBounds bounds_;
  std::map<std::string, std::unique_ptr<Webhook>> webhooks_;
  bool is_finished_ = false;
};

}  // namespace varpulis::connectors
