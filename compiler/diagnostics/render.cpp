#include "compiler/diagnostics/render.h"

#include <algorithm>
#include <iterator>
#include <utility>
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
  const source::SourceFile* file;
  uint32_t line;
  uint32_t column;  // code points, 1-based
  uint32_t width;
  char symbol;
  std::string text;
};

Mark MarkOf(const source::SourceMap& sources, source::SourceSpan span, char symbol,
            const std::string& text) {
  const source::SourceFile& source = sources.At(span.begin);
  source::LineColumn at = source.Locate(span.begin);
  std::string_view line = source.Line(at.line);
  uint32_t line_end = source.LineStart(at.line) + static_cast<uint32_t>(line.size());
  uint32_t end = std::clamp(span.end, span.begin, std::max(line_end, span.begin));
  uint32_t width = source::CountCodePoints(source.Text({span.begin, end}));
  return {&source, at.line, at.column, std::max(width, 1u), symbol, text};
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

// The lines of one diagnostic in one file after another.
class Excerpts {
 public:
  Excerpts(std::vector<Mark> marks, const Palette& colours)
      : marks_(std::move(marks)), colours_(colours) {
    for (const Mark& mark : marks_) gutter_ = std::max(gutter_, std::to_string(mark.line).size());
  }

  std::string Text() {
    const source::SourceFile* own = marks_.front().file;
    std::string text = OfFile(own, "-->");
    while (!marks_.empty()) {
      text += Bar("") + "\n";
      text += OfFile(marks_.front().file, ":::");
    }
    return text;
  }
  std::string Remark(const char* word, const std::string& remark) const {
    if (remark.empty()) return {};
    return fmt::format("{}{:>{}} ={} {}: {}\n", colours_.frame, "", gutter_, colours_.reset, word,
                       VisibleMessage(remark));
  }

 private:
  std::string Bar(const std::string& number) const {
    return fmt::format("{}{:>{}} |{}", colours_.frame, number, gutter_, colours_.reset);
  }

  // Takes the marks of the file, and shows them below the place of the first.
  std::string OfFile(const source::SourceFile* file, const char* arrow) {
    std::vector<Mark> here;
    std::copy_if(marks_.begin(), marks_.end(), std::back_inserter(here),
                 [&](const Mark& mark) { return mark.file == file; });
    std::erase_if(marks_, [&](const Mark& mark) { return mark.file == file; });
    std::string text = fmt::format("  {}{}{} {}:{}:{}\n{}\n", colours_.frame, arrow, colours_.reset,
                                   file->path(), here.front().line, here.front().column, Bar(""));
    std::stable_sort(here.begin(), here.end(),
                     [](const Mark& a, const Mark& b) { return a.line < b.line; });
    uint32_t previous = 0;
    for (Mark& mark : here) {
      if (previous != 0 && mark.line > previous + 1)
        text += fmt::format("{:>{}}...\n", "", gutter_);
      const std::string line = Visible(Excerpt(file->Line(mark.line), mark));
      if (mark.line != previous) text += Bar(std::to_string(mark.line)) + " " + line + "\n";
      previous = mark.line;
      text += fmt::format("{} {}{}{}{}{}\n", Bar(""), std::string(mark.column - 1, ' '),
                          mark.symbol == '^' ? colours_.severity : colours_.frame,
                          std::string(mark.width, mark.symbol),
                          mark.text.empty() ? "" : " " + VisibleMessage(mark.text), colours_.reset);
    }
    return text;
  }

  std::vector<Mark> marks_;
  const Palette& colours_;
  size_t gutter_ = 1;
};

}  // namespace

std::string Render(const Diagnostic& diagnostic, const source::SourceMap& sources,
                   const RenderOptions& options) {
  const Palette colours = PaletteOf(diagnostic.severity(), options.colour);
  std::vector<Mark> marks = {MarkOf(sources, diagnostic.span, '^', diagnostic.label)};
  for (const Label& label : diagnostic.related)
    marks.push_back(MarkOf(sources, label.span, '-', label.text));
  Excerpts excerpts(std::move(marks), colours);
  return fmt::format("{}{}[{}]{}: {}{}{}\n", colours.severity,
                     diagnostic.severity() == Severity::Error ? "error" : "warning",
                     Code(diagnostic.kind), colours.reset, colours.bold,
                     VisibleMessage(diagnostic.message), colours.reset) +
         excerpts.Text() + excerpts.Remark("note", diagnostic.note) +
         excerpts.Remark("help", diagnostic.help) + "\n";
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
