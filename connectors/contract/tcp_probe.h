#pragma once

// Whether a port answers, for client libraries that would wait for it without end.

#include <string>

#include "base/status.h"
#include "connectors/contract/deadline.h"

namespace varpulis::connectors {

// Connects and closes again. IoError says why not.
Status ProbeTcp(const std::string& host, int port, const Deadline& deadline);

}  // namespace varpulis::connectors
