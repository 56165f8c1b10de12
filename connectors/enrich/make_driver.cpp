#include "connectors/enrich/make_driver.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/ir/connector_kind.h"
#include "connectors/contract/parameters.h"
#include "connectors/enrich/drivers.h"

namespace varpulis::connectors {
namespace {

constexpr int64_t kDatabaseConnections = 5;  // operations.md 8.2

bool IsPostgres(const ir::Binding& binding, const std::string& address) {
  return address.starts_with("postgres://") || address.starts_with("postgresql://") ||
         (binding.kind == "postgres" && !address.starts_with("sqlite:"));
}

// `sqlite:path`, `sqlite://path`; of kind sqlite the path alone.
std::string SqlitePath(const ir::Binding& binding, const std::string& address) {
  for (const std::string_view scheme : {"sqlite://", "sqlite:"}) {
    if (address.starts_with(scheme)) return address.substr(scheme.size());
  }
  return binding.kind == "sqlite" ? address : std::string();
}

DriverChoice ChooseDatabase(const ir::Binding& binding, DurationNs longest) {
  const std::string address = AddressOf(binding.parameters);
  const std::string query = TextOf(binding.parameters, "query");
  DriverChoice choice;
  choice.most = static_cast<size_t>(
      std::min<int64_t>(IntOf(binding.parameters, "max_connections", kDatabaseConnections),
                        limits::kMaxLookupsInFlight));
  const std::string path = SqlitePath(binding, address);
  if (!path.empty()) {
    choice.make = [path, query] { return MakeSqliteDriver(path, query); };
  } else if (IsPostgres(binding, address)) {
    choice.make = [address, query, longest] { return MakePostgresDriver(address, query, longest); };
  } else {
    choice.reason =
        fmt::format("connector {}: lookups need a url that begins with postgres: or sqlite:",
                    binding.connector);
  }
  return choice;
}

}  // namespace

DriverChoice ChooseDriver(const ir::Binding& binding, DurationNs longest) {
  const std::string_view kind = ir::FindConnectorKind(binding.kind)->name;
  if (kind == "database") return ChooseDatabase(binding, longest);
  if (kind == "http") {
    return {[binding] { return MakeHttpDriver(binding); }, {}, limits::kMaxLookupsInFlight};
  }
  if (kind == "redis") {
    return {[binding] { return MakeRedisDriver(binding); }, {}, limits::kMaxLookupsInFlight};
  }
  return {{}, fmt::format("connector kind {} answers no lookups", binding.kind), 0};
}

}  // namespace varpulis::connectors
