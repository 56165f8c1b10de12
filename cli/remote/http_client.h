#pragma once

// Calls to a server of Varpulis.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace varpulis::remote {

struct Server {
  std::string url;  // without a slash at its end
  std::string api_key;
};

struct Reply {
  long status = 0;
  std::string body;
};

// Waits for the answer. Unavailable: there is none.
Result<Reply> Call(const Server& server, const std::string& method, const std::string& path,
                   const std::string& body = {});

// Hands over the body as it comes, until it ends or `take` returns false. With another status than 200 the
// body is in the reply.
using TakeBytes = std::function<bool(std::string_view bytes)>;
Result<Reply> Stream(const Server& server, const std::string& path,
                     const std::vector<std::string>& headers, const TakeBytes& take);

}  // namespace varpulis::remote
