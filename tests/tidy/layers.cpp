#include <array>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "tests/tidy/checks.h"

namespace varpulis::tidy {
namespace {

// The folder, and the layers right below it; what those may include, it may include as well.
// `*` stands for every layer. The link lists in the CMakeLists.txt files say the same.
struct Layer {
  std::string_view folder;
  std::string_view below;  // separated by spaces
};
constexpr std::array kLayers = {
    Layer{"base", ""},
    Layer{"grammar", ""},
    Layer{"compiler/source", "base"},
    Layer{"compiler/diagnostics", "compiler/source"},
    Layer{"compiler/ir", "compiler/source"},
    Layer{"compiler/reference", "base"},
    Layer{"compiler/ast", "compiler/diagnostics"},
    Layer{"compiler/syntax", "compiler/ast grammar"},
    Layer{"compiler/modules", "compiler/syntax"},
    Layer{"compiler/sema", "compiler/ast compiler/ir"},
    Layer{"compiler/lower", "compiler/sema compiler/ir"},
    Layer{"compiler/driver", "compiler/modules compiler/sema compiler/lower"},
    Layer{"compiler/service", "compiler/driver compiler/reference"},
    Layer{"runtime/state", "compiler/ir"},
    Layer{"runtime/row", "compiler/ir"},
    Layer{"runtime/kernel", "compiler/ir runtime/state"},
    Layer{"runtime/interp", "runtime/kernel"},
    Layer{"runtime/io", "runtime/row runtime/kernel"},
    Layer{"runtime/operator", "runtime/row runtime/kernel"},
    Layer{"runtime/window", "runtime/operator"},
    Layer{"runtime/pattern", "runtime/operator"},
    Layer{"runtime/join", "runtime/operator"},
    Layer{"runtime/trend", "runtime/window"},
    Layer{"runtime/forecast", "runtime/pattern"},
    Layer{"runtime/time", "runtime/row runtime/kernel runtime/operator"},
    Layer{"runtime/enrich", "compiler/ir runtime/state"},
    Layer{"runtime/exec",
          "runtime/operator runtime/window runtime/pattern runtime/join runtime/trend "
          "runtime/forecast runtime/time runtime/enrich "
          "runtime/io "
          "runtime/interp"},
    Layer{"connectors/contract", "compiler/ir runtime/io"},
    Layer{"connectors/http", "connectors/contract"},
    Layer{"connectors/enrich", "runtime/enrich runtime/io connectors/contract connectors/http"},
    Layer{"connectors/console", "connectors/contract"},
    Layer{"connectors/file", "connectors/contract"},
    Layer{"connectors/kafka", "connectors/contract"},
    Layer{"connectors/mqtt", "connectors/contract"},
    Layer{"connectors/nats", "connectors/contract"},
    Layer{"connectors/delivery", "connectors/contract runtime/io"},
    Layer{"connectors/registry",
          "connectors/console connectors/file connectors/http connectors/kafka connectors/mqtt "
          "connectors/nats connectors/delivery"},
    Layer{"jit/builder", "compiler/ir runtime/kernel"},
    Layer{"jit/emit", "jit/builder"},
    Layer{"jit/engine", "jit/emit runtime/kernel"},
    Layer{"server/auth", "base"},
    Layer{"server/store", "server/auth runtime/state"},
    Layer{"server/host",
          "server/auth server/store compiler/driver runtime/exec runtime/interp runtime/io "
          "jit/engine connectors/registry"},
    Layer{"server/http", "base"},
    Layer{"server/metrics", "server/host"},
    Layer{"server/api", "server/host server/http server/auth server/metrics"},
    Layer{"cli", "*"},
    Layer{"examples", "base"},
    Layer{"tests", "*"},
    Layer{"bench", "*"},
};

// Tests beside the code may use these as well.
constexpr std::array kTestLayers = {
    Layer{"jit/builder", "runtime/interp"},
    Layer{"jit/emit", "runtime/interp"},
    Layer{"jit/engine", "runtime/interp"},
};

bool IsInside(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

const Layer* LayerOf(std::string_view path) {
  for (const Layer& layer : kLayers) {
    if (IsInside(path, layer.folder)) return &layer;
  }
  return nullptr;
}

// Adds the layers named in `below`, and what is below those.
void AddLayers(std::string_view below, std::set<std::string_view>& reachable) {
  while (!below.empty()) {
    const size_t space = below.find(' ');
    const std::string_view name = below.substr(0, space);
    below = space == std::string_view::npos ? "" : below.substr(space + 1);
    const bool is_new = reachable.insert(name).second;
    const Layer* layer = LayerOf(name);
    if (is_new && layer != nullptr) AddLayers(layer->below, reachable);
  }
}

std::set<std::string_view> ReachableFrom(const File& file, const Layer& layer) {
  std::set<std::string_view> reachable = {layer.folder};
  AddLayers(layer.below, reachable);
  if (file.HasExtension("_test.cpp")) {
    for (const Layer& extra : kTestLayers) {
      if (extra.folder == layer.folder) AddLayers(extra.below, reachable);
    }
  }
  return reachable;
}

}  // namespace

std::vector<Finding> CheckLayers(const Tree& tree) {
  std::vector<Finding> findings;
  for (const File& file : tree.files) {
    if (!file.IsSource()) continue;
    const Layer* layer = LayerOf(file.path);
    if (layer == nullptr) {
      findings.push_back(
          {"layer", file.path, 0, "its folder is in no layer of tests/tidy/layers.cpp"});
      continue;
    }
    const std::set<std::string_view> reachable = ReachableFrom(file, *layer);
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const Include include = ReadInclude(file.lines[i]);
      if (include.path.starts_with("../"))
        findings.push_back({"relative", file.path, i + 1, "includes start at the root"});
      const Layer* target = LayerOf(include.path);
      if (!include.quoted || target == nullptr) continue;
      if (reachable.contains(target->folder) || reachable.contains("*")) continue;
      findings.push_back({"layer", file.path, i + 1,
                          fmt::format("{} may not include {}", layer->folder, target->folder)});
    }
  }
  return findings;
}

}  // namespace varpulis::tidy
