#pragma once

// Every program of the checkout: what must hold for any program is tried on these.

#include <filesystem>
#include <string>
#include <vector>

namespace varpulis::testing {

struct Program {
  std::filesystem::path path;
  std::string text;
};

// `.vpl` files and the programs of `.case` files below examples, tests and bench, in order of path.
std::vector<Program> AllPrograms(const std::filesystem::path& checkout);

}  // namespace varpulis::testing
