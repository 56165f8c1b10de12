#pragma once

// Types of Windows events, which carry a number instead (language-later.md 12.2).

#include <cstdint>
#include <string>
#include <string_view>

namespace varpulis::io {

// `SysmonProcessCreate`, `Sysmon<id>` for a channel that contains `Sysmon`, else `WinEvent<id>`.
std::string WindowsEventType(int64_t event_id, std::string_view channel);

}  // namespace varpulis::io
