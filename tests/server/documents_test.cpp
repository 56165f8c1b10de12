#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/server/folder.h"
#include "tests/server/server_process.h"

// The operators' pages name what the server has, and nothing else.

namespace varpulis::server_test {
namespace {

std::string Page(const std::string& name) {
  std::ifstream in(std::string(VPL_SOURCE_DIR) + "/docs/operations/" + name);
  EXPECT_TRUE(in.is_open()) << name;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// What the pattern's groups match, joined by a blank.
std::set<std::string> All(const std::string& text, const std::string& pattern) {
  std::set<std::string> found;
  const std::regex regex(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
    std::string each = (*at)[1];
    for (size_t group = 2; group < at->size(); ++group) each += " " + (*at)[group].str();
    found.insert(each);
  }
  return found;
}

TEST(OperatorsPages, the_api_page_has_every_route_with_its_key) {
  const ServerProcess server({"--api-key", "k1"});
  const auto description = server.Call("GET", "/openapi.json").json();
  std::set<std::string> routes;
  for (const auto& [path, methods] : description["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      std::string upper = method;
      std::transform(upper.begin(), upper.end(), upper.begin(),
                     [](char c) { return static_cast<char>(std::toupper(c)); });
      const auto& security = operation["security"];
      const std::string key = security.empty() ? "none" : security[0].items().begin().key();
      routes.insert(upper + " " + path + " " + key);
    }
  }
  EXPECT_EQ(All(Page("api.md"), R"(\| `([A-Z]+)` \| `(/[^`]*)` \| (\w+) \|)"), routes);
}

TEST(OperatorsPages, the_metrics_page_has_every_metric_with_its_type) {
  const Folder folder;  // some series are about what is stored
  ServerProcess durable({"--metrics", "--state-dir", folder.path()});
  const std::string kept = durable.Deploy("stream P = A as a -> B as b .within(1m) .emit(x: a.x)");
  durable.Inject(kept, R"({"event_type":"A","fields":{"x":1}})");
  EXPECT_EQ(durable.Call("POST", "/api/v1/pipelines/" + kept + "/restore?checkpoint_id=1").status,
            200);
  const Folder workdir;  // others about what is delivered
  ServerProcess server({"--metrics", "--workdir", workdir.path()});
  // Of a kind without a driver, so that something goes wrong.
  const std::string id = server.Deploy(
      "connector R = amqp(url: \"h\")\n"
      "stream P = A as a -> B as b .within(1m) .emit(x: a.x) .to(R)");
  server.Inject(id, R"({"event_type":"A","fields":{"x":1}})");
  server.Inject(id, R"({"event_type":"B","fields":{}})");
  EXPECT_TRUE(server.WaitForOutput("DLQ write"));
  const std::string pattern = "# TYPE (\\w+) (\\w+)\n";
  std::set<std::string> exported = All(server.Metrics(), pattern);
  exported.merge(All(durable.Metrics(), pattern));
  EXPECT_EQ(All(Page("metrics.md"), R"(\| `(\w+)` \| (counter|gauge|histogram) \|)"), exported);
}

}  // namespace
}  // namespace varpulis::server_test
