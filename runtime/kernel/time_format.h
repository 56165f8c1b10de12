#pragma once

// Times by strftime-like formats, always UTC. Directives: %Y %m %d %H %M %S %f (fraction, 9 digits
// when written, 1 to 9 when read) %y %e %j %b %B %a %A %p %I %z %Z %s %F %T %D %R %n %t %%.

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace varpulis::kernel {

// Nothing if the format has an unknown directive.
std::optional<std::string> FormatTime(TimestampNs time, std::string_view format);

// Nothing if the text does not match the whole format or names no moment. A blank in the format
// matches any blanks; what the format does not mention is 1970-01-01 00:00:00 UTC.
std::optional<TimestampNs> ParseTime(std::string_view text, std::string_view format);

}  // namespace varpulis::kernel
