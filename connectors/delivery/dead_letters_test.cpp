#include "connectors/delivery/dead_letters.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varpulis::connectors {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

DeadLetterFilter Of(const std::string& tenant, const std::string& connector = {},
                    const std::string& pipeline = {}) {
  DeadLetterFilter filter;
  filter.tenant_id = tenant;
  filter.connector = connector;
  filter.pipeline_id = pipeline;
  return filter;
}

class DeadLetterTest : public ::testing::Test {
 protected:
  DeadLetterTest() {
    std::string name = "/tmp/varpulis-dlq-test-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~DeadLetterTest() override { fs::remove_all(folder_); }

  std::string path() const { return (folder_ / "dlq.jsonl").string(); }
  static DeadLetter Letter(const std::string& connector, const std::string& value,
                           const std::string& tenant = "t1") {
    DeadLetter letter;
    letter.connector = connector;
    letter.error = "away";
    letter.event_type = "T";
    letter.event =
        "{\"event_type\":\"T\",\"timestamp\":\"2026-02-04T10:30:00.123Z\",\"v\":" + value + "}";
    letter.tenant_id = tenant;
    letter.pipeline_id = "p1";
    return letter;
  }
  static void Write(DeadLetters& letters, std::vector<DeadLetter> some) { letters.Write(some); }
  static std::vector<std::string> Events(const DeadLetters& letters, DeadLetterFilter filter = {}) {
    auto found = letters.Find(filter, 1000);
    EXPECT_TRUE(found.ok()) << found.status().message();
    std::vector<std::string> events;
    for (const DeadLetter& letter : *found) events.push_back(letter.event);
    return events;
  }

  fs::path folder_;
};

TEST_F(DeadLetterTest, events_come_back_as_they_were) {
  DeadLetters letters({.path = path()});
  for (const char* value : {"1", "-1.5", "\"a\\\"b\\u0001\"", "null", "{\"b\":[1,2.0]}", "\"ä\""})
    Write(letters, {Letter("C", value)});
  DeadLetter bare = Letter("C", "1");
  bare.event = R"({"event_type":"T","timestamp":"1970-01-01T00:00:00Z"})";
  Write(letters, {bare});
  EXPECT_THAT(
      Events(letters),
      ElementsAre(Letter("", "1").event, Letter("", "-1.5").event,
                  Letter("", "\"a\\\"b\\u0001\"").event, Letter("", "null").event,
                  Letter("", "{\"b\":[1,2.0]}").event, Letter("", "\"ä\"").event, bare.event));
}

TEST_F(DeadLetterTest, payloads_are_shown_but_not_sent) {
  DeadLetters letters({.path = path()});
  DeadLetter letter;
  letter.connector = "In";
  letter.error = "the payload is no JSON object";
  letter.event_type = "T";
  letter.payload = "no \"json\" \xff";
  Write(letters, {letter});
  auto listing = letters.List({}, 0, 10);
  ASSERT_TRUE(listing.ok());
  ASSERT_THAT(listing->lines, SizeIs(1));
  EXPECT_THAT(listing->lines[0],
              HasSubstr(R"("event":{"event_type":"T","data":{"payload":"no \"json\" )"));
  auto found = letters.Find({}, 10);
  ASSERT_THAT(*found, SizeIs(1));
  EXPECT_EQ((*found)[0].event, "");
  EXPECT_THAT((*found)[0].payload, HasSubstr("no \"json\""));
}

TEST_F(DeadLetterTest, filters_choose_by_owner_sink_and_time) {
  DeadLetters letters({.path = path()});
  Write(letters,
        {Letter("C", "1"), Letter("C::alerts", "2"), Letter("D", "3"), Letter("C", "4", "t2")});
  EXPECT_THAT(Events(letters, Of("t1")), SizeIs(3));
  EXPECT_THAT(Events(letters, Of("t1", "C")), SizeIs(2));
  EXPECT_THAT(Events(letters, Of("t1", "C::alerts")), ElementsAre(Letter("", "2").event));
  EXPECT_THAT(Events(letters, Of("", "", "p2")), IsEmpty());
  DeadLetterFilter later;
  later.since = 4'000'000'000'000'000'000;
  EXPECT_THAT(Events(letters, later), IsEmpty());
  DeadLetterFilter earlier;
  earlier.until = 1;
  EXPECT_THAT(Events(letters, earlier), IsEmpty());
  auto page = letters.List(Of("t1"), 1, 1);
  EXPECT_EQ(page->total, 3u);
  EXPECT_THAT(page->lines, ElementsAre(HasSubstr("\"C::alerts\"")));
}

TEST_F(DeadLetterTest, what_was_sent_is_taken_out_also_of_rotated_files) {
  DeadLetters letters({.path = path(), .max_bytes = 700, .keep = 3});
  for (int i = 0; i < 6; ++i) Write(letters, {Letter("C", std::to_string(i))});
  EXPECT_TRUE(fs::exists(path() + ".1"));
  auto found = letters.Find({}, 2);
  ASSERT_THAT(*found, SizeIs(2));
  EXPECT_EQ((*found)[0].event, Letter("", "0").event);
  auto removed = letters.RemoveIds(std::vector<std::string>{(*found)[0].id, (*found)[1].id, "x"});
  EXPECT_EQ(*removed, 2u);
  EXPECT_THAT(Events(letters), SizeIs(4));
  EXPECT_EQ(*letters.Remove(Of("", "C")), 4u);
  EXPECT_THAT(Events(letters), IsEmpty());
  Write(letters, {Letter("C", "9")});
  EXPECT_THAT(Events(letters), SizeIs(1));
}

TEST_F(DeadLetterTest, the_oldest_file_goes) {
  DeadLetters letters({.path = path(), .max_bytes = 300, .keep = 2});
  for (int i = 0; i < 10; ++i) Write(letters, {Letter("C", std::to_string(i))});
  EXPECT_THAT(Events(letters),
              ElementsAre(Letter("", "7").event, Letter("", "8").event, Letter("", "9").event));
  EXPECT_FALSE(fs::exists(path() + ".3"));
}

TEST_F(DeadLetterTest, a_file_that_was_moved_or_emptied_begins_anew) {
  DeadLetters letters({.path = path()});
  Write(letters, {Letter("C", "1")});
  fs::rename(path(), path() + ".mine");
  Write(letters, {Letter("C", "2")});
  EXPECT_THAT(Events(letters), ElementsAre(Letter("", "2").event));
  fs::resize_file(path(), 0);
  Write(letters, {Letter("C", "3")});
  EXPECT_THAT(Events(letters), ElementsAre(Letter("", "3").event));
}

TEST_F(DeadLetterTest, lines_of_others_stay) {
  DeadLetters letters({.path = path()});
  std::ofstream(path()) << "not ours\n{\"a\":1}\n";
  Write(letters, {Letter("C", "1")});
  EXPECT_EQ(*letters.Remove({}), 1u);
  std::ifstream in(path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "not ours\n{\"a\":1}\n");
}

TEST_F(DeadLetterTest, a_disk_that_refuses_is_counted) {
  DeadLetters letters({.path = (folder_ / "missing" / "dlq.jsonl").string()});
  Write(letters, {Letter("C", "1"), Letter("C", "2")});
  EXPECT_EQ(letters.write_errors(), 2u);
}

}  // namespace
}  // namespace varpulis::connectors
