#include <array>
#include <string_view>

#include <fmt/format.h>

#include "tests/tidy/checks.h"

namespace varpulis::tidy {
namespace {

// Includes that start with `prefix` belong to `guest`, who lives in `rooms`: beginnings of paths, or
// ends if they start with `*`, separated by spaces.
struct Guest {
  std::string_view prefix;
  std::string_view guest;
  std::string_view rooms;
};
constexpr std::array kGuests = {
    Guest{"antlr4", "ANTLR", "compiler/syntax/ grammar/"},
    Guest{"Vpl", "the generated parser", "compiler/syntax/ grammar/"},
    Guest{"llvm/", "LLVM", "jit/"},
    Guest{"llvm-c/", "LLVM", "jit/"},
    Guest{"nlohmann/", "nlohmann/json",
          "*_json.cpp cli/lsp/ cli/remote/ server/api/ tests/ examples/ bench/"},
    Guest{"simdjson", "simdjson", "runtime/io/ runtime/state/ bench/"},
    Guest{"CLI/", "CLI11", "cli/"},
    Guest{"re2/", "RE2", "runtime/kernel/ runtime/interp/"},
    Guest{"hs.h", "Hyperscan", "runtime/kernel/ runtime/interp/"},
    Guest{"hs/", "Hyperscan", "runtime/kernel/ runtime/interp/"},
    Guest{"absl/", "Abseil", "runtime/ bench/"},
    Guest{"unicode/", "ICU", "runtime/kernel/ runtime/interp/"},
    Guest{"sqlite3.h", "SQLite", "connectors/enrich/ tests/"},
    Guest{"libpq", "libpq", "connectors/enrich/"},
    Guest{"hiredis/", "hiredis", "connectors/enrich/"},
    Guest{"mosquitto.h", "libmosquitto", "connectors/mqtt/"},
    Guest{"nats/", "libnats", "connectors/nats/"},
    Guest{"librdkafka/", "librdkafka", "connectors/kafka/ tests/live/"},
    Guest{"spdlog/", "spdlog", "base/log.cpp"},
    Guest{"rocksdb/", "RocksDB", "server/store/database.cpp server/store/disk_test_support.h"},
    Guest{"boost/", "Boost (Asio, Beast)", "server/http/"},
    Guest{"openssl/", "OpenSSL", "server/auth/ server/http/"},
    Guest{"prometheus/", "prometheus-cpp", "server/metrics/"},
    Guest{"curl/", "libcurl", "connectors/http/ cli/remote/"},
    Guest{"yaml-cpp/", "yaml-cpp", "cli/config/"},
    Guest{"toml++/", "toml++", "cli/config/"},
    Guest{"gtest/", "GoogleTest", "*_test.cpp *_test_support.h tests/"},
    Guest{"gmock/", "GoogleTest", "*_test.cpp *_test_support.h tests/"},
    Guest{"benchmark/", "Google Benchmark", "bench/"},
};

bool LivesIn(std::string_view path, std::string_view rooms) {
  while (!rooms.empty()) {
    const size_t space = rooms.find(' ');
    const std::string_view room = rooms.substr(0, space);
    rooms = space == std::string_view::npos ? "" : rooms.substr(space + 1);
    if (room.starts_with('*') ? path.ends_with(room.substr(1)) : path.starts_with(room))
      return true;
  }
  return false;
}

}  // namespace

std::vector<Finding> CheckRooms(const Tree& tree) {
  std::vector<Finding> findings;
  for (const File& file : tree.files) {
    if (!file.IsSource()) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const Include include = ReadInclude(file.lines[i]);
      for (const Guest& guest : kGuests) {
        if (include.path.starts_with(guest.prefix) && !LivesIn(file.path, guest.rooms))
          findings.push_back(
              {"room", file.path, i + 1, fmt::format("{} lives in {}", guest.guest, guest.rooms)});
      }
    }
  }
  return findings;
}

}  // namespace varpulis::tidy
