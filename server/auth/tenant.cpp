#include "server/auth/tenant.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace varpulis::auth {
namespace {

constexpr size_t kShownOfKey = 4;

std::string Mask(std::string_view key) {
  // Of a short key not even that much.
  const size_t shown = key.size() > 2 * kShownOfKey ? kShownOfKey : 0;
  return std::string(key.substr(0, shown)) + "****";
}

}  // namespace

std::optional<Quota> QuotaOfTier(std::string_view tier) {
  if (tier.empty()) return Quota{};
  if (tier == "free") return Quota{2, 100, 5};
  if (tier == "pro") return Quota{20, 50'000, 100};
  if (tier == "enterprise") return Quota{1'000, 500'000, 500};
  return std::nullopt;
}

Quota DefaultTenantQuota() { return {1'000, 0, 0}; }

Tenant::Tenant(std::string id, std::string name, std::string_view key, const Quota& quota,
               uint64_t number)
    : id_(std::move(id)),
      number_(number),
      name_(std::move(name)),
      quota_(quota),
      key_(DigestOf(key)),
      masked_key_(Mask(key)) {}

Tenant::Tenant(const TenantRecord& record)
    : id_(record.id),
      number_(record.number),
      name_(record.name),
      quota_(record.quota),
      key_(record.key),
      masked_key_(record.masked_key),
      gone_events_(record.events_processed),
      gone_outputs_(record.output_events_emitted),
      events_(record.events_processed),
      outputs_(record.output_events_emitted) {}

std::string Tenant::name() const {
  std::lock_guard lock(mutex_);
  return name_;
}

Quota Tenant::quota() const {
  std::lock_guard lock(mutex_);
  return quota_;
}

std::string Tenant::masked_key() const {
  std::lock_guard lock(mutex_);
  return masked_key_;
}

bool Tenant::HasKey(const Digest& digest) const {
  std::lock_guard lock(mutex_);
  return Equal(key_, digest);
}

void Tenant::set_name(std::string name) {
  std::lock_guard lock(mutex_);
  name_ = std::move(name);
}

void Tenant::set_quota(const Quota& quota) {
  std::lock_guard lock(mutex_);
  quota_ = quota;
}

void Tenant::set_key(std::string_view key) {
  std::lock_guard lock(mutex_);
  key_ = DigestOf(key);
  masked_key_ = Mask(key);
}

uint64_t Tenant::GrantEvents(uint64_t events, TimestampNs now_ns) {
  std::lock_guard lock(mutex_);
  if (quota_.max_events_per_second == 0) return events;
  const int64_t second = now_ns / kNsPerSecond;
  if (second != window_) {
    window_ = second;
    granted_ = 0;
  }
  const uint64_t left =
      quota_.max_events_per_second - std::min(granted_, quota_.max_events_per_second);
  const uint64_t granted = std::min(events, left);
  granted_ += granted;
  return granted;
}

void Tenant::ReturnEvents(uint64_t events) {
  std::lock_guard lock(mutex_);
  granted_ -= std::min(granted_, events);
}

bool Tenant::ReservePipeline() {
  std::lock_guard lock(mutex_);
  if (quota_.max_pipelines != 0 && pipelines_ >= quota_.max_pipelines) return false;
  ++pipelines_;
  return true;
}

void Tenant::ReleasePipeline() {
  std::lock_guard lock(mutex_);
  VPL_CHECK(pipelines_ > 0, "tenant {}", id_);
  --pipelines_;
}

void Tenant::AddPipeline() {
  std::lock_guard lock(mutex_);
  ++pipelines_;
}

void Tenant::CountProcessed(uint64_t events, uint64_t outputs) {
  events_.fetch_add(events, std::memory_order_relaxed);
  outputs_.fetch_add(outputs, std::memory_order_relaxed);
}

void Tenant::CountGone(uint64_t events, uint64_t outputs) {
  std::lock_guard lock(mutex_);
  gone_events_ += events;
  gone_outputs_ += outputs;
}

TenantRecord Tenant::record() const {
  std::lock_guard lock(mutex_);
  return {id_, name_, key_, masked_key_, quota_, gone_events_, gone_outputs_, number_};
}

Usage Tenant::usage() const {
  Usage usage{events_.load(std::memory_order_relaxed), outputs_.load(std::memory_order_relaxed), 0};
  std::lock_guard lock(mutex_);
  usage.pipelines = pipelines_;
  return usage;
}

}  // namespace varpulis::auth
