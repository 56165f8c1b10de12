#pragma once

// The parts of a flat event: `{"event_type":T,"timestamp":"...",members}`, as io::FlatEventWriter makes it.

#include <optional>
#include <string>
#include <string_view>

namespace varpulis::connectors {

struct FlatEventParts {
  std::string event_type;
  std::string_view timestamp;  // RFC 3339
  std::string_view members;    // without braces; empty if there are none
};

// `flat` is an event as it was written.
FlatEventParts SplitFlatEvent(std::string_view flat);
// The value of a member at top level as text: texts without quotes, everything else as it is written.
std::optional<std::string> MemberText(std::string_view flat, std::string_view name);
std::string JoinFlatEvent(std::string_view event_type, std::string_view timestamp,
                          std::string_view members);

}  // namespace varpulis::connectors
