#include "compiler/syntax/statement_cutter.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "base/limits.h"
#include "grammar/VplLexer.h"

namespace varpulis::syntax {

using diagnostics::DiagnosticKind;
using grammar::VplLexer;
using source::SourceSpan;

namespace {

bool OpensBlock(const LogicalLine& line) {
  if (line.tokens.back().type != VplLexer::COLON) return false;
  switch (line.tokens.front().type) {
    case VplLexer::FN:
    case VplLexer::IF:
    case VplLexer::ELIF:
    case VplLexer::ELSE:
    case VplLexer::FOR:
    case VplLexer::WHILE:
    case VplLexer::EVENT:
    case VplLexer::CONFIG:
    case VplLexer::TYPE:
      return true;
    default:
      return false;
  }
}

class Cutter {
 public:
  explicit Cutter(diagnostics::DiagnosticEmitter& diagnostics) : diagnostics_(diagnostics) {}

  std::vector<StatementText> Cut(std::vector<LogicalLine> lines) {
    for (LogicalLine& line : lines) Take(line);
    ExpectBlock(nullptr);
    while (!blocks_.empty()) CloseBlock();
    EndStatement();
    return std::move(statements_);
  }

 private:
  struct Block {
    std::string_view opener;  // indentation of the line that opened it
    std::string_view body;
  };

  void Take(LogicalLine& line) {
    if (!ExpectBlock(&line)) Settle(line);
    if (blocks_.empty() && !ContinuesIf(line)) EndStatement();
    if (statement_.tokens.empty()) statement_.indentation = line.indentation.size();
    statement_.broken |= line.broken;
    const uint32_t end = line.tokens.back().span.end;
    awaits_block_ = OpensBlock(line);
    opener_ = line.indentation;
    statement_.tokens.insert(statement_.tokens.end(), line.tokens.begin(), line.tokens.end());
    Insert(VplLexer::NEWLINE, {end, end});
  }

  static bool IsBranch(const LogicalLine& line) {
    const uint32_t type = line.tokens.front().type;
    return type == VplLexer::ELIF || type == VplLexer::ELSE;
  }
  bool ContinuesIf(const LogicalLine& line) const {
    return IsBranch(line) && !statement_.tokens.empty() &&
           statement_.tokens.front().type == VplLexer::IF;
  }

  // Opens the block that the line before announced; `line` is null at the end of the text. False if
  // none was announced.
  bool ExpectBlock(const LogicalLine* line) {
    if (!awaits_block_) return false;
    awaits_block_ = false;
    if (line == nullptr || line->indentation.size() <= opener_.size()) {
      const Token& colon = statement_.tokens[statement_.tokens.size() - 2];
      Report(colon.span, "a block must follow this line", "indent its body");
      return false;
    }
    CheckTabs(*line, opener_);
    if (blocks_.size() >= static_cast<size_t>(limits::kMaxProgramNesting)) {
      Report(line->tokens.front().span,
             fmt::format("more than {} levels of nesting", limits::kMaxProgramNesting), {});
    }
    blocks_.push_back({opener_, line->indentation});
    Insert(VplLexer::INDENT, line->tokens.front().span);
    return true;
  }

  // Closes the blocks that the line stands outside of. A line that fits nowhere stays in the block
  // it is next to, so that it is not taken for a statement of its own.
  void Settle(const LogicalLine& line) {
    while (!blocks_.empty() && line.indentation != blocks_.back().body) {
      const Block& block = blocks_.back();
      const SourceSpan first = line.tokens.front().span;
      if (!CheckTabs(line, block.body)) return;
      if (line.indentation.size() > block.body.size()) {
        Report(first, "this line is indented deeper than its block",
               "statements of one block start in the same column");
        return;
      }
      if (line.indentation.size() > block.opener.size()) {
        Report(first, "this line belongs to no block",
               "indent it like the block, or like the line that opens the block");
        return;
      }
      CloseBlock();
    }
  }

  bool CheckTabs(const LogicalLine& line, std::string_view other) {
    const auto common = std::min(line.indentation.size(), other.size());
    if (line.indentation.substr(0, common) == other.substr(0, common)) return true;
    Report(line.tokens.front().span, "tabs and spaces are mixed in the indentation of one block",
           "use spaces only");
    return false;
  }

  void CloseBlock() {
    const uint32_t end = statement_.tokens.empty() ? 0 : statement_.tokens.back().span.end;
    Insert(VplLexer::DEDENT, {end, end});
    blocks_.pop_back();
  }

  void EndStatement() {
    if (!statement_.tokens.empty()) statements_.push_back(std::move(statement_));
    statement_ = {};
  }

  void Insert(size_t type, SourceSpan span) {
    statement_.tokens.push_back({static_cast<uint32_t>(type), span});
  }

  void Report(SourceSpan span, std::string message, std::string help) {
    if (statement_.broken) return;
    statement_.broken = true;
    diagnostics::Diagnostic d{
        DiagnosticKind::SyntaxError, span, std::move(message), {}, {}, std::move(help)};
    diagnostics_.Emit(std::move(d));
  }

  diagnostics::DiagnosticEmitter& diagnostics_;
  std::vector<StatementText> statements_;
  StatementText statement_;
  std::vector<Block> blocks_;
  bool awaits_block_ = false;
  std::string_view opener_;
};

}  // namespace

std::vector<StatementText> CutStatements(std::vector<LogicalLine> lines,
                                         diagnostics::DiagnosticEmitter& diagnostics) {
  return Cutter(diagnostics).Cut(std::move(lines));
}

}  // namespace varpulis::syntax
