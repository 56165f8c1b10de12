#pragma once

// Kind `file`: JSON lines appended to a file, and read from one that grows (operations.md 8.2).

#include <memory>

#include "base/status.h"
#include "connectors/contract/link.h"
#include "connectors/contract/sink.h"
#include "connectors/contract/source.h"

namespace varpulis::connectors {

// Another program may rotate the file: what is written goes to the file that has the name.
Result<std::unique_ptr<Sink>> MakeFileSink(const Link& link);
// Every line from the beginning of the file on, then those that are added; when the file is replaced, the
// rest of the old one first; when it is emptied, from its beginning again. A file that is not there is waited
// for.
Result<std::unique_ptr<Source>> MakeFileSource(const Link& link);

}  // namespace varpulis::connectors
