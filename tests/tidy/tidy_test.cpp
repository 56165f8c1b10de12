// The house rules, over this checkout, and over a small tree that breaks each of them once.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/tidy/checks.h"

namespace varpulis::tidy {
namespace {

namespace fs = std::filesystem;

std::string ShowAll(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += "\n" + Show(finding);
  return text;
}

class Checkout : public testing::Test {
 protected:
  const Tree tree_ = ReadTree(VPL_CHECKOUT);
};

TEST_F(Checkout, IsRead) {
  EXPECT_NE(tree_.Find("tests/tidy/tidy_test.cpp"), nullptr);
  EXPECT_NE(tree_.Find("compiler/ir/plan.h"), nullptr);
}

TEST_F(Checkout, KeepsLayers) { EXPECT_EQ(ShowAll(CheckLayers(tree_)), ""); }

TEST_F(Checkout, KeepsGuestsInTheirRooms) { EXPECT_EQ(ShowAll(CheckRooms(tree_)), ""); }

TEST_F(Checkout, HasTidyFiles) {
  EXPECT_EQ(ShowAll(CheckFiles(tree_)), "");
  for (const Finding& note : LongFiles(tree_)) std::printf("%s\n", Show(note).c_str());
}

TEST_F(Checkout, HasLinksThatLeadSomewhere) { EXPECT_EQ(ShowAll(CheckLinks(tree_)), ""); }

TEST_F(Checkout, SaysWhatIsCovered) {
  EXPECT_NE(tree_.Find("docs/language/coverage.md"), nullptr);
  EXPECT_EQ(ShowAll(CheckCoverage(tree_)), "");
}

// A tree in a temporary folder, gone at the end of the test.
class Planted : public testing::Test {
 protected:
  Planted() {
    std::string pattern = (fs::temp_directory_path() / "vpl-tidy-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~Planted() override { fs::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  // All findings as `rule path:line`.
  std::vector<std::string> Findings() {
    const Tree tree = ReadTree(root_);
    std::vector<std::string> result;
    for (const auto check : {CheckLayers, CheckRooms, CheckFiles, CheckLinks, CheckCoverage}) {
      for (const Finding& finding : check(tree))
        result.push_back(finding.rule + " " + finding.path + ":" + std::to_string(finding.line));
    }
    return result;
  }
  using Expected = std::vector<std::string>;

  fs::path root_;
};

TEST_F(Planted, CleanTreeHasNoFindings) {
  Write("base/README.md", "[time](time.h), [elsewhere](https://example.org/x), [here](#top)\n");
  Write("base/time.h", "#pragma once\n#include <string>\n");
  Write("runtime/io/README.md", "```\n[a](b)\n```\n");
  Write("runtime/io/reader.cpp",
        "#include <simdjson.h>\n#include \"base/time.h\"\n"
        "#include \"compiler/ir/plan.h\"\n#include \"runtime/row/table.h\"\n");
  Write("jit/engine/README.md", "");
  Write("jit/engine/engine_test.cpp",
        "#include <gtest/gtest.h>\n#include <llvm/IR/Module.h>\n"
        "#include \"runtime/interp/interpret.h\"\n");
  Write("tests/unit/README.md", "");
  Write("tests/unit/CMakeLists.txt", "add_executable(unit_test unit_test.cpp)\n");
  Write("tests/unit/unit_test.cpp", "#include <nlohmann/json.hpp>\n#include \"cli/main.h\"\n");
  Write("build/generated.h", "#include <llvm/IR/Module.h>\n");
  EXPECT_EQ(Findings(), Expected{});
}

TEST_F(Planted, LayersPointDownwards) {
  for (const char* folder : {"base", "compiler/sema", "runtime/row", "jit/emit", "oddments"})
    Write(std::string(folder) + "/README.md", "");
  Write("base/a.cpp", "#include \"compiler/ir/type.h\"\n");
  Write("compiler/sema/b.cpp", "\n#include \"runtime/row/table.h\"\n");
  Write("runtime/row/c.cpp", "#include \"compiler/sema/check.h\"\n#include \"../io/sink.h\"\n");
  Write("jit/emit/d.cpp", "#include \"runtime/interp/interpret.h\"\n");
  Write("oddments/e.cpp", "");
  EXPECT_EQ(Findings(), (Expected{"layer base/a.cpp:1", "layer compiler/sema/b.cpp:2",
                                  "layer jit/emit/d.cpp:1", "layer oddments/e.cpp:0",
                                  "layer runtime/row/c.cpp:1", "relative runtime/row/c.cpp:2"}));
}

TEST_F(Planted, GuestsStayInTheirRooms) {
  Write("cli/README.md", "");
  Write("cli/a.cpp",
        "#include <antlr4-runtime.h>\n#include \"llvm/IR/Module.h\"\n#include <nlohmann/json.hpp>\n"
        "#include <simdjson.h>\n#include <re2/re2.h>\n#include <hs/hs.h>\n"
        "#include <absl/hash/hash.h>\n#include <unicode/uchar.h>\n#include <spdlog/spdlog.h>\n"
        "#include <gtest/gtest.h>\n#include <benchmark/benchmark.h>\n#include \"VplParser.h\"\n");
  Write("cli/report_json.cpp", "#include <nlohmann/json.hpp>\n");
  Write("base/README.md", "");
  Write("base/options.cpp", "#include <CLI/CLI.hpp>\n");
  Expected expected = {"room base/options.cpp:1"};
  for (int line = 1; line <= 12; ++line)
    expected.push_back("room cli/a.cpp:" + std::to_string(line));
  EXPECT_EQ(Findings(), expected);
}

TEST_F(Planted, FilesAreShortNamedAndExplained) {
  std::string lines;
  for (int i = 0; i < 501; ++i) lines += "\n";
  Write("base/long.cpp", lines);
  Write("base/table.cpp", "// Long because it is a table.\n" + lines);
  Write("base/no_pragma.h", "// nothing\n");
  Write("base/string_utils.cpp", "");
  Write("base/names.cpp", "class RunManager {\n  struct KeyHelper;\n  class Keeper;\n");
  EXPECT_EQ(Findings(), (Expected{"length base/long.cpp:0", "name base/names.cpp:1",
                                  "name base/names.cpp:2", "pragma base/no_pragma.h:0",
                                  "name base/string_utils.cpp:0", "readme base:0"}));
  EXPECT_EQ(LongFiles(ReadTree(root_)).size(), 2u);
}

TEST_F(Planted, TestsAreBuilt) {
  for (const char* folder : {"a", "b", "c"})
    Write(std::string("tests/") + folder + "/README.md", "");
  Write("tests/a/forgotten_test.cpp", "");
  Write("tests/b/CMakeLists.txt", "add_executable(b_test b_test.cpp)\n");
  Write("tests/b/b_test.cpp", "");
  Write("tests/b/other_test.cpp", "");
  Write("tests/c/CMakeLists.txt", "file(GLOB sources *.cpp)\n");
  Write("tests/c/c_test.cpp", "");
  EXPECT_EQ(Findings(), (Expected{"unregistered tests/a/forgotten_test.cpp:0",
                                  "unregistered tests/b/other_test.cpp:0"}));
}

TEST_F(Planted, LinksLeadSomewhere) {
  Write("docs/a.md", "[good](b.md#part) [bad](c.md)\n\n[up](../README.md)\n");
  Write("docs/b.md", "");
  EXPECT_EQ(Findings(), (Expected{"link docs/a.md:1", "link docs/a.md:3"}));
}

TEST_F(Planted, RowsWithoutTestsAndUncalledBuiltinsAreFound) {
  std::string page;
  for (int row = 1; row <= 144; ++row) {
    if (row != 7) page += "| " + std::to_string(row) + " | x | open: later |\n";
  }
  page += "| 7 | x | |\n";
  // Of those of later revisions the second is missing.
  for (int row = 1; row <= 60; ++row) {
    if (row != 2) page += "| later " + std::to_string(row) + " | x | open: later |\n";
  }
  Write("docs/language/coverage.md", page);
  Write("compiler/ir/builtin_kind.def",
        "VPL_BUILTIN(abs, 1, 1, Any)\nVPL_BUILTIN(pop, 1, 1, Any)\n");
  Write("compiler/ir/README.md", "");
  Write("tests/conformance/a/b.case", "stream S = E .emit(x: abs(1))\n");
  EXPECT_EQ(Findings(), (Expected{"coverage docs/language/coverage.md:144",
                                  "coverage docs/language/coverage.md:0",
                                  "builtin compiler/ir/builtin_kind.def:2"}));
}

}  // namespace
}  // namespace varpulis::tidy
