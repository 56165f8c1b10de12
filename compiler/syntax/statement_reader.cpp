#include "compiler/syntax/statement_reader.h"

#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/syntax/textual_loop.h"

namespace varpulis::syntax {

using diagnostics::DiagnosticKind;
using source::SourceSpan;

namespace {

class StatementReader {
 public:
  StatementReader(source::SourceMap& sources, diagnostics::DiagnosticEmitter& diagnostics)
      : sources_(sources), diagnostics_(diagnostics) {}

  void Read(const source::SourceFile& text, size_t depth) {
    diagnostics::DiagnosticEmitter found;
    const std::vector<Token> tokens = Lex(text, found);
    std::vector<LogicalLine> lines = SplitLines(text, tokens, found);
    std::vector<SourceSpan> repeated;
    std::span<LogicalLine> rest(lines);
    for (size_t plain = 0;;) {
      if (plain == rest.size()) {
        Cut(text, rest);
        break;
      }
      const auto loop = ReadLoopHeader(text, rest[plain], diagnostics_);
      if (!loop) {
        ++plain;
        continue;
      }
      Cut(text, rest.first(plain));
      const auto body = LoopLines(rest.subspan(plain + 1));
      if (const auto span = Repeat(text, *loop, body, depth)) repeated.push_back(*span);
      rest = rest.subspan(plain + 1 + body.size());
      plain = 0;
    }
    ReportOutside(found, repeated);
  }

  std::vector<StatementText> TakeStatements() { return std::move(statements_); }

 private:
  void Cut(const source::SourceFile& text, std::span<LogicalLine> lines) {
    std::vector<LogicalLine> run(std::make_move_iterator(lines.begin()),
                                 std::make_move_iterator(lines.end()));
    for (StatementText& statement : CutStatements(std::move(run), diagnostics_)) {
      statement.source = &text;
      statements_.push_back(std::move(statement));
    }
  }

  // What is written in a body is told where it is read, in its copies. `repeated` is in order.
  void ReportOutside(const diagnostics::DiagnosticEmitter& found,
                     const std::vector<SourceSpan>& repeated) {
    if (repeated.empty()) return diagnostics_.Append(found);
    auto body = repeated.begin();
    for (const diagnostics::Diagnostic& diagnostic : found.Sorted()) {
      const uint32_t at = diagnostic.span.begin;
      while (body != repeated.end() && body->end <= at) ++body;
      if (body == repeated.end() || at < body->begin) diagnostics_.Emit(diagnostic);
    }
  }

  // The text that its copies were made of, if there are any.
  std::optional<SourceSpan> Repeat(const source::SourceFile& text, const TextualLoop& loop,
                                   std::span<const LogicalLine> body, size_t depth) {
    if (body.empty()) {
      const SourceSpan colon{loop.header.end - 1, loop.header.end};
      Report(DiagnosticKind::SyntaxError, colon, "a block must follow this line",
             "indent its body");
      return std::nullopt;
    }
    const LoopText read = ReadLoopText(text, loop, body, diagnostics_);
    if (loop.repetitions == 0) return std::nullopt;
    if (!Fits(loop, read, depth)) return read.span;
    for (uint64_t i = 0; i < loop.repetitions; ++i) {
      const int64_t value = loop.first + static_cast<int64_t>(i);
      std::string digits = std::to_string(value);
      bytes_ += read.body->CopySize(digits.size());
      if (bytes_ > limits::kMaxProgramBytes) {
        Report(DiagnosticKind::LoopTooLarge, loop.header,
               fmt::format("the loops of the program make more than {} MiB of text",
                           limits::kMaxProgramBytes >> 20),
               "split it into several programs");
        return read.span;
      }
      Read(sources_.AddCopy(read.body, std::move(digits)), depth + 1);
    }
    return read.span;
  }

  bool Fits(const TextualLoop& loop, const LoopText& body, size_t depth) {
    if (depth >= limits::kMaxLoopNesting) {
      Report(DiagnosticKind::LoopTooLarge, loop.header,
             fmt::format("loops are nested more than {} deep", limits::kMaxLoopNesting), {});
      return false;
    }
    if (loop.repetitions > limits::kMaxLoopRepetitions) {
      Report(DiagnosticKind::LoopTooLarge, loop.header,
             fmt::format("this loop repeats its body {} times, more than {}", loop.repetitions,
                         limits::kMaxLoopRepetitions),
             "a loop over a variable range runs at load and has no such limit");
      return false;
    }
    const uint64_t lines = lines_ + body.lines * loop.repetitions;
    if (lines <= limits::kMaxExpandedLines) {
      lines_ = lines;
      return true;
    }
    Report(
        DiagnosticKind::LoopTooLarge, loop.header,
        fmt::format("the loops of the program make more than {} lines", limits::kMaxExpandedLines),
        "let one stream with a condition do the work of several");
    return false;
  }

  void Report(DiagnosticKind kind, SourceSpan span, std::string message, std::string help) {
    diagnostics_.Emit({kind, span, std::move(message), {}, {}, std::move(help)});
  }

  source::SourceMap& sources_;
  diagnostics::DiagnosticEmitter& diagnostics_;
  std::vector<StatementText> statements_;
  uint64_t lines_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace

std::vector<StatementText> ReadStatements(source::SourceMap& sources,
                                          const source::SourceFile& text,
                                          diagnostics::DiagnosticEmitter& diagnostics) {
  StatementReader reader(sources, diagnostics);
  reader.Read(text, 0);
  return reader.TakeStatements();
}

}  // namespace varpulis::syntax
