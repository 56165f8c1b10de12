// Everything that the compiler knows has an entry, every entry is known to the compiler, and its example
// is right.

#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/ast/stream_operators.h"
#include "compiler/driver/compile.h"
#include "compiler/ir/kernel.h"
#include "compiler/reference/reference.h"
#include "compiler/sema/aggregate_kind.h"
#include "compiler/syntax/format/format.h"
#include "tests/replay/replay.h"

namespace varpulis::reference {
namespace {

using diagnostics::DiagnosticKind;
using ::testing::HasSubstr;

constexpr std::string_view kEvents = R"(
event Login:
    user_id: str
    ip: str
    ok: bool
event Logout:
    user_id: str
event Purchase:
    user_id: str
    amount: float
    country: str
    ok: bool
event Order:
    id: int
event Payment:
    order: int
    amount: float
event Quote:
    px: float
event Part:
    n: int
event Row:
    price: float
    quantity: int
    latency: float
    user: str
)";

// What the compiler says about a program, "E090 E050".
std::string CodesOf(const std::string& program) {
  source::SourceMap sources("example.vpl", program);
  diagnostics::DiagnosticEmitter diagnostics;
  driver::Compile(sources, diagnostics, {});
  std::string codes;
  for (const auto& diagnostic : diagnostics.Sorted()) {
    if (diagnostic.severity() == diagnostics::Severity::Error)
      codes += std::string(codes.empty() ? "" : " ") + std::string(Code(diagnostic.kind));
  }
  return codes;
}

bool IsOnlyUnavailable(std::string_view codes) {
  while (codes.starts_with("E090 ")) codes.remove_prefix(5);
  return codes == "E090";
}

template <typename Visit>
void ForEach(Family family, Visit visit) {
  for (const Group& group : Groups()) {
    if (group.family != family) continue;
    for (const Entry& entry : group.entries) visit(entry);
  }
}

// Entries of that very name, without synonyms.
bool HasEntry(Family family, std::string_view name) {
  const Entry* entry = Find(family, name);
  return entry != nullptr && entry->name == name;
}

TEST(Reference, EveryFunctionHasAnEntry) {
  for (const ir::BuiltinDescription& builtin : ir::Builtins()) {
    if (!builtin.internal) EXPECT_TRUE(HasEntry(Family::Function, builtin.name)) << builtin.name;
  }
}

TEST(Reference, EveryAggregateHasAnEntry) {
  for (const std::string& name : sema::AggregateNames())
    EXPECT_TRUE(HasEntry(Family::Aggregate, name)) << name;
}

TEST(Reference, EveryOperatorHasAnEntryAndTheOtherWayRound) {
  for (const std::string& name : ast::StreamOperators())
    EXPECT_TRUE(HasEntry(Family::Operator, name)) << name;
  ForEach(Family::Operator,
          [](const Entry& entry) { EXPECT_TRUE(ast::IsStreamOperator(entry.name)) << entry.name; });
}

TEST(Reference, EveryFunctionIsKnown) {
  const auto expect_known = [](std::string_view name) {
    // `map` and `filter` are known by their lambda.
    const auto is_unknown = [&](std::string_view arguments) {
      const std::string program =
          fmt::format("stream T = E\n    .emit(v: {}({}))\n", name, arguments);
      return CodesOf(program).find("E050") != std::string::npos;
    };
    EXPECT_FALSE(is_unknown("") && is_unknown("x, y => y")) << name;
  };
  ForEach(Family::Function, [&](const Entry& entry) {
    expect_known(entry.name);
    for (std::string_view synonym : entry.synonyms) expect_known(synonym);
  });
}

TEST(Reference, EveryAggregateIsKnown) {
  ForEach(Family::Aggregate, [](const Entry& entry) {
    EXPECT_THAT(
        CodesOf(fmt::format("stream T = E\n    .window(5)\n    .aggregate(v: {}())\n", entry.name)),
        ::testing::Not(HasSubstr("E070")))
        << entry.name;
  });
}

TEST(Reference, NamesAreThereOnceAndInTheSignature) {
  for (Family family : {Family::Function, Family::Aggregate, Family::Operator, Family::Source}) {
    std::set<std::string_view> names;
    ForEach(family, [&](const Entry& entry) {
      EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
      for (std::string_view synonym : entry.synonyms)
        EXPECT_TRUE(names.insert(synonym).second) << synonym;
      EXPECT_THAT(entry.signature, HasSubstr(std::string(entry.name)));
      EXPECT_TRUE(entry.text.ends_with('.')) << entry.name;
      EXPECT_NE(entry.example, "") << entry.name;
    });
  }
}

TEST(Reference, ExamplesOfFunctionsAreTrue) {
  size_t run = 0;
  ForEach(Family::Function, [&](const Entry& entry) {
    const std::string program = fmt::format("stream T = E\n    .emit(ok: {})\n", entry.example);
    if (IsOnlyUnavailable(CodesOf(program))) return;
    const varpulis::testing::ReplayProgram replay(program);
    ASSERT_EQ(replay.failure(), "") << entry.example;
    const auto result = replay.Replay("@0s E { x: 1 }\n", "interp");
    ASSERT_EQ(result.failure, "") << entry.example;
    ASSERT_FALSE(result.output.empty()) << entry.example;
    EXPECT_EQ(result.output.back(), "@0s T { ok: true }") << entry.example;
    ++run;
  });
  EXPECT_GT(run, 60u);
}

TEST(Reference, ExamplesAreAccepted) {
  size_t accepted = 0;
  const auto expect_accepted = [&](const Entry& entry, const std::string& program) {
    const std::string codes = CodesOf(std::string(kEvents) + program);
    const bool needs_models = entry.name == "score" && codes == "E091";
    EXPECT_TRUE(codes.empty() || IsOnlyUnavailable(codes) || needs_models) << codes << "\n"
                                                                           << program;
    EXPECT_THAT(program, HasSubstr(std::string(entry.name)));
    diagnostics::DiagnosticEmitter ignored;
    EXPECT_EQ(format::Format(source::SourceFile("example.vpl", program), ignored), program);
    accepted += codes.empty();
  };
  ForEach(Family::Aggregate, [&](const Entry& entry) {
    expect_accepted(
        entry, fmt::format("stream T = Row\n    .window(5)\n    .aggregate({})\n", entry.example));
  });
  for (Family family : {Family::Operator, Family::Source}) {
    ForEach(family,
            [&](const Entry& entry) { expect_accepted(entry, std::string(entry.example) + "\n"); });
  }
  EXPECT_GT(accepted, 15u);
}

}  // namespace
}  // namespace varpulis::reference
