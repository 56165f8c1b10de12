#pragma once

// Which file a connector means. Private to connectors/file.

#include <string>

#include "base/status.h"
#include "connectors/contract/link.h"

namespace varpulis::connectors {

// `path`, else `url` (`file://` in front is left out), else `NAME.jsonl`; in the link's folder if it is
// relative. InvalidArgument if it may not be there.
Result<std::string> FilePath(const Link& link);

}  // namespace varpulis::connectors
