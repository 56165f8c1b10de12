#include "cli/lsp/frame.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varpulis::lsp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Messages, and problems in angle brackets.
std::vector<std::string> ReadAll(FrameReader& reader) {
  std::vector<std::string> frames;
  while (auto frame = reader.Next()) {
    frames.push_back(frame->problem.empty() ? frame->message : "<" + frame->problem + ">");
  }
  return frames;
}

TEST(FrameReader, ReadsMessagesFromPiecesOfAnySize) {
  const std::string bytes = Framed("{}") + Framed("") + Framed("[1,\r\n\r\n2]");
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    FrameReader reader(100);
    std::vector<std::string> frames;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      reader.Feed(std::string_view(bytes).substr(at, piece));
      for (std::string& frame : ReadAll(reader)) frames.push_back(std::move(frame));
    }
    EXPECT_THAT(frames, ElementsAre("{}", "", "[1,\r\n\r\n2]")) << piece;
  }
}

TEST(FrameReader, OtherHeadersAndSpellings) {
  FrameReader reader(100);
  reader.Feed("Content-Type: x; charset=utf-8\r\ncontent-length:  2 \r\n\r\n{}");
  reader.Feed("Content-Length: 2\n\n[]");
  EXPECT_THAT(ReadAll(reader), ElementsAre("{}", "[]"));
}

TEST(FrameReader, GoesOnAfterABadHeader) {
  for (const char* bad :
       {"Content-Length: two\r\n\r\n", "Content-Length: -1\r\n\r\n", "\r\n",
        "Content-Size: 2\r\n\r\n", "Content-Length: 99999999999999999999\r\n\r\n"}) {
    FrameReader reader(100);
    reader.Feed(bad + Framed("{}"));
    EXPECT_THAT(ReadAll(reader), ElementsAre("<a header without Content-Length>", "{}")) << bad;
  }
}

TEST(FrameReader, SkipsAMessageThatIsTooLong) {
  const std::string bytes = Framed(std::string(1000, 'x')) + Framed("{}");
  for (size_t piece : {1, 7, 500, 5000}) {
    FrameReader reader(100);
    std::vector<std::string> frames;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      reader.Feed(std::string_view(bytes).substr(at, piece));
      for (std::string& frame : ReadAll(reader)) frames.push_back(std::move(frame));
    }
    EXPECT_THAT(frames, ElementsAre(HasSubstr("1000 bytes"), "{}")) << piece;
  }
}

TEST(FrameReader, DropsAHeaderThatDoesNotEnd) {
  FrameReader reader(100);
  reader.Feed(std::string(10'000, 'x'));
  EXPECT_THAT(ReadAll(reader), ElementsAre("<a header that does not end>"));
  reader.Feed(Framed("{}"));
  EXPECT_THAT(ReadAll(reader), ElementsAre("{}"));
}

}  // namespace
}  // namespace varpulis::lsp
