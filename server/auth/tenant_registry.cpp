#include "server/auth/tenant_registry.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"

namespace varpulis::auth {

TenantRegistry::TenantRegistry(const std::optional<std::string>& admin_key) {
  if (admin_key) admin_key_ = DigestOf(*admin_key);
  // In open mode a key that nobody knows, so that none is right.
  default_ = std::make_shared<Tenant>(std::string(kDefaultTenant), std::string(kDefaultTenant),
                                      admin_key ? *admin_key : NewApiKey(), DefaultTenantQuota(),
                                      next_number_++);
  tenants_.push_back(default_);
}

void TenantRegistry::Load(const std::vector<TenantRecord>& records) {
  std::lock_guard lock(mutex_);
  for (const TenantRecord& record : records) {
    next_number_ = std::max(next_number_, record.number + 1);
    if (record.id != kDefaultTenant) {
      tenants_.push_back(std::make_shared<Tenant>(record));
      continue;
    }
    TenantRecord with_key = default_->record();
    with_key.events_processed = record.events_processed;
    with_key.output_events_emitted = record.output_events_emitted;
    default_ = std::make_shared<Tenant>(with_key);
    tenants_.front() = default_;
  }
  std::sort(tenants_.begin(), tenants_.end(),
            [](const auto& a, const auto& b) { return a->number() < b->number(); });
}

std::shared_ptr<Tenant> TenantRegistry::FindByKey(std::string_view key) const {
  const Digest digest = DigestOf(key);
  std::shared_ptr<Tenant> found;
  std::lock_guard lock(mutex_);
  for (const std::shared_ptr<Tenant>& tenant : tenants_) {
    if (tenant->HasKey(digest)) found = tenant;
  }
  return found;
}

bool TenantRegistry::IsAdminKey(std::string_view key) const {
  return admin_key_ && Equal(*admin_key_, DigestOf(key));
}

std::shared_ptr<Tenant> TenantRegistry::Find(std::string_view id) const {
  std::lock_guard lock(mutex_);
  for (const std::shared_ptr<Tenant>& tenant : tenants_) {
    if (tenant->id() == id) return tenant;
  }
  return nullptr;
}

std::vector<std::shared_ptr<Tenant>> TenantRegistry::List() const {
  std::lock_guard lock(mutex_);
  return tenants_;
}

Result<NewTenant> TenantRegistry::Create(std::string name, const Quota& quota) {
  std::string key = NewApiKey();
  std::lock_guard lock(mutex_);
  if (tenants_.size() >= limits::kMaxTenants) {
    return Status(StatusCode::ResourceExhausted,
                  fmt::format("there are {} tenants, which is the most", tenants_.size()));
  }
  auto tenant = std::make_shared<Tenant>(NewUuid(), std::move(name), key, quota, next_number_++);
  tenants_.push_back(tenant);
  return NewTenant{std::move(tenant), std::move(key)};
}

std::string TenantRegistry::RotateKey(Tenant& tenant) {
  std::string key = NewApiKey();
  tenant.set_key(key);
  return key;
}

bool TenantRegistry::Delete(std::string_view id) {
  if (id == kDefaultTenant) return false;
  std::lock_guard lock(mutex_);
  const auto at = std::find_if(tenants_.begin(), tenants_.end(),
                               [&](const auto& tenant) { return tenant->id() == id; });
  if (at == tenants_.end()) return false;
  (*at)->Close();
  tenants_.erase(at);
  return true;
}

}  // namespace varpulis::auth
