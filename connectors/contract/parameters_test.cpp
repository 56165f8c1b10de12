#include "connectors/contract/parameters.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varpulis::connectors {
namespace {

using ::testing::HasSubstr;

ir::ConfigItem Item(const std::string& name, const std::string& text) { return {name, {text}}; }

std::string Resolved(const std::string& name, const std::string& text) {
  auto items = ResolveReferences("mqtt", {Item(name, text)});
  return items.ok() ? TextOf(*items, name) : "error: " + items.status().message();
}

TEST(Parameters, addresses_have_four_names_and_may_be_lists) {
  EXPECT_EQ(AddressOf({Item("host", "a")}), "a");
  const ir::ConfigValue list{ir::ConfigValue::List{{std::string("a:1")}, {std::string("b:2")}}};
  EXPECT_EQ(AddressesOf({{"brokers", list}}), "a:1,b:2");
  EXPECT_EQ(AddressOf({{"brokers", list}}), "a:1");
  EXPECT_EQ(AddressOf({Item("url", "http://h/?a=1,2")}), "http://h/?a=1,2");
  EXPECT_EQ(AddressOf({}), "");
}

TEST(Parameters, texts_may_name_the_environment) {
  setenv("VPL_TEST_HOST", "broker", 1);
  EXPECT_EQ(Resolved("host", "${VPL_TEST_HOST}.example"), "broker.example");
  EXPECT_EQ(Resolved("host", "${"), "${");
  EXPECT_THAT(Resolved("host", "${VPL_TEST_NOBODY}"),
              HasSubstr("error: parameter host: the environment has no variable VPL_TEST_NOBODY"));
}

TEST(Parameters, the_servers_own_variables_are_not_given_away) {
  setenv("VARPULIS_API_KEY", "secret", 1);
  EXPECT_THAT(Resolved("password", "${VARPULIS_API_KEY}"), HasSubstr("error: "));
}

TEST(Parameters, secrets_may_be_files_of_one_folder) {
  std::string name = "/tmp/varpulis-secrets-XXXXXX";
  const std::filesystem::path folder = mkdtemp(name.data());
  std::ofstream(folder / "mqtt") << "hidden\n";
  setenv("VARPULIS_SECRETS", folder.c_str(), 1);
  EXPECT_EQ(Resolved("password", "file:mqtt"), "hidden");
  EXPECT_EQ(Resolved("username", "file:mqtt"), "file:mqtt");  // no secret
  EXPECT_THAT(Resolved("password", "file:../mqtt"), HasSubstr("there is no secret"));
  EXPECT_THAT(Resolved("password", "file:other"), HasSubstr("there is no secret"));
  unsetenv("VARPULIS_SECRETS");
  EXPECT_THAT(Resolved("password", "file:mqtt"), HasSubstr("there is no secret"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace varpulis::connectors
