// `simulate --checkpoint-dir`: where a replay begins, what it leaves behind, and what it says when it cannot.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Events(int from, int to) {
  std::string events;
  for (int i = from; i < to; ++i) {
    events += fmt::format(
        R"({{"type":"E","timestamp":"2026-01-01T00:{:02}:{:02}Z","k":"key {}","x":{}.25}})"
        "\n",
        i / 60, i % 60, i % 7, i * 37 % 11);
  }
  return events;
}

class CheckpointTest : public ::testing::Test {
 protected:
  // Replays the file, with checkpoints in a folder of the test.
  Outcome Replay(const std::string& events, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"simulate",         "-p",    Program(), "-e", events,
                                          "--checkpoint-dir", Folder()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Varpulis(arguments);
  }
  std::string Program() { return scratch_.Write("p.vpl", program_); }
  std::string Folder() { return scratch_.Path("state"); }
  std::string Newest() {
    uint64_t newest = 0;
    for (const auto& entry : fs::directory_iterator(Folder() + "/checkpoint"))
      newest = std::max<uint64_t>(newest, std::stoull(entry.path().filename().string()));
    return Folder() + "/checkpoint/" + std::to_string(newest);
  }
  static void Damage(const std::string& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get() ^ 0x20);
    file.seekp(at);
    file.put(byte);
  }
  std::string WithoutCheckpoints(const std::string& events) {
    return Varpulis({"simulate", "-p", Program(), "-e", events}).out;
  }

  Scratch scratch_;
  std::string program_ =
      "stream W = E .partition_by(k) .window(10s) .aggregate(n: count(), s: sum(x)) .emit(n: n, s: "
      "s)\n"
      "stream P = E as a -> E where k == a.k and x > a.x as b .within(20s) .emit(a: a.x, b: b.x)\n"
      "stream D = E .distinct(k) .emit(k: k)\n";
};

TEST_F(CheckpointTest, ASecondFileGoesOnWithTheFirst) {
  const std::string whole = WithoutCheckpoints(scratch_.Write("all.jsonl", Events(0, 300)));
  for (const std::string workers : {"1", "3"}) {
    fs::remove_all(Folder());
    const Outcome first = Replay(scratch_.Write("1.jsonl", Events(0, 111)), {"--no-flush"});
    ASSERT_EQ(first.exit_code, 0) << first.Text();
    const Outcome second =
        Replay(scratch_.Write("2.jsonl", Events(111, 300)), {"-w", workers, "--offline"});
    ASSERT_EQ(second.exit_code, 0) << second.Text();
    EXPECT_EQ(first.out + second.out, whole);
    EXPECT_THAT(second.err, HasSubstr("/checkpoint/1: restored, 111 events and "));
    EXPECT_THAT(second.err, HasSubstr("\n189 events, "));
  }
}

TEST_F(CheckpointTest, ResumeReadsOverWhatWasSeen) {
  const std::string whole = WithoutCheckpoints(scratch_.Write("all.jsonl", Events(0, 300)));
  const std::string file = scratch_.Write("log.jsonl", Events(0, 200));
  const Outcome first = Replay(file, {"--no-flush"});
  // The file has grown meanwhile.
  scratch_.Write("log.jsonl", Events(0, 300));
  const Outcome second = Replay(file, {"--resume"});
  ASSERT_EQ(second.exit_code, 0) << second.Text();
  EXPECT_EQ(first.out + second.out, whole);
  EXPECT_THAT(second.err, HasSubstr("log.jsonl: goes on behind 200 events\n"));
  // Nothing is left to read; what was open is, since the checkpoint was taken before it fired.
  const Outcome third = Replay(file, {"--resume"});
  EXPECT_THAT(third.err, HasSubstr("\n0 events, "));
  EXPECT_THAT(second.out, ::testing::EndsWith(third.out));
  EXPECT_THAT(third.out, HasSubstr("\"W\""));
}

