// Sizes and depths. What texts mean is pinned down by tests/golden.

#include "compiler/syntax/parse.h"

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/limits.h"

namespace varpulis::syntax {
namespace {

struct Parsed {
  ast::Program program;
  diagnostics::DiagnosticEmitter diagnostics;

  std::string FirstMessage() const {
    const auto all = diagnostics.Sorted();
    return all.empty() ? std::string() : all.front().message;
  }
};

Parsed ParseText(std::string text) {
  Parsed parsed;
  source::SourceMap sources("test.vpl", std::move(text));
  parsed.program = Parse(sources, parsed.diagnostics);
  return parsed;
}

std::string Repeat(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

void ExpectAccepted(const Parsed& parsed) {
  EXPECT_EQ(parsed.FirstMessage(), "");
  EXPECT_EQ(parsed.program.statements.size(), 1u);
}

void ExpectOneError(const Parsed& parsed, const std::string& message) {
  EXPECT_EQ(parsed.diagnostics.errors(), 1u);
  EXPECT_EQ(parsed.FirstMessage(), message);
}

const std::string kTooDeep = "more than 256 levels of nesting";

TEST(Parse, LongChainsAreFlat) {
  const auto parsed = ParseText("stream S = A .where(" + Repeat("a == 1 or ", 20000) + "b)");
  ExpectAccepted(parsed);
  EXPECT_TRUE(ast::Print(parsed.program).ends_with(" or a == 1 or b\n"));
}

TEST(Parse, LongChainsOfWordsAreFlat) {
  for (const char* op : {" and ", " xor ", " or "}) {
    SCOPED_TRACE(op);
    ExpectAccepted(ParseText("let x = " + Repeat(std::string("a") + op, 20000) + "a"));
  }
}

TEST(Parse, ChainsThatNestLaterAreBounded) {
  const std::string too_many = "there are too many operators in one expression";
  for (const char* op : {" * ", " + ", " << ", " & ", " ^ ", " | "}) {
    SCOPED_TRACE(op);
    const auto chain = [&](int n) { return Repeat(std::string("a") + op, n) + "a"; };
    ExpectAccepted(ParseText("let x = " + chain(1000)));
    ExpectOneError(ParseText("let x = " + chain(1001)), too_many);
    ExpectAccepted(ParseText("let x = [" + chain(900) + ", " + chain(900) + "]"));
    ExpectOneError(ParseText("let x = (" + chain(900) + ") - (" + chain(900) + ") + f(" +
                             chain(500) + " + (" + chain(500) + "))"),
                   too_many);
  }
  ExpectAccepted(ParseText("let x = " + Repeat("a ?? ", 250) + "a"));
  ExpectOneError(ParseText("let x = " + Repeat("a ?? ", 251) + "a"), too_many);
}

TEST(Parse, LongListsAreFlat) {
  ExpectAccepted(ParseText("let x = [" + Repeat("1, ", 50000) + "]"));
  ExpectAccepted(ParseText("stream S = A" + Repeat(" .where(x)", 2000)));
  ExpectAccepted(ParseText("stream S = A" + Repeat(" -> B", 2000)));
  ExpectAccepted(ParseText("fn f():\n" + Repeat("    a\n", 5000)));
}

TEST(Parse, BracketsNestUpToTheLimit) {
  const int most = limits::kMaxProgramNesting;
  ExpectAccepted(ParseText("let x = " + Repeat("(", most) + "1" + Repeat(")", most)));
  ExpectAccepted(ParseText("let x = " + Repeat("[", most) + "1" + Repeat("]", most)));
  ExpectAccepted(ParseText("let x = " + Repeat("f(", most) + "1" + Repeat(")", most)));
  ExpectOneError(ParseText("let x = " + Repeat("(", most + 1) + "1" + Repeat(")", most + 1)),
                 kTooDeep);
}

TEST(Parse, ThingsThatNestWithoutBracketsAreBounded) {
  for (const char* text : {"-", "~", "not ", "x => ", "if a then b else "}) {
    SCOPED_TRACE(text);
    ExpectAccepted(ParseText("let x = " + Repeat(text, 200) + "1"));
    ExpectOneError(ParseText("let x = " + Repeat(text, 300) + "1"), kTooDeep);
  }
  ExpectOneError(ParseText("let x = 1" + Repeat(" ** 1", 300)), kTooDeep);
  ExpectOneError(ParseText("let x = a" + Repeat(".b", 300)), kTooDeep);
  std::string blocks;
  for (int i = 0; i < 300; ++i) blocks += std::string(static_cast<size_t>(i), ' ') + "if a:\n";
  ExpectOneError(ParseText(blocks + std::string(300, ' ') + "b\n"), kTooDeep);
}

TEST(Parse, BracketBombsAreOneError) {
  for (const char* bracket : {"(", "[", "{", "f(", "[(", "x => {"}) {
    SCOPED_TRACE(bracket);
    ExpectOneError(ParseText("let x = " + Repeat(bracket, 100000)), kTooDeep);
  }
  ExpectOneError(ParseText("let x = 1" + Repeat(")", 100000)), "`)` closes nothing");
}

// Ten times the text takes about ten times as long; a quadratic step would take a hundred times.
TEST(Parse, TimeIsLinear) {
  const auto seconds = [](const std::string& text) {
    const std::clock_t begin = std::clock();  // of this process, whatever else the machine does
    ParseText(text);
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  };
  const auto texts = [](int n) {
    return std::vector<std::string>{
        "let x = " + Repeat("a or ", 2 * n) + "b",
        "let x = [" + Repeat("(1), ", n) + "]",
        Repeat("stream S = A .where(x) .emit(a: 1)\n", n / 8),
        Repeat("stream S = A .where((x\n", n / 8),
        Repeat("let x = = 1\n", n / 8),
        "let x = " + Repeat("f(", n),
        "let x = {" + Repeat("a: 1, ", n) + "}",
        "stream S = A .where(" + Repeat("a.b(1) and not c in [1] or ", n / 8) + "d)",
    };
  };
  const auto small = texts(1000);
  const auto large = texts(10000);
  for (size_t i = 0; i < small.size(); ++i) {
    seconds(small[i]);  // fills ANTLR's caches
    EXPECT_LT(seconds(large[i]), 40 * seconds(small[i]) + 0.05) << small[i].substr(0, 60);
  }
}

TEST(Parse, TooLongTextIsRefused) {
  const auto parsed = ParseText(std::string(limits::kMaxProgramBytes + 1, '\n'));
  ExpectOneError(parsed, "a program may have 32 MiB");
}

}  // namespace
}  // namespace varpulis::syntax
