#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/config/config_file.h"

namespace varpulis::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ConfigFile Parse(const std::string& text, std::string_view extension = ".yaml") {
  auto file = ConfigFile::FromText(text, extension);
  EXPECT_TRUE(file.ok()) << file.status().message();
  return file.ok() ? std::move(*file) : ConfigFile();
}
std::string WhyNot(const std::string& text, std::string_view extension = ".yaml") {
  return ConfigFile::FromText(text, extension).status().message();
}

TEST(Config, yaml_and_toml_carry_the_same_tree) {
  for (const ConfigFile& file :
       {Parse("server:\n  port: 9777\n  bind: 0.0.0.0\n  cors_origins: [a, b]\nlogging: "
              "{timestamps: false}\n"),
        Parse(
            "[server]\nport = 9777\nbind = \"0.0.0.0\"\ncors_origins = [\"a\", \"b\"]\n[logging]\n"
            "timestamps = false\n",
            ".toml")}) {
    EXPECT_EQ(file.Int("server.port"), 9777);
    EXPECT_EQ(file.Text("server.bind"), "0.0.0.0");
    EXPECT_THAT(*file.Texts("server.cors_origins"), ElementsAre("a", "b"));
    EXPECT_EQ(file.Bool("logging.timestamps"), false);
    EXPECT_EQ(file.Int("server.metrics_port"), std::nullopt);
    EXPECT_FALSE(file.Has("tls"));
    EXPECT_THAT(file.warnings(), IsEmpty());
  }
}

TEST(Config, without_a_known_extension_both_are_tried) {
  EXPECT_EQ(Parse("server:\n  port: 1\n", "").Int("server.port"), 1);
  EXPECT_EQ(Parse("[server]\nport = 1\n", ".conf").Int("server.port"), 1);
}

TEST(Config, the_examples_load_without_a_warning_and_say_the_same) {
  const ConfigFile yaml = Parse(ExampleYaml());
  const ConfigFile toml = Parse(ExampleToml(), ".toml");
  EXPECT_THAT(yaml.warnings(), IsEmpty());
  EXPECT_THAT(toml.warnings(), IsEmpty());
  for (const Key& key : Keys()) {
    ASSERT_EQ(yaml.Has(key.path), toml.Has(key.path)) << key.path;
    if (!yaml.Has(key.path)) continue;
    if (key.type == KeyType::Text) {
      EXPECT_EQ(yaml.Text(key.path), toml.Text(key.path)) << key.path;
    }
    if (key.type == KeyType::Int) {
      EXPECT_EQ(yaml.Int(key.path), toml.Int(key.path)) << key.path;
    }
    if (key.type == KeyType::Bool) {
      EXPECT_EQ(yaml.Bool(key.path), toml.Bool(key.path)) << key.path;
    }
  }
}

TEST(Config, unknown_keys_are_warnings) {
  EXPECT_THAT(Parse("server: {prot: 1}\nextra: {a: 1}\n").warnings(),
              ElementsAre("unknown key server.prot", "unknown key extra"));
}

TEST(Config, wrong_types_are_errors) {
  EXPECT_EQ(WhyNot("server: {port: nine}"), "server.port must be a whole number from 0 on");
  EXPECT_EQ(WhyNot("server: {port: -1}"), "server.port must be a whole number from 0 on");
  EXPECT_EQ(WhyNot("server: {port: \"9000\"}"), "server.port must be a whole number from 0 on");
  EXPECT_EQ(WhyNot("logging: {timestamps: 1}"), "logging.timestamps must be true or false");
  EXPECT_EQ(WhyNot("server: 5"), "server must be a map of keys");
  EXPECT_EQ(WhyNot("auth: {api_key: 12}"), "auth.api_key must be a text");
  EXPECT_EQ(WhyNot("server: {cors_origins: [1]}"), "server.cors_origins must be a list of texts");
}

TEST(Config, what_cannot_be_read_says_where) {
  EXPECT_THAT(WhyNot("server:\n  port: [1\n"), HasSubstr("line "));
  EXPECT_THAT(WhyNot("[server]\nport = \n", ".toml"), HasSubstr("line 2"));
  EXPECT_THAT(WhyNot("just a text"), HasSubstr("map of keys"));
  EXPECT_EQ(ConfigFile::Load("/nonexistent/x.yaml").status().code(), StatusCode::NotFound);
}

TEST(Config, an_empty_file_and_empty_keys_configure_nothing) {
  EXPECT_FALSE(Parse("").Has("server"));
  EXPECT_FALSE(Parse("server:\nauth: {api_key: \"\"}\n").Text("auth.api_key").has_value());
}

TEST(Config, texts_are_filled_from_the_environment) {
  setenv("VPL_CONFIG_TEST", "secret", 1);
  EXPECT_EQ(Parse("auth: {api_key: \"a${VPL_CONFIG_TEST}b$c\"}").Text("auth.api_key"),
            "asecretb$c");
  EXPECT_THAT(WhyNot("auth: {api_key: \"${VPL_NOT_SET_AT_ALL}\"}"),
              HasSubstr("VPL_NOT_SET_AT_ALL"));
}

}  // namespace
}  // namespace varpulis::config