// Lines that were skipped as malformed, blank ones and comments are no events; text events are ordered
// by their offsets first.
TEST_F(CheckpointTest, ResumeCountsEventsOfAnyFormat) {
  program_ = "stream S = E .emit(x: x)\n";
  const std::string begin = "# comment\n@2s E { x: 2 }\n\nbroken {\n@1s E { x: 1 }\n";
  const std::string file = scratch_.Write("e.evt", begin);
  EXPECT_EQ(Lines(Replay(file, {"--skip-bad"}).out).size(), 2u);
  scratch_.Write("e.evt", begin + "@3s E { x: 3 }\n@4s broken {\n");
  const Outcome resumed = Replay(file, {"--skip-bad", "--resume"});
  EXPECT_EQ(resumed.out, "{\"event_type\":\"S\",\"timestamp\":\"1970-01-01T00:00:03Z\",\"x\":3}\n");
  EXPECT_THAT(resumed.err, HasSubstr("1 malformed lines skipped:\n  " + file + ":7:"));
  EXPECT_THAT(Replay(file, {"--skip-bad", "--resume", "--streaming"}).err,
              HasSubstr("--resume: the checkpoint was taken without --streaming\n"));

  const std::string csv = scratch_.Write("e.csv", "type,x\nE,1\nE,2\n");
  EXPECT_EQ(Lines(Replay(csv, {"--resume"}).out).size(), 2u);
  scratch_.Write("e.csv", "type,x\nE,1\nE,2\nE,3\n");
  EXPECT_EQ(Lines(Replay(csv, {"--resume"}).out).size(), 1u);
}

TEST_F(CheckpointTest, AnotherFileOfTheSameNameIsReadFromItsBeginning) {
  const std::string file = scratch_.Write("log.jsonl", Events(0, 50));
  Replay(file);
  scratch_.Write("log.jsonl", Events(50, 100));
  const Outcome other = Replay(file, {"--resume"});
  EXPECT_THAT(other.err,
              HasSubstr("log.jsonl: from its beginning, the checkpoint has not seen it"));
  EXPECT_THAT(other.err, HasSubstr("\n50 events, "));
  // A file that begins alike but ends too early is not what was read.
  scratch_.Write("log.jsonl", Events(50, 60));
  const Outcome shorter = Replay(file, {"--resume"});
  EXPECT_THAT(shorter.err, HasSubstr("from its beginning"));
}

TEST_F(CheckpointTest, SeveralFilesArePutTogether) {
  const std::string one = scratch_.Write("1.jsonl", Events(0, 40));
  const std::string two = scratch_.Write("2.jsonl", Events(40, 80));
  Replay(one, {"-e", two, "--checkpoint-interval", "0"});
  scratch_.Write("2.jsonl", Events(40, 90));
  const Outcome resumed = Replay(one, {"-e", two, "--resume"});
  EXPECT_THAT(resumed.err,
              AllOf(HasSubstr("1.jsonl: goes on behind 40 events\n"),
                    HasSubstr("2.jsonl: goes on behind 40 events\n"), HasSubstr("\n10 events, ")));
}

TEST_F(CheckpointTest, TheNewestThreeAreKept) {
  // More than three batches.
  const std::string file =
      scratch_.Write("log.jsonl", Events(0, 3000) + Events(0, 3000) + Events(0, 3000) +
                                      Events(0, 3000) + Events(0, 3000) + Events(0, 3000));
  ASSERT_EQ(Replay(file, {"--checkpoint-interval", "0s", "-q"}).exit_code, 0);
  const auto files = fs::directory_iterator(Folder() + "/checkpoint");
  EXPECT_EQ(std::distance(begin(files), end(files)), 3);
  EXPECT_GE(std::stoi(fs::path(Newest()).filename()), 4);
}

