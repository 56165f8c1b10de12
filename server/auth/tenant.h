#pragma once

// Who owns pipelines: a key, a quota and counters (operations.md 5.1).

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "server/auth/digest.h"

namespace varpulis::auth {

// 0: no limit.
struct Quota {
  uint64_t max_pipelines = 10;
  uint64_t max_events_per_second = 10'000;
  uint64_t max_streams_per_pipeline = 50;
};
// `free`, `pro`, `enterprise`; empty is a tenant without a tier.
std::optional<Quota> QuotaOfTier(std::string_view tier);
// Of the tenant `default` (decision E17): many pipelines, everything else unlimited.
Quota DefaultTenantQuota();

struct Usage {
  uint64_t events_processed = 0;
  uint64_t output_events_emitted = 0;
  uint64_t pipelines = 0;
};

// What outlives a process of a tenant: its key as a digest, and what was counted of pipelines that are gone.
struct TenantRecord {
  std::string id;
  std::string name;
  Digest key{};
  std::string masked_key;
  Quota quota;
  uint64_t events_processed = 0;
  uint64_t output_events_emitted = 0;
  uint64_t number = 0;  // order of creation
};

// Thread-safe. Lives as long as somebody holds it, also after it was deleted from the registry.
class Tenant {
 public:
  Tenant(std::string id, std::string name, std::string_view key, const Quota& quota,
         uint64_t number);
  explicit Tenant(const TenantRecord& record);

  const std::string& id() const { return id_; }
  // Order of creation.
  uint64_t number() const { return number_; }
  std::string name() const;
  Quota quota() const;
  // The first characters of the key and nothing else.
  std::string masked_key() const;
  bool HasKey(const Digest& digest) const;

  void set_name(std::string name);
  void set_quota(const Quota& quota);
  void set_key(std::string_view key);

  // How many of `events` the rate of the tenant allows in the second that `now_ns` lies in.
  uint64_t GrantEvents(uint64_t events, TimestampNs now_ns);
  // Gives back what was granted and then refused for another reason.
  void ReturnEvents(uint64_t events);

  // Takes the place of one pipeline; false: the quota is used up.
  bool ReservePipeline();
  void ReleasePipeline();
  // One of an earlier process, whatever the quota is now.
  void AddPipeline();

  // Deleted: nothing may begin any more. Never undone.
  void Close() { closed_.store(true); }
  bool is_closed() const { return closed_.load(); }

  void CountProcessed(uint64_t events, uint64_t outputs);
  Usage usage() const;

  // A pipeline that has counted so much is gone for good: from now on the record counts it.
  void CountGone(uint64_t events, uint64_t outputs);
  // What the pipelines that are there have counted is not in it: they know that themselves.
  TenantRecord record() const;

 private:
  const std::string id_;
  const uint64_t number_;
  mutable std::mutex mutex_;
  std::string name_;
  Quota quota_;
  Digest key_;
  std::string masked_key_;
  int64_t window_ = 0;  // second of the last grant
  uint64_t granted_ = 0;
  uint64_t pipelines_ = 0;
  uint64_t gone_events_ = 0;
  uint64_t gone_outputs_ = 0;
  std::atomic<bool> closed_{false};
  std::atomic<uint64_t> events_{0};
  std::atomic<uint64_t> outputs_{0};
};

}  // namespace varpulis::auth
