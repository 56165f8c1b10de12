#include "runtime/io/event_type.h"

#include <fmt/format.h>

namespace varpulis::io {
namespace {

std::string_view SysmonName(int64_t event_id) {
  switch (event_id) {
    case 1:
      return "ProcessCreate";
    case 2:
      return "FileCreateTime";
    case 3:
      return "NetworkConnect";
    case 5:
      return "ProcessTerminate";
    case 7:
      return "ImageLoad";
    case 8:
      return "CreateRemoteThread";
    case 10:
      return "ProcessAccess";
    case 11:
      return "FileCreate";
    case 12:
      return "RegistryAddDel";
    case 13:
      return "RegistryValueSet";
    case 15:
      return "FileCreateStreamHash";
    case 17:
      return "PipeCreated";
    case 18:
      return "PipeConnected";
    case 22:
      return "DnsQuery";
    case 23:
      return "FileDelete";
    default:
      return {};
  }
}

}  // namespace

std::string WindowsEventType(int64_t event_id, std::string_view channel) {
  if (channel.find("Sysmon") == std::string_view::npos) return fmt::format("WinEvent{}", event_id);
  std::string_view name = SysmonName(event_id);
  return name.empty() ? fmt::format("Sysmon{}", event_id) : fmt::format("Sysmon{}", name);
}

}  // namespace varpulis::io
