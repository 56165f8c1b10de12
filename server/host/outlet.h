#pragma once

// Where what `.to` delivers goes. Called by the thread that runs the pipeline.

#include <cstdint>
#include <string_view>

namespace varpulis::host {

class Outlet {
 public:
  virtual ~Outlet() = default;
  // One flat JSON object; `egress` is its number in the plan. Does not wait.
  virtual void Deliver(uint32_t egress, std::string_view topic, std::string_view event) = 0;
  // Behind each batch: what it delivered may go out.
  virtual void Publish() = 0;
};

}  // namespace varpulis::host
