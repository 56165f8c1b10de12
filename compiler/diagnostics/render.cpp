#include "compiler/diagnostics/render.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace varpulis::diagnostics {
namespace {

constexpr uint32_t kLongestLine = 200;
constexpr size_t kLongestMessage = 1000;

// Text that quotes the program, whose bytes may be anything: what would steer a terminal becomes a
// character that is seen, one for one so that carets stay below their place.
std::string Visible(std::string_view text) {
  std::string visible;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool steers = (byte < 0x20 && byte != '\t') || byte == 0x7f;
    if (steers) {
      visible += "\u2423";  // an open box
    } else {
      visible += c;
    }
  }
  return visible;
}

std::string VisibleMessage(std::string_view text) {
  if (text.size() <= kLongestMessage) return Visible(text);
  size_t end = kLongestMessage;
  while ((text[end] & 0xC0) == 0x80) --end;
  return Visible(text.substr(0, end)) + "...";
}

struct Palette {
  const char* severity;
  const char* frame;
  const char* bold;
  const char* reset;
};

Palette PaletteOf(Severity severity, bool colour) {
  if (!colour) return {"", "", "", ""};
  return {severity == Severity::Error ? "\x1b[1;31m" : "\x1b[1;33m", "\x1b[1;34m", "\x1b[1m",
          "\x1b[0m"};
}

// A place on one source line, to be underlined.
struct Mark {
  uint32_t line;
  uint32_t column;  // code points, 1-based
  uint32_t width;
  char symbol;
  std::string text;
};

Mark MarkOf(const source::SourceFile& source, source::SourceSpan span, char symbol,
            const std::string& text) {
  source::LineColumn at = source.Locate(span.begin);
  std::string_view line = source.Line(at.line);
  uint32_t line_end = source.LineStart(at.line) + static_cast<uint32_t>(line.size());
  uint32_t end = std::clamp(span.end, span.begin, std::max(line_end, span.begin));
  uint32_t width = source::CountCodePoints(source.Text({span.begin, end}));
  return {at.line, at.column, std::max(width, 1u), symbol, text};
}

// Very long lines are cut around the mark so that a caret can be seen.
std::string Excerpt(std::string_view line, Mark& mark) {
  if (line.size() <= kLongestLine) return std::string(line);
  uint32_t from = mark.column > 60 ? mark.column - 60 : 0;
  std::string text = from > 0 ? "..." : "";
  uint32_t skipped = 0;
  size_t byte = 0;
  while (byte < line.size() && skipped < from) {
    ++byte;
    while (byte < line.size() && (line[byte] & 0xC0) == 0x80) ++byte;
    ++skipped;
  }
  size_t end = std::min(line.size(), byte + kLongestLine);
  while (end < line.size() && (line[end] & 0xC0) == 0x80) ++end;
  text += std::string(line.substr(byte, end - byte));
  mark.column = mark.column - from + (from > 0 ? 3 : 0);
  mark.width = std::min(mark.width, kLongestLine);
  return end < line.size() ? text + "..." : text;
}

}  // namespace

std::string Render(const Diagnostic& diagnostic, const source::SourceFile& source,
                   const RenderOptions& options) {
  Palette colours = PaletteOf(diagnostic.severity(), options.colour);
  std::vector<Mark> marks = {MarkOf(source, diagnostic.span, '^', diagnostic.label)};
  for (const Label& label : diagnostic.related)
    marks.push_back(MarkOf(source, label.span, '-', label.text));
  source::LineColumn at = source.Locate(diagnostic.span.begin);
  std::string text = fmt::format("{}{}[{}]{}: {}{}{}\n  {}-->{} {}:{}:{}\n", colours.severity,
                                 diagnostic.severity() == Severity::Error ? "error" : "warning",
                                 Code(diagnostic.kind), colours.reset, colours.bold,
                                 VisibleMessage(diagnostic.message), colours.reset, colours.frame,
                                 colours.reset, source.path(), at.line, at.column);
  std::stable_sort(marks.begin(), marks.end(),
                   [](const Mark& a, const Mark& b) { return a.line < b.line; });
  size_t gutter = std::to_string(marks.back().line).size();
  auto bar = [&](const std::string& number) {
    return fmt::format("{}{:>{}} |{}", colours.frame, number, gutter, colours.reset);
  };
  text += bar("") + "\n";
  uint32_t previous = 0;
  for (Mark& mark : marks) {
    if (previous != 0 && mark.line > previous + 1) text += fmt::format("{:>{}}...\n", "", gutter);
    std::string line = Visible(Excerpt(source.Line(mark.line), mark));
    if (mark.line != previous) text += bar(std::to_string(mark.line)) + " " + line + "\n";
    previous = mark.line;
    text += fmt::format("{} {}{}{}{}{}\n", bar(""), std::string(mark.column - 1, ' '),
                        mark.symbol == '^' ? colours.severity : colours.frame,
                        std::string(mark.width, mark.symbol),
                        mark.text.empty() ? "" : " " + VisibleMessage(mark.text), colours.reset);
  }
  if (!diagnostic.help.empty()) {
    text += fmt::format("{}{:>{}} ={} help: {}\n", colours.frame, "", gutter, colours.reset,
                        VisibleMessage(diagnostic.help));
  }
  return text + "\n";
}

std::string CountText(const DiagnosticEmitter& diagnostics) {
  auto count = [](size_t number, const char* word) {
    return fmt::format("{} {}{}", number, word, number == 1 ? "" : "s");
  };
  std::string text;
  if (diagnostics.errors() > 0) text = count(diagnostics.errors(), "error");
  if (diagnostics.warnings() > 0) {
    text += (text.empty() ? "" : ", ") + count(diagnostics.warnings(), "warning");
  }
  return text;
}

}  // namespace varpulis::diagnostics
