// Texts that no author writes: each gets a diagnostic that is short and has a place, whatever its size.
// Nothing is timed; a command that computes for more than a minute is ended (command.h), which is
// what anything that grows faster than its text would run into.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace varpulis::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr size_t kLargeText = 30u << 20;

std::string Repeated(std::string_view part, size_t bytes) {
  std::string text;
  text.reserve(bytes + part.size());
  while (text.size() < bytes) text += part;
  return text;
}

void ExpectOneShortError(const std::string& text, const std::string& place,
                         const std::string& message) {
  const Scratch scratch;
  const auto path = scratch.Write("p.vpl", text);
  const Outcome outcome = Varpulis({"check", path});
  const std::string shown = outcome.err.substr(0, 2000);
  EXPECT_EQ(outcome.exit_code, 1) << shown;
  EXPECT_THAT(shown, AllOf(HasSubstr(path + ":" + place), HasSubstr(message)));
  EXPECT_LT(outcome.err.size(), 5'000u);
}

TEST(HostileProgram, Nesting) {
  const std::string deeper = "more than 256 levels of nesting";
  ExpectOneShortError("let x = " + Repeated("(", kLargeText), "1:", deeper);
  ExpectOneShortError("let x = " + Repeated("[{a: (", kLargeText), "1:", deeper);
  ExpectOneShortError("let x = " + Repeated("if a then ", kLargeText), "1:", deeper);
  ExpectOneShortError("let x = " + Repeated("y => ", kLargeText), "1:", deeper);
  ExpectOneShortError("let x = " + Repeated("not ", kLargeText) + "a", "1:", deeper);
}

TEST(HostileProgram, UnbalancedBrackets) {
  ExpectOneShortError("let x = a" + Repeated(")", kLargeText), "1:10", "`)` closes nothing");
  ExpectOneShortError("let x = (" + Repeated("(]", kLargeText), "1:", "`]` does not close `(`");
  ExpectOneShortError("stream S = E .where(" + Repeated("a == (1) or ", kLargeText) + "b\n", "1:20",
                      "`(` is never closed");
  // Each line opens what it does not close: each has an error of its own, of which the first are kept.
  const Outcome outcome = Varpulis({"check", "-"}, Repeated("stream S = E .where(a\n", 1 << 20));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr(":1000:"), HasSubstr("more are not shown")));
}

TEST(HostileProgram, LongLines) {
  // A condition of a few hundred thousand parts is long, not wrong; a stray sign at its end is found.
  const std::string parts = Repeated("a == 1 or ", 4u << 20);
  const Outcome fine = Varpulis({"parse", "-"}, "stream S = E .where(" + parts + "b)\n");
  EXPECT_EQ(fine.exit_code, 0) << fine.err.substr(0, 2000);
  ExpectOneShortError("stream S = E .where(" + parts + "== b)\n",
                      "1:" + std::to_string(21 + parts.size()), "unexpected `==`");
  ExpectOneShortError("let " + Repeated("x", kLargeText) + "\n", "1:", "end of the line");
  ExpectOneShortError("let x = '" + Repeated("x", kLargeText), "1:9", "this text never ends");
  ExpectOneShortError("let x = " + Repeated("1", kLargeText), "1:9", "does not fit 64 bits");
}

TEST(HostileProgram, FiftyMegabytes) {
  for (const std::string_view part : {"#", "stream S = E .emit(x: x)\n", "'", "\n", "\xff"}) {
    ExpectOneShortError(Repeated(part, 50u << 20), "1:1", "a program may have 32 MiB");
  }
}

TEST(HostileProgram, Nuls) {
  ExpectOneShortError(std::string(kLargeText, '\0'), "1:1", "has no meaning here");
  ExpectOneShortError(std::string("let x = 1\nlet y = \0 2\n", 21), "2:9", "has no meaning here");
  const Scratch scratch;
  const auto path =
      scratch.Write("p.vpl", std::string("stream S = E .where(a == 'x\0y') .emit(a: a)\n", 44));
  EXPECT_EQ(Varpulis({"check", path}).exit_code, 0) << "text may hold any character";
}

TEST(HostileProgram, OverlongUtf8) {
  // `/`, NUL and the euro sign in more bytes than they need, a surrogate, a code point too far, and
  // characters that are cut short.
  for (const std::string_view bytes : {"\xc0\xaf", "\xc0\x80", "\xe0\x80\xaf", "\xf0\x82\x82\xac",
                                       "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
    ExpectOneShortError("let x = 1\nlet y = '" + std::string(bytes) + "'\n", "2:10",
                        "the program is not valid UTF-8 here");
  }
  ExpectOneShortError("# " + Repeated("\xc0\xaf", kLargeText), "1:3", "not valid UTF-8");
}

}  // namespace
}  // namespace varpulis::cli_test
