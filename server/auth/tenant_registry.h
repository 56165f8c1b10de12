#pragma once

// All tenants, and whose key a request carries (operations.md 5.2, decision E17).

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "server/auth/tenant.h"

namespace varpulis::auth {

inline constexpr std::string_view kDefaultTenant = "default";

struct NewTenant {
  std::shared_ptr<Tenant> tenant;
  std::string key;  // the only time that it is there in clear
};

// Thread-safe.
class TenantRegistry {
 public:
  // With the tenant `default`. Without a key the server is open: every request acts for that tenant, and
  // nobody is admin.
  explicit TenantRegistry(const std::optional<std::string>& admin_key);

  // Tenants of an earlier process, before anybody is served. The default one keeps the key that the registry
  // was made with.
  void Load(const std::vector<TenantRecord>& records);

  bool is_open() const { return !admin_key_; }
  // The tenant that has the key, null if nobody does. Every key is compared, whichever is right.
  std::shared_ptr<Tenant> FindByKey(std::string_view key) const;
  bool IsAdminKey(std::string_view key) const;

  std::shared_ptr<Tenant> default_tenant() const { return default_; }
  std::shared_ptr<Tenant> Find(std::string_view id) const;
  // In order of creation.
  std::vector<std::shared_ptr<Tenant>> List() const;
  // ResourceExhausted at limits::kMaxTenants.
  Result<NewTenant> Create(std::string name, const Quota& quota);
  // The new key; the old one is worth nothing from now on.
  std::string RotateKey(Tenant& tenant);
  // False: there is none, or it is the default one, which stays.
  bool Delete(std::string_view id);

 private:
  std::optional<Digest> admin_key_;
  std::shared_ptr<Tenant> default_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Tenant>> tenants_;
  uint64_t next_number_ = 0;
};

}  // namespace varpulis::auth
