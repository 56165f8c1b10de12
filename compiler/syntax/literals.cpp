// Literals (language.md 1.4, language-later.md 2.1).

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/time.h"
#include "compiler/syntax/ast_builder.h"

namespace varpulis::syntax {

using diagnostics::DiagnosticKind;

namespace {

// Doubled apostrophes are one.
std::string DecodeRaw(std::string_view inner) {
  std::string text;
  for (size_t i = 0; i < inner.size(); ++i) {
    text += inner[i];
    if (inner[i] == '\'') ++i;
  }
  return text;
}

// Only `\"` is decoded; `warn` is set when a sequence stays that e"..." would decode.
std::string DecodePlain(std::string_view inner, bool& warn) {
  std::string text;
  for (size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] != '\\') {
      text += inner[i];
      continue;
    }
    const char next = inner[++i];
    if (next != '"') text += '\\';
    text += next;
    const bool braced = next == 'u' && inner.substr(i + 1).starts_with('{');
    warn |= next == '\\' || next == 'n' || next == 't' || braced;
  }
  return text;
}

void AppendUtf8(std::string& text, uint32_t c) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xc0 | (c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    text += static_cast<char>(0xe0 | (c >> 12));
    tail(6), tail(0);
  } else {
    text += static_cast<char>(0xf0 | (c >> 18));
    tail(12), tail(6), tail(0);
  }
}

// After `\u`: `{hex}`. The number of bytes read, 0 if they are no code point.
size_t DecodeCodePoint(std::string_view rest, std::string& text) {
  const size_t close = rest.find('}');
  if (!rest.starts_with('{') || close == std::string_view::npos || close < 2 || close > 7) return 0;
  uint32_t value = 0;
  const char* end = rest.data() + close;
  if (std::from_chars(rest.data() + 1, end, value, 16).ptr != end) return 0;
  if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return 0;
  AppendUtf8(text, value);
  return close + 1;
}

// The offset of the first escape that does not exist, npos if all do.
size_t DecodeEscapes(std::string_view inner, std::string& text) {
  for (size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] != '\\') {
      text += inner[i];
      continue;
    }
    const size_t start = i++;
    switch (inner[i]) {
      case 'n':
        text += '\n';
        break;
      case 't':
        text += '\t';
        break;
      case 'r':
        text += '\r';
        break;
      case '0':
        text += '\0';
        break;
      case '\\':
      case '"':
      case '\'':
        text += inner[i];
        break;
      case 'u': {
        const size_t read = DecodeCodePoint(inner.substr(i + 1), text);
        if (read == 0) return start;
        i += read;
        break;
      }
      default:
        return start;
    }
  }
  return std::string_view::npos;
}

}  // namespace

ast::StringLiteral AstBuilder::Build(Grammar::TextContext* tree) {
  const auto span = Span(tree);
  std::string_view text = source_.Text(span);
  ast::StringLiteral literal;
  if (tree->RAW_STRING()) {
    literal.value = DecodeRaw(text.substr(1, text.size() - 2));
  } else if (tree->STRING()) {
    literal.value = DecodePlain(text.substr(1, text.size() - 2), literal.verbatim_escape);
  } else {
    const size_t bad = DecodeEscapes(text.substr(2, text.size() - 3), literal.value);
    if (bad != std::string_view::npos) {
      const auto at = span.begin + 2 + static_cast<uint32_t>(bad);
      FailSyntax({at, at + 2}, "there is no such escape sequence",
                 R"(the escapes are \n \t \r \0 \\ \" \' and \u{hex})");
    }
  }
  return literal;
}

ast::ExprNode AstBuilder::BuildLiteral(const antlr4::Token* token) {
  const auto span = Span(token);
  const std::string_view text = source_.Text(span);
  // Messages quote the start of what is long.
  constexpr size_t kMostQuoted = 40;
  const std::string quoted = text.size() <= kMostQuoted
                                 ? std::string(text)
                                 : std::string(text.substr(0, kMostQuoted)) + "...";
  const auto out_of_range = [&](std::string message, std::string help) {
    Fail(DiagnosticKind::LiteralOutOfRange, span, std::move(message), std::move(help));
  };
  switch (token->getType()) {
    case Grammar::TRUE:
      return ast::BoolLiteral{true};
    case Grammar::FALSE:
      return ast::BoolLiteral{false};
    case Grammar::INT: {
      int64_t value = 0;
      if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) {
        out_of_range(fmt::format("`{}` does not fit 64 bits", quoted),
                     "ints reach from -9223372036854775808 to 9223372036854775807");
      }
      return ast::IntLiteral{value};
    }
    case Grammar::FLOAT: {
      double value = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
      // Numbers too small for a double are zero; those too large have no value.
      if (read.ec == std::errc::result_out_of_range && text.find("e-") == text.npos &&
          text.find("E-") == text.npos) {
        out_of_range(fmt::format("`{}` is beyond the range of floats", quoted),
                     "floats reach to 1.7976931348623157e308");
      }
      return ast::FloatLiteral{value};
    }
    case Grammar::DURATION: {
      const auto value = base::ParseDuration(text);
      if (!value)
        out_of_range(fmt::format("`{}` is longer than a duration can be", quoted),
                     "the longest are 106751d and 9223372036s");
      return ast::DurationLiteral{*value};
    }
    case Grammar::TIMESTAMP: {
      const auto value = base::ParseTimestamp(text.substr(1));
      if (!value) {
        out_of_range(fmt::format("`{}` is no point in time", quoted),
                     "write @YYYY-MM-DD or @YYYY-MM-DDTHH:MM:SSZ, between the years 1678 and 2261");
      }
      return ast::TimestampLiteral{*value};
    }
    default:
      return ast::NullLiteral{};
  }
}

}  // namespace varpulis::syntax
