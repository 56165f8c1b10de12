#include "compiler/syntax/textual_loop.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "grammar/VplLexer.h"

namespace varpulis::syntax {

using diagnostics::DiagnosticKind;
using grammar::VplLexer;
using source::SourceSpan;

namespace {

// `1..=3` from token `at` on, up to the colon that ends the line.
class LiteralRange {
 public:
  LiteralRange(const source::SourceFile& source, const std::vector<Token>& tokens, size_t at)
      : source_(source), tokens_(tokens), at_(at) {}

  bool Read() {
    if (!Number(low_)) return false;
    const uint32_t range = Type();
    if (range != VplLexer::RANGE && range != VplLexer::RANGE_INCLUSIVE) return false;
    inclusive_ = range == VplLexer::RANGE_INCLUSIVE;
    ++at_;
    return Number(high_) && at_ + 1 == tokens_.size() && Type() == VplLexer::COLON;
  }

  // The bound that does not fit into 64 bits, if there is one.
  std::optional<SourceSpan> TooLarge() const { return too_large_; }
  int64_t low() const { return low_; }
  uint64_t Count() const {
    if (high_ < low_) return 0;
    const uint64_t count = static_cast<uint64_t>(high_) - static_cast<uint64_t>(low_);
    return inclusive_ && count < UINT64_MAX ? count + 1 : count;
  }

 private:
  uint32_t Type() const {
    return at_ < tokens_.size() ? tokens_[at_].type : static_cast<uint32_t>(VplLexer::EOF);
  }
  bool Number(int64_t& number) {
    const size_t start = at_;
    const bool negative = Type() == VplLexer::MINUS;
    if (negative || Type() == VplLexer::PLUS) ++at_;
    if (Type() != VplLexer::INT) return false;
    std::string digits(negative ? "-" : "");
    digits += source_.Text(tokens_[at_].span);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc()) too_large_ = tokens_[start].span.To(tokens_[at_].span);
    ++at_;
    return true;
  }

  const source::SourceFile& source_;
  const std::vector<Token>& tokens_;
  size_t at_;
  int64_t low_ = 0;
  int64_t high_ = 0;
  bool inclusive_ = false;
  std::optional<SourceSpan> too_large_;
};

size_t CommonPrefix(std::string_view a, std::string_view b) {
  const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<size_t>(ends.first - a.begin());
}

// Tokens that go over several lines: what is in them is not layout.
std::vector<SourceSpan> TallTokens(const source::SourceFile& source,
                                   std::span<const LogicalLine> lines) {
  std::vector<SourceSpan> tall;
  for (const LogicalLine& line : lines) {
    for (const Token& token : line.tokens) {
      if (source.Text(token.span).find('\n') != std::string_view::npos) tall.push_back(token.span);
    }
  }
  return tall;
}

void AddLine(uint32_t at, std::string_view text, std::string_view placeholder,
             source::LoopBody& body) {
  for (;;) {
    const size_t hole = text.find(placeholder);
    body.AddText(at, text.substr(0, hole));
    if (hole == std::string_view::npos) return;
    const uint32_t begin = at + static_cast<uint32_t>(hole);
    at = begin + static_cast<uint32_t>(placeholder.size());
    body.AddVariable({begin, at});
    text.remove_prefix(hole + placeholder.size());
  }
}

void CheckIndentation(std::span<const LogicalLine> lines,
                      diagnostics::DiagnosticEmitter& diagnostics) {
  const std::string_view own = lines.front().indentation;
  for (const LogicalLine& line : lines) {
    if (line.indentation.starts_with(own)) continue;
    const bool shorter = own.starts_with(line.indentation);
    diagnostics::Diagnostic d{
        DiagnosticKind::SyntaxError, line.tokens.front().span, {}, {}, {}, {}};
    d.message = shorter ? "this line belongs to no block"
                        : "tabs and spaces are mixed in the indentation of one block";
    d.help = shorter ? "indent it like the block, or like the line that opens the block"
                     : "use spaces only";
    diagnostics.Emit(std::move(d));
    return;
  }
}

}  // namespace

std::optional<TextualLoop> ReadLoopHeader(const source::SourceFile& source, const LogicalLine& line,
                                          diagnostics::DiagnosticEmitter& diagnostics) {
  const std::vector<Token>& tokens = line.tokens;
  const bool is_for = line.indentation.empty() && !line.broken && tokens.size() > 3 &&
                      tokens[0].type == VplLexer::FOR && IsName(tokens[1].type) &&
                      tokens[2].type == VplLexer::IN;
  LiteralRange range(source, tokens, 3);
  if (!is_for || !range.Read()) return std::nullopt;
  TextualLoop loop{tokens.front().span.To(tokens.back().span),
                   std::string(source.Text(tokens[1].span)), range.low(), range.Count()};
  if (const auto bound = range.TooLarge()) {
    diagnostics.Emit({DiagnosticKind::LiteralOutOfRange,
                      *bound,
                      fmt::format("`{}` does not fit into 64 bits", source.Text(*bound)),
                      {},
                      {},
                      {}});
    loop.repetitions = 0;
  }
  return loop;
}

std::span<LogicalLine> LoopLines(std::span<LogicalLine> lines) {
  size_t count = 0;
  while (count < lines.size() && !lines[count].indentation.empty()) ++count;
  return lines.first(count);
}

LoopText ReadLoopText(const source::SourceFile& source, const TextualLoop& loop,
                      std::span<const LogicalLine> lines,
                      diagnostics::DiagnosticEmitter& diagnostics) {
  CheckIndentation(lines, diagnostics);
  const uint32_t first = source.Locate(loop.header.end).line + 1;
  const uint32_t last = source.Locate(lines.back().tokens.back().span.end).line;
  const std::string placeholder = "{" + loop.variable + "}";
  const auto start_of = [&](uint32_t line) {
    return line <= source.line_count() ? source.LineStart(line) : source.end();
  };
  auto body = std::make_shared<source::LoopBody>(loop.variable);
  const std::vector<SourceSpan> tall = TallTokens(source, lines);
  auto around = tall.begin();
  for (uint32_t line = first; line <= last; ++line) {
    uint32_t begin = start_of(line);
    const std::string_view text = source.Text({begin, start_of(line + 1)});
    while (around != tall.end() && around->end <= begin) ++around;
    const bool in_token = around != tall.end() && around->begin < begin;
    const size_t indentation = in_token ? 0 : CommonPrefix(text, lines.front().indentation);
    AddLine(begin + static_cast<uint32_t>(indentation), text.substr(indentation), placeholder,
            *body);
  }
  return {body, {start_of(first), start_of(last + 1)}, last - first + 1};
}

}  // namespace varpulis::syntax
