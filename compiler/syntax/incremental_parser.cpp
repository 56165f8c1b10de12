#include "compiler/syntax/incremental_parser.h"

#include <functional>
#include <string_view>
#include <unordered_map>

#include "base/parallel.h"
#include "compiler/ast/spans.h"
#include "compiler/syntax/statement_list.h"

namespace varpulis::syntax {
namespace {

constexpr size_t kNowhere = static_cast<size_t>(-1);

// The statement as it stands in the text, comments inside included.
source::SourceSpan Extent(const StatementText& statement) {
  return {statement.tokens.front().span.begin, statement.tokens.back().span.end};
}

// The same text may be other tokens if something else follows it: line breaks are judged by what
// comes next.
std::string TypesOf(const StatementText& statement) {
  std::string types;
  for (const Token& token : statement.tokens) types += static_cast<char>(token.type);
  return types;
}

void Shift(diagnostics::Diagnostic& diagnostic, int64_t by) {
  const auto move = [by](source::SourceSpan& span) {
    span.begin = static_cast<uint32_t>(span.begin + by);
    span.end = static_cast<uint32_t>(span.end + by);
  };
  move(diagnostic.span);
  for (diagnostics::Label& label : diagnostic.related) move(label.span);
}

}  // namespace

struct IncrementalParser::Entry {
  std::string text;
  std::string types;
  uint32_t begin;  // where the text starts
  bool broken;     // never parsed: what is wrong lies outside of the statement's own text
  ParsedStatement parsed = {};
  size_t place = kNowhere;  // of its node in the program
};

IncrementalParser::IncrementalParser() = default;
IncrementalParser::~IncrementalParser() = default;

// The nodes of the program before belong to their entries again.
void IncrementalParser::TakeBack() {
  for (auto& entry : entries_) {
    if (entry->place != kNowhere) entry->parsed.node = std::move(program_.statements[entry->place]);
    entry->place = kNowhere;
  }
  program_ = {};
}

const ast::Program& IncrementalParser::Parse(source::SourceMap& sources,
                                             diagnostics::DiagnosticEmitter& diagnostics,
                                             const ParseOptions& options) {
  TakeBack();
  std::unordered_multimap<std::string_view, std::unique_ptr<Entry>> known;
  for (auto& entry : entries_) {
    const std::string_view text = entry->text;
    if (!entry->broken) known.emplace(text, std::move(entry));
  }
  entries_.clear();

  diagnostics::DiagnosticEmitter found = diagnostics.Fresh(sources);
  const std::vector<StatementText> statements = CutProgram(sources, sources.main(), found);
  std::vector<size_t> missing;
  for (size_t i = 0; i < statements.size(); ++i) {
    const source::SourceSpan extent = Extent(statements[i]);
    const std::string_view text = statements[i].source->Text(extent);
    std::string types = TypesOf(statements[i]);
    const bool broken = statements[i].broken;
    auto [at, end] = known.equal_range(text);
    while (at != end && at->second->types != types) ++at;
    if (broken || at == end) {
      if (!broken) missing.push_back(i);
      entries_.push_back(
          std::make_unique<Entry>(std::string(text), std::move(types), extent.begin, broken));
      continue;
    }
    Entry& entry = *at->second;
    const int64_t by = static_cast<int64_t>(extent.begin) - entry.begin;
    entry.begin = extent.begin;
    if (entry.parsed.node) ast::Shift(*entry.parsed.node, by);
    for (diagnostics::Diagnostic& d : entry.parsed.diagnostics) Shift(d, by);
    auto taken = known.extract(at);
    entries_.push_back(std::move(taken.mapped()));
  }
  base::ParallelFor(missing.size(), options.threads, [&](size_t i) {
    entries_[missing[i]]->parsed = ParseOne(statements[missing[i]]);
  });
  parsed_ = missing.size();

  std::vector<const ParsedStatement*> in_order;
  for (const auto& entry : entries_) in_order.push_back(&entry->parsed);
  const std::vector<bool> is_part =
      ReportStatements(sources, statements, in_order, program_.lost_names, found);
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (!is_part[i]) continue;
    entries_[i]->place = program_.statements.size();
    program_.statements.push_back(std::move(entries_[i]->parsed.node));
  }
  diagnostics.Append(found);
  return program_;
}

}  // namespace varpulis::syntax
