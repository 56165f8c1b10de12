#pragma once

// Tenants and pipelines as they stand in the state directory (operations.md 5.3): JSON, so that members may
// be added and people may read them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "server/auth/tenant.h"

namespace varpulis::store {

// A file that a program imports, as it was when the program was compiled: it may have changed since.
struct ImportedFile {
  std::string path;      // as it was asked for
  std::string identity;  // source::FileReader::identity; empty: there was no such file
  std::string text;
};

struct PipelineRecord {
  std::string id;
  std::string tenant_id;
  std::string name;
  std::string source;
  std::string path;  // under which it was compiled: imports are found beside it
  std::vector<ImportedFile> imports = {};
  bool paused = false;
  uint64_t generation = 1;
  uint64_t number = 0;  // order of creation
  TimestampNs created_at = 0;
  std::string deploy_key = {};  // Idempotency-Key of the request that deployed it; empty: none
};

std::string ToJson(const auth::TenantRecord& tenant);
std::string ToJson(const PipelineRecord& pipeline);
// Malformed with what is missing.
Result<auth::TenantRecord> ReadTenant(std::string_view json);
Result<PipelineRecord> ReadPipeline(std::string_view json);

}  // namespace varpulis::store
