#pragma once

// Outputs of detection rules as alerts, and how they are shown (language-later.md 13.2).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace varpulis::cli {

struct Alert {
  std::string rule;      // field `rule`, else the type of the output
  std::string mitre;     // the technique; may be empty
  std::string severity;  // field `severity`, else `level`, else medium
  std::string summary;   // may be empty
  std::string time;
  std::vector<std::pair<std::string, std::string>>
      fields;  // the others; values as JSON, text without its quotes
};

// From a flat line of output.
Alert ReadAlert(std::string_view line);

std::string AlertsAsTable(const std::vector<Alert>& alerts);
std::string AlertsAsJson(const std::vector<Alert>& alerts);
// ArcSight's Common Event Format, a line each.
std::string AlertsAsCef(const std::vector<Alert>& alerts);
std::string AlertsAsMarkdown(const std::vector<Alert>& alerts);

// Rows of texts below a heading, in columns as wide as they need to be; or with lines between them for Markdown.
std::string TextTable(const std::vector<std::vector<std::string>>& rows);
std::string MarkdownTable(const std::vector<std::vector<std::string>>& rows);
// An array of objects whose members are named by the heading.
std::string RowsAsJson(const std::vector<std::vector<std::string>>& rows);

}  // namespace varpulis::cli
