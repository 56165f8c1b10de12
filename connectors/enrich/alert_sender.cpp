#include "connectors/enrich/alert_sender.h"

#include <utility>

#include <fmt/format.h>

#include "connectors/http/http_client.h"

namespace varpulis::connectors {

std::string ShownWebhook(const std::string& url) {
  const size_t host = url.find("://");
  const size_t path = host == std::string::npos ? host : url.find_first_of("/?#", host + 3);
  std::string shown = url.substr(0, path);
  // `user:password@`.
  if (const size_t at = shown.rfind('@'); at != std::string::npos)
    shown.erase(host + 3, at - host - 2);
  return path == std::string::npos ? shown : shown + "/...";
}

class AlertSender::Webhook {
 public:
  Webhook(std::string url, const Warn& warn, const AlertBounds& bounds)
      : url_(std::move(url)), warn_(warn), bounds_(bounds), thread_([this] { Work(); }) {}
  ~Webhook() { Join(); }

  void Push(std::string_view body) {
    {
      const std::lock_guard lock(mutex_);
      if (queue_.size() >= bounds_.queue) {
        ++counters_.dropped;
        return;
      }
      queue_.emplace_back(body);
    }
    wake_.notify_one();
  }
  // True if all is sent before `end`.
  bool Drain(Deadline::Clock::time_point end) {
    std::unique_lock lock(mutex_);
    return idle_.wait_until(lock, end, [&] { return queue_.empty() && !is_sending_; });
  }
  // Breaks off the message at hand and drops the others.
  void Stop() {
    stop_ = true;
    {
      const std::lock_guard lock(mutex_);
      counters_.dropped += queue_.size();
      queue_.clear();
      end_ = true;
    }
    wake_.notify_one();
  }
  // Behind Stop.
  void Join() {
    if (thread_.joinable()) thread_.join();
  }
  AlertCounters counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
  }

 private:
  void Work() {
    HttpClient client;
    std::unique_lock lock(mutex_);
    for (;;) {
      is_sending_ = false;
      if (queue_.empty()) idle_.notify_all();
      wake_.wait(lock, [&] { return end_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const std::string body = std::move(queue_.front());
      queue_.pop_front();
      is_sending_ = true;
      lock.unlock();
      const std::string problem = Post(client, body);
      lock.lock();
      ++(problem.empty() ? counters_.sent : counters_.failed);
      if (!problem.empty() && counters_.failed <= limits::kMaxLoggedAlerts)
        warn_(fmt::format("alert to {} failed: {}{}", ShownWebhook(url_), problem,
                          counters_.failed == limits::kMaxLoggedAlerts
                              ? " (further ones are only counted)"
                              : ""));
    }
  }
  // What went wrong; empty if nothing did.
  std::string Post(HttpClient& client, const std::string& body) {
    HttpRequest request;
    request.method = "POST";
    request.url = url_;
    request.headers = {"Content-Type: application/json"};
    request.body = body;
    const HttpResponse response = client.Send(request, Deadline(bounds_.timeout, stop_));
    if (response.outcome == HttpResponse::Outcome::TimedOut) return "no answer in time";
    if (response.outcome == HttpResponse::Outcome::Failed) return response.error;
    const bool taken = response.status >= 200 && response.status <= 299;
    return taken ? std::string() : fmt::format("HTTP status {}", response.status);
  }

  const std::string url_;
  const Warn& warn_;
  const AlertBounds& bounds_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<std::string> queue_;
  AlertCounters counters_;
  bool is_sending_ = false;
  bool end_ = false;
  std::atomic<bool> stop_ = false;
  std::thread thread_;  // last: it uses the others
};

AlertSender::AlertSender(Warn warn, const AlertBounds& bounds)
    : warn_(std::move(warn)), bounds_(bounds) {}

AlertSender::~AlertSender() { Finish(); }

void AlertSender::Send(const std::string& webhook, std::string_view body) {
  std::unique_ptr<Webhook>& known = webhooks_[webhook];
  if (known == nullptr) known = std::make_unique<Webhook>(webhook, warn_, bounds_);
  known->Push(body);
}

void AlertSender::Finish() {
  if (std::exchange(is_finished_, true)) return;
  const auto end = Deadline::Clock::now() + std::chrono::nanoseconds(bounds_.drain);
  for (auto& [url, webhook] : webhooks_) webhook->Drain(end);
  for (auto& [url, webhook] : webhooks_) webhook->Stop();
  for (auto& [url, webhook] : webhooks_) webhook->Join();
}

AlertCounters AlertSender::counters() const {
  AlertCounters total;
  for (const auto& [url, webhook] : webhooks_) {
    const AlertCounters part = webhook->counters();
    total.sent += part.sent;
    total.failed += part.failed;
    total.dropped += part.dropped;
  }
  return total;
}

}  // namespace varpulis::connectors
