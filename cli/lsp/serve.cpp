#include "cli/lsp/serve.h"

#include <cerrno>
#include <string>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/lsp/frame.h"

namespace varpulis::lsp {
namespace {

bool HasInput(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  return poll(&waiting, 1, 0) > 0;
}

}  // namespace

int Serve(Server& server, int in, const std::function<void(std::string_view)>& write) {
  const auto send = [&](const std::vector<std::string>& messages) {
    for (const std::string& message : messages) write(Framed(message));
  };
  FrameReader reader(limits::kMaxLspMessageBytes);
  std::vector<char> bytes(1 << 16);
  while (!server.exit_code()) {
    // Somebody who types faster than we check is told about the last text only.
    if (!HasInput(in)) send(server.Idle());
    const ssize_t count = ::read(in, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    reader.Feed({bytes.data(), static_cast<size_t>(count)});
    while (auto frame = reader.Next()) {
      if (frame->problem.empty()) {
        send(server.Handle(frame->message));
      } else {
        write(Framed(Server::Unreadable(frame->problem)));
      }
      if (server.exit_code()) break;
    }
  }
  return server.exit_code().value_or(server.is_shut_down() ? 0 : 1);
}

}  // namespace varpulis::lsp