TEST_F(CheckpointTest, ADamagedOneGivesWayToTheOneBefore) {
  const std::string file = scratch_.Write("log.jsonl", Events(0, 100));
  Replay(file);
  Replay(file);
  Damage(Newest(), 400);
  const Outcome next = Replay(file, {"--resume"});
  EXPECT_EQ(next.exit_code, 0);
  EXPECT_THAT(next.err, AllOf(HasSubstr("checkpoint/2: the checkpoint is damaged: "),
                              HasSubstr("checkpoint/1: restored, 100 events and ")));
  for (const auto& entry : fs::directory_iterator(Folder() + "/checkpoint"))
    fs::resize_file(entry.path(), 30);
  const Outcome none = Replay(file);
  EXPECT_EQ(none.exit_code, 4);
  EXPECT_EQ(none.out, "");
  EXPECT_THAT(none.err, HasSubstr("no checkpoint can be restored; --no-restore begins without "
                                  "one\n"));
  const Outcome anew = Replay(file, {"--no-restore"});
  EXPECT_EQ(anew.exit_code, 0);
  EXPECT_THAT(anew.err, Not(HasSubstr("restored")));
}

// Going on from something older would lose what the newer program has done.
TEST_F(CheckpointTest, OneOfANewerVersionIsRefused) {
  const std::string file = scratch_.Write("log.jsonl", Events(0, 20));
  Replay(file);
  Replay(file);
  std::fstream(Newest(), std::ios::in | std::ios::out | std::ios::binary).seekp(8).put(2);
  const Outcome outcome = Replay(file);
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("checkpoint/2: the checkpoint has format version 2, this "
                                     "program knows versions up to 1\n"));
}

TEST_F(CheckpointTest, AChangedProgramSaysWhatStartsAnew) {
  const std::string file = scratch_.Write("log.jsonl", Events(0, 20));
  Replay(file);
  program_ =
      "stream W = E .window(3s) .aggregate(n: count()) .emit(n: n)\n"
      "stream D = E .distinct(k) .emit(key: k)\nstream New = E .emit(x: x)\n";
  const Outcome outcome = Replay(file);
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("  W starts anew: "), HasSubstr("  New is new\n"),
                    HasSubstr("  P is not in the program any more, "), Not(HasSubstr("  D "))));
  EXPECT_THAT(outcome.out, Not(HasSubstr("\"D\"")));
}

TEST_F(CheckpointTest, WrongFlagsAreRefused) {
  const std::string file = scratch_.Write("log.jsonl", Events(0, 2));
  const Outcome lonely = Varpulis({"simulate", "-p", Program(), "-e", file, "--resume"});
  EXPECT_EQ(lonely.exit_code, 2);
  EXPECT_THAT(lonely.err, HasSubstr("it needs --checkpoint-dir\n"));
  EXPECT_EQ(Replay(file, {"--resume", "--no-restore"}).exit_code, 2);
  for (const std::string interval : {"soon", "-1", "5 s", ""}) {
    const Outcome outcome = Replay(file, {"--checkpoint-interval", interval});
    EXPECT_EQ(outcome.exit_code, 2) << interval;
    EXPECT_THAT(outcome.err, HasSubstr("`" + interval + "` is neither seconds nor a duration"));
  }
  const Outcome nowhere = Varpulis(
      {"simulate", "-p", Program(), "-e", file, "--checkpoint-dir", file + "/below/a/file"});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("--checkpoint-dir: "));
}

// What stops a program is not in any checkpoint: the last one was taken before.
TEST_F(CheckpointTest, AStoppedProgramLeavesNone) {
  program_ = "stream S = E .select(y: 1 / x) .on_error(\"stop\") .emit(y: y)\n";
  const Outcome outcome = Replay(scratch_.Write("e.evt", "E { x: 1 }\nE { x: 0 }\n"));
  EXPECT_EQ(outcome.exit_code, 1) << outcome.Text();
  EXPECT_TRUE(fs::is_empty(Folder() + "/checkpoint"));
}

}  // namespace
}  // namespace varpulis::cli_test
