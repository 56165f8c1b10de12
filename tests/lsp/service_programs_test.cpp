// Whatever is asked about any program, at any place, there is an answer that fits the text.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "compiler/driver/compile.h"
#include "compiler/service/language_service.h"
#include "runtime/kernel/kernel_table.h"
#include "tests/differential/dice.h"
#include "tests/replay/all_programs.h"

namespace varpulis::service {
namespace {

using source::SourceSpan;

constexpr const char* kUri = "file:///program.vpl";

bool IsWithin(SourceSpan span, size_t size) { return span.begin <= span.end && span.end <= size; }

// A name may stand in backticks, or behind the module that it comes from.
std::string_view NameIn(std::string_view text) {
  if (text.starts_with('`')) return text.substr(1, text.size() - 2);
  const size_t dot = text.rfind('.');
  return dot == std::string_view::npos ? text : text.substr(dot + 1);
}

void ExpectPaintedInOrder(LanguageService& service, size_t size) {
  uint32_t end = 0;
  for (const Highlight& highlight : service.Highlights(kUri)) {
    EXPECT_LE(end, highlight.span.begin);
    EXPECT_LT(highlight.span.begin, highlight.span.end);
    EXPECT_LE(highlight.span.end, size);
    end = highlight.span.end;
  }
}

void ExpectOutlineWithin(const std::vector<DocumentSymbol>& symbols, SourceSpan outer) {
  for (const DocumentSymbol& symbol : symbols) {
    EXPECT_LE(outer.begin, symbol.span.begin) << symbol.name;
    EXPECT_LE(symbol.span.end, outer.end) << symbol.name;
    EXPECT_LE(symbol.span.begin, symbol.name_span.begin) << symbol.name;
    EXPECT_LE(symbol.name_span.end, symbol.span.end) << symbol.name;
    ExpectOutlineWithin(symbol.children, symbol.span);
  }
}

void AskAt(LanguageService& service, std::string_view text, uint32_t offset) {
  const std::vector<SourceSpan> places = service.ReferencesAt(kUri, offset, true);
  std::string_view name;
  for (SourceSpan place : places) {
    ASSERT_TRUE(IsWithin(place, text.size()));
    const auto here = NameIn(text.substr(place.begin, place.end - place.begin));
    if (name.empty()) name = here;
    EXPECT_EQ(here, name) << "at " << place.begin;
  }
  for (SourceSpan definition : service.DefinitionsAt(kUri, offset)) {
    EXPECT_TRUE(std::find(places.begin(), places.end(), definition) != places.end());
  }
  if (const auto hover = service.HoverAt(kUri, offset)) {
    EXPECT_TRUE(IsWithin(hover->span, text.size()));
  }
  const Completions completions = service.CompletionsAt(kUri, offset);
  EXPECT_TRUE(IsWithin(completions.replaced, text.size()));
  EXPECT_LE(completions.replaced.end, offset);
  // Renaming something to what it is called changes nothing.
  static const std::set<std::string_view> kReserved = {
      "and", "or", "not", "in", "is", "true", "false", "null", "if", "then", "else"};
  if (!service.RenamableAt(kUri, offset) || kReserved.contains(name)) return;
  const RenameResult renamed = service.Rename(kUri, offset, std::string(name));
  EXPECT_EQ(renamed.refusal, "") << name;
  EXPECT_EQ(renamed.edits.size(), places.size());
}

TEST(ServicePrograms, AnswersFitTheText) {
  testing::Dice dice(7);
  LanguageService service({kernel::CheckRegex});
  for (const testing::Program& program : testing::AllPrograms(VPL_CHECKOUT)) {
    SCOPED_TRACE(program.path);
    // Hostile programs are long, and every question takes a run of the checker.
    if (program.text.size() > 20'000) continue;
    service.Set(kUri, program.text);
    ExpectPaintedInOrder(service, program.text.size());
    ExpectOutlineWithin(service.Symbols(kUri), {0, static_cast<uint32_t>(program.text.size())});
    for (int question = 0; question < 8; ++question)
      AskAt(service, program.text, static_cast<uint32_t>(dice.Roll(program.text.size() + 1)));
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(ServicePrograms, CutAnywhereThereAreAnswers) {
  testing::Dice dice(8);
  LanguageService service({kernel::CheckRegex});
  for (const testing::Program& program : testing::AllPrograms(VPL_CHECKOUT)) {
    SCOPED_TRACE(program.path);
    if (program.text.size() > 20'000) continue;
    for (int cut = 0; cut < 3; ++cut) {
      std::string text = program.text.substr(0, dice.Roll(program.text.size() + 1));
      service.Set(kUri, text);
      AskAt(service, text, static_cast<uint32_t>(text.size()));
      ExpectPaintedInOrder(service, text.size());
    }
  }
}

// Names are looked up beside the checking, not in it.
TEST(ServicePrograms, NotingNamesChangesNothing) {
  for (const testing::Program& program : testing::AllPrograms(VPL_CHECKOUT)) {
    SCOPED_TRACE(program.path);
    sema::NameTable names;
    driver::CompileOptions options;
    options.check_regex = kernel::CheckRegex;
    diagnostics::DiagnosticEmitter plain, noted;
    source::SourceMap sources("program.vpl", program.text);
    const std::string typed = sema::Print(driver::Check(sources, plain, options).typed);
    options.names = &names;
    source::SourceMap again("program.vpl", program.text);
    EXPECT_EQ(sema::Print(driver::Check(again, noted, options).typed), typed);
    EXPECT_EQ(noted.errors(), plain.errors());
    EXPECT_EQ(noted.warnings(), plain.warnings());
  }
}

}  // namespace
}  // namespace varpulis::service
