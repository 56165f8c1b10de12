#pragma once

// The drivers, one function each; make_driver.h chooses. Private to connectors/enrich.

#include <memory>
#include <string>

#include "compiler/ir/plan.h"
#include "connectors/enrich/driver.h"

namespace varpulis::connectors {

std::unique_ptr<Driver> MakeHttpDriver(const ir::Binding& binding);
std::unique_ptr<Driver> MakeRedisDriver(const ir::Binding& binding);
// A file, and a statement whose parameter is $1.
std::unique_ptr<Driver> MakeSqliteDriver(const std::string& path, const std::string& query);
// A connection string of libpq, and the same. The server gives a query up after `longest`.
std::unique_ptr<Driver> MakePostgresDriver(const std::string& address, const std::string& query,
                                           DurationNs longest);

}  // namespace varpulis::connectors
