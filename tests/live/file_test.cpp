#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "connectors/registry/registry.h"
#include "tests/live/connector_bench.h"
#include "tests/live/server_process.h"

// Files that others rotate, empty and remove; tenants that want those of others.

namespace varpulis::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Files : public ::testing::Test {
 protected:
  connectors::Link Link(std::vector<ir::ConfigItem> items) const {
    connectors::Link link;
    link.connector = "F";
    link.kind = "file";
    link.parameters = std::move(items);
    link.folder = folder_.path();
    return link;
  }
  fs::path file() const { return folder_.path() / "in.jsonl"; }
  void Append(const std::string& text) const { std::ofstream(file(), std::ios::app) << text; }
  std::vector<std::string> Poll(connectors::Source& source) const {
    std::vector<connectors::IncomingPayload> payloads;
    const std::atomic<bool> never = false;
    EXPECT_TRUE(source.Poll(payloads, connectors::Deadline(100 * kNsPerMs, never)).ok());
    std::vector<std::string> lines;
    for (auto& payload : payloads) lines.push_back(std::move(payload.bytes));
    return lines;
  }
  std::string Contents(const fs::path& path) const {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void Deliver(connectors::Sink& sink, const std::vector<std::string>& events) const {
    std::vector<connectors::OutgoingEvent> outgoing;
    for (const std::string& event : events) outgoing.push_back({1, "", "T", event});
    const std::atomic<bool> never = false;
    EXPECT_EQ(sink.Deliver(outgoing, connectors::Deadline(kNsPerSecond, never)).error, "");
  }

  ServerFolder folder_;
};

TEST_F(Files, whole_lines_are_read_as_they_are_added) {
  auto source = connectors::MakeSource(Link({Text("path", "in.jsonl")}));
  EXPECT_THAT(Poll(**source), IsEmpty());
  EXPECT_FALSE((*source)->connected());
  Append("one\n\n  \ntwo\r\nthr");
  EXPECT_THAT(Poll(**source), ElementsAre("one", "two"));
  EXPECT_TRUE((*source)->connected());
  EXPECT_THAT(Poll(**source), IsEmpty());
  Append("ee\n");
  EXPECT_THAT(Poll(**source), ElementsAre("three"));
}

TEST_F(Files, a_rotated_file_is_read_to_its_end_first) {
  Append("one\n");
  auto source = connectors::MakeSource(Link({Text("path", "in.jsonl")}));
  EXPECT_THAT(Poll(**source), ElementsAre("one"));
  Append("two\nlast");
  fs::rename(file(), folder_.path() / "in.jsonl.1");
  Append("three\n");
  std::vector<std::string> all;
  for (int i = 0; i < 5 && all.size() < 3; ++i) {
    for (std::string& line : Poll(**source)) all.push_back(std::move(line));
  }
  EXPECT_THAT(all, ElementsAre("two", "last", "three"));
}

TEST_F(Files, an_emptied_file_is_read_from_its_beginning) {
  Append("one\ntwo\n");
  auto source = connectors::MakeSource(Link({Text("path", "in.jsonl")}));
  EXPECT_THAT(Poll(**source), ElementsAre("one", "two"));
  fs::resize_file(file(), 0);
  EXPECT_THAT(Poll(**source), IsEmpty());
  Append("x\n");
  EXPECT_THAT(Poll(**source), ElementsAre("x"));
}

TEST_F(Files, of_a_line_that_is_too_long_no_more_is_kept_than_shows_it) {
  Append(std::string(3 * limits::kMaxEventLineBytes, 'x') + "\nshort\n");
  auto source = connectors::MakeSource(Link({Text("path", "in.jsonl")}));
  std::vector<std::string> all;
  for (int i = 0; i < 100 && all.size() < 2; ++i) {
    for (std::string& line : Poll(**source)) all.push_back(std::move(line));
  }
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].size(), limits::kMaxEventLineBytes + 1);
  EXPECT_EQ(all[1], "short");
}

TEST_F(Files, what_is_written_goes_to_the_file_that_has_the_name) {
  auto sink = connectors::MakeSink(Link({Text("path", "in.jsonl"), {"fsync", {true}}}));
  Deliver(**sink, {"a", "b"});
  fs::rename(file(), folder_.path() / "moved");
  Deliver(**sink, {"c"});
  EXPECT_EQ(Contents(folder_.path() / "moved"), "a\nb\n");
  EXPECT_EQ(Contents(file()), "c\n");
}

TEST_F(Files, a_large_file_is_rotated) {
  auto sink = connectors::MakeSink(Link({Text("path", "in.jsonl"), Number("rotate_mb", 1)}));
  const std::string block((1u << 20) - 10, 'x');
  for (const char* mark : {"1", "2", "3"}) Deliver(**sink, {block + mark});
  EXPECT_THAT(Contents(file()), HasSubstr("x3\n"));
  EXPECT_THAT(Contents(folder_.path() / "in.jsonl.1"), HasSubstr("x2\n"));
  EXPECT_THAT(Contents(folder_.path() / "in.jsonl.2"), HasSubstr("x1\n"));
}

TEST_F(Files, the_name_of_the_connector_is_the_default) {
  auto sink = connectors::MakeSink(Link({}));
  Deliver(**sink, {"a"});
  EXPECT_EQ(Contents(folder_.path() / "F.jsonl"), "a\n");
}

TEST_F(Files, a_tenant_stays_in_its_folder) {
  connectors::Link link = Link({Text("path", "../other.jsonl")});
  link.confined = true;
  auto sink = connectors::MakeSink(link);
  ASSERT_FALSE(sink.ok());
  EXPECT_THAT(sink.status().message(), HasSubstr("lies outside of the folder of this tenant"));
  link.parameters = {Text("path", "/etc/passwd")};
  EXPECT_FALSE(connectors::MakeSource(link).ok());
  fs::create_directory_symlink("/tmp", folder_.path() / "link");
  link.parameters = {Text("path", "link/x.jsonl")};
  EXPECT_FALSE(connectors::MakeSink(link).ok());
  link.parameters = {Text("path", "sub/x.jsonl")};
  auto inside = connectors::MakeSink(link);
  ASSERT_TRUE(inside.ok()) << inside.status().message();
  Deliver(**inside, {"a"});
  EXPECT_EQ(Contents(folder_.path() / "sub" / "x.jsonl"), "a\n");
}

}  // namespace
}  // namespace varpulis::testing
