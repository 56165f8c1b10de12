#include "server/store/records.h"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace varpulis::store {
namespace {

using Json = nlohmann::ordered_json;

std::string HexOf(const auth::Digest& digest) {
  std::string text;
  for (const uint8_t byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

std::optional<auth::Digest> DigestOf(const std::string& hex) {
  auth::Digest digest;
  if (hex.size() != 2 * digest.size()) return std::nullopt;
  for (size_t i = 0; i < digest.size(); ++i) {
    uint8_t byte = 0;
    for (const char c : hex.substr(2 * i, 2)) {
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return std::nullopt;
      byte = static_cast<uint8_t>(byte << 4 | (c <= '9' ? c - '0' : c - 'a' + 10));
    }
    digest[i] = byte;
  }
  return digest;
}

Status Damaged(const char* what, const std::string& why) {
  return Status(StatusCode::Malformed, fmt::format("the record of a {} is damaged: {}", what, why));
}

// Bytes of clients that are no UTF-8 never come here; should they, the record is still JSON.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string ToJson(const auth::TenantRecord& tenant) {
  return Dump({{"id", tenant.id},
               {"name", tenant.name},
               {"api_key_hash", HexOf(tenant.key)},
               {"masked_key", tenant.masked_key},
               {"quota",
                {{"max_pipelines", tenant.quota.max_pipelines},
                 {"max_events_per_second", tenant.quota.max_events_per_second},
                 {"max_streams_per_pipeline", tenant.quota.max_streams_per_pipeline}}},
               {"events_processed", tenant.events_processed},
               {"output_events_emitted", tenant.output_events_emitted},
               {"number", tenant.number}});
}

std::string ToJson(const PipelineRecord& pipeline) {
  Json imports = Json::array();
  for (const ImportedFile& file : pipeline.imports)
    imports.push_back({{"path", file.path}, {"identity", file.identity}, {"text", file.text}});
  return Dump({{"id", pipeline.id},
               {"tenant_id", pipeline.tenant_id},
               {"name", pipeline.name},
               {"source", pipeline.source},
               {"path", pipeline.path},
               {"imports", std::move(imports)},
               {"status", pipeline.paused ? "paused" : "running"},
               {"generation", pipeline.generation},
               {"number", pipeline.number},
               {"created_at", pipeline.created_at},
               {"deploy_key", pipeline.deploy_key}});
}

Result<auth::TenantRecord> ReadTenant(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  try {
    auth::TenantRecord tenant;
    tenant.id = json.at("id");
    tenant.name = json.at("name");
    const auto key = DigestOf(json.at("api_key_hash").get<std::string>());
    if (!key) return Damaged("tenant", "api_key_hash is no digest");
    tenant.key = *key;
    tenant.masked_key = json.at("masked_key");
    const Json& quota = json.at("quota");
    tenant.quota = {quota.at("max_pipelines"), quota.at("max_events_per_second"),
                    quota.at("max_streams_per_pipeline")};
    tenant.events_processed = json.at("events_processed");
    tenant.output_events_emitted = json.at("output_events_emitted");
    tenant.number = json.at("number");
    return tenant;
  } catch (const Json::exception& error) {
    return Damaged("tenant", error.what());
  }
}

Result<PipelineRecord> ReadPipeline(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  try {
    PipelineRecord pipeline;
    pipeline.id = json.at("id");
    pipeline.tenant_id = json.at("tenant_id");
    pipeline.name = json.at("name");
    pipeline.source = json.at("source");
    pipeline.path = json.at("path");
    for (const Json& file : json.at("imports"))
      pipeline.imports.push_back({file.at("path"), file.at("identity"), file.at("text")});
    pipeline.paused = json.at("status") == "paused";
    pipeline.generation = json.at("generation");
    pipeline.number = json.at("number");
    pipeline.created_at = json.at("created_at");
    pipeline.deploy_key = json.at("deploy_key");
    return pipeline;
  } catch (const Json::exception& error) {
    return Damaged("pipeline", error.what());
  }
}

}  // namespace varpulis::store
