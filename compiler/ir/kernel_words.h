#pragma once

// The words of kernel text, shared by printer and parser: names of operators by their enumerator,
// quoting of names and text, numbers.

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "compiler/ir/insts.h"

namespace varpulis::ir::words {

inline constexpr std::string_view kIntOps[] = {"add", "sub", "mul", "div", "mod", "pow",
                                               "and", "or",  "xor", "shl", "shr"};
inline constexpr std::string_view kIntUnaryOps[] = {"neg", "not", "abs"};
inline constexpr std::string_view kFloatOps[] = {"add", "sub", "mul", "div", "mod", "pow"};
inline constexpr std::string_view kFloatUnaryOps[] = {"neg", "abs", "sqrt"};
inline constexpr std::string_view kPredicates[] = {"eq", "ne", "lt", "le", "gt", "ge"};
inline constexpr std::string_view kLogicOps[] = {"and", "or", "xor"};
inline constexpr std::string_view kStrTestOps[] = {"contains", "starts_with", "ends_with"};
inline constexpr std::string_view kStrCaseOps[] = {"lower", "upper"};
inline constexpr std::string_view kAnyOps[] = {"add", "sub", "mul",   "div",   "mod",
                                               "pow", "and", "or",    "xor",   "shl",
                                               "shr", "in",  "index", "member"};
inline constexpr std::string_view kEachOps[] = {"map_each", "filter_each"};
inline constexpr std::string_view kCollectionAdds[] = {"distinct_add", "samples_add", "list_add",
                                                       "queue_add"};
inline constexpr std::string_view kCollectionRemoves[] = {"distinct_remove", "samples_remove",
                                                          "list_remove", "queue_remove"};
inline constexpr std::string_view kCollectionReads[] = {"distinct_count", "samples_quantile",
                                                        "list_array", "queue_array"};
inline constexpr std::string_view kAnyUnaryOps[] = {"neg", "bitnot"};

// The enumerator of that name.
template <class Op, size_t n>
std::optional<Op> Find(const std::string_view (&names)[n], std::string_view name) {
  for (size_t i = 0; i < n; ++i) {
    if (names[i] == name) return static_cast<Op>(i);
  }
  return std::nullopt;
}
template <class Op, size_t n>
std::string_view Name(const std::string_view (&names)[n], Op op) {
  auto index = static_cast<size_t>(op);
  return index < n ? names[index] : "?";
}

constexpr bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Text between double quotes: `"` and `\` escaped, line ends as \n \r \t, other controls as \xHH,
// everything else verbatim.
inline std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

// A name as it is if it is an identifier (`dots`: also several joined by dots), else quoted.
inline std::string QuoteName(std::string_view name, bool dots) {
  bool start = true;
  for (char c : name) {
    bool fits = IsLetter(c) || (!start && IsDigit(c)) || (dots && !start && c == '.');
    if (!fits) return Quote(name);
    start = c == '.';
  }
  return start ? Quote(name) : std::string(name);
}

// Shortest digits that read back as the same number, always with a dot, an exponent or a name.
inline std::string FloatText(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::string text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

inline std::optional<int64_t> ReadInt(std::string_view text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

inline std::optional<double> ReadFloat(std::string_view text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace varpulis::ir::words
