#pragma once

// Which driver serves a connector. The front door of the drivers of `.from` and `.to`.

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "connectors/contract/link.h"
#include "connectors/contract/sink.h"
#include "connectors/contract/source.h"

namespace varpulis::connectors {

// Whether something comes or goes through connectors of a kind, as a program writes it.
bool HasDriver(std::string_view kind);

// InvalidArgument: a parameter makes no sense; NotFound: a reference in one leads nowhere; Unavailable: this
// build has no driver for the kind.
Result<std::unique_ptr<Sink>> MakeSink(const Link& link);
Result<std::unique_ptr<Source>> MakeSource(const Link& link);

}  // namespace varpulis::connectors
