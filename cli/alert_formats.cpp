#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/alert.h"

namespace varpulis::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string FieldsText(const Alert& alert) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : alert.fields) texts.push_back(name + "=" + value);
  return fmt::format("{}", fmt::join(texts, " "));
}

Rows RowsOf(const std::vector<Alert>& alerts) {
  Rows rows = {{"Time", "Severity", "Rule", "MITRE", "Summary", "Fields"}};
  for (const Alert& alert : alerts) {
    rows.push_back(
        {alert.time, alert.severity, alert.rule, alert.mitre, alert.summary, FieldsText(alert)});
  }
  return rows;
}

// Code points, which is what a column of text has as width unless letters are wide.
size_t Width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Each of `special` with a backslash before it, and line ends as `\n`.
std::string Escaped(const std::string& text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "\\n";
      continue;
    }
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

int CefSeverity(const std::string& severity) {
  if (severity == "critical") return 10;
  if (severity == "high") return 8;
  return severity == "low" ? 3 : 5;
}

// What stands before a `=` has no letter that could end it.
std::string CefKey(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == ' ' || c == '=' || c == '|'; }, '_');
  return name;
}

}  // namespace

std::string TextTable(const Rows& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - Width(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string MarkdownTable(const Rows& rows) {
  std::string text;
  for (const auto& row : rows) {
    for (const std::string& cell : row) text += "| " + Escaped(cell, "|") + " ";
    text += "|\n";
    if (&row != &rows.front()) continue;
    for (size_t i = 0; i < row.size(); ++i) text += "| --- ";
    text += "|\n";
  }
  return text;
}

std::string AlertsAsTable(const std::vector<Alert>& alerts) {
  return alerts.empty() ? std::string() : TextTable(RowsOf(alerts));
}

std::string AlertsAsMarkdown(const std::vector<Alert>& alerts) {
  return MarkdownTable(RowsOf(alerts));
}

std::string AlertsAsCef(const std::vector<Alert>& alerts) {
  std::string text;
  for (const Alert& alert : alerts) {
    text += fmt::format("CEF:0|Varpulis|KillChain|1.0|{}|{}|{}|cat={}", Escaped(alert.rule, "\\|"),
                        Escaped(alert.summary, "\\|"), CefSeverity(alert.severity),
                        Escaped(alert.mitre, "\\="));
    for (const auto& [name, value] : alert.fields) {
      text += fmt::format(" {}={}", CefKey(name), Escaped(value, "\\="));
    }
    text += "\n";
  }
  return text;
}

}  // namespace varpulis::cli
