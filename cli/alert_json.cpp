#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

#include "cli/alert.h"

namespace varpulis::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string TextOf(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// Where the field goes that has a meaning of its own; null for the others.
std::string* PlaceOf(Alert& alert, const std::string& name) {
  if (name == "rule") return &alert.rule;
  if (name == "mitre") return &alert.mitre;
  if (name == "severity") return &alert.severity;
  if (name == "summary") return &alert.summary;
  if (name == "timestamp") return &alert.time;
  return nullptr;
}

}  // namespace

Alert ReadAlert(std::string_view line) {
  const Json output = Json::parse(line);
  Alert alert;
  std::string level;
  for (const auto& [name, value] : output.items()) {
    if (name == "event_type") continue;
    if (std::string* place = PlaceOf(alert, name)) {
      *place = TextOf(value);
    } else {
      if (name == "level") level = TextOf(value);
      alert.fields.emplace_back(name, TextOf(value));
    }
  }
  if (alert.rule.empty()) alert.rule = TextOf(output.at("event_type"));
  if (alert.severity.empty()) {
    alert.severity = level.empty() ? "medium" : level;
    std::erase_if(alert.fields, [](const auto& field) { return field.first == "level"; });
  }
  return alert;
}

std::string AlertsAsJson(const std::vector<Alert>& alerts) {
  Json list = Json::array();
  for (const Alert& alert : alerts) {
    Json fields = Json::object();
    for (const auto& [name, value] : alert.fields) fields[name] = value;
    list.push_back({{"rule", alert.rule},
                    {"mitre", alert.mitre},
                    {"severity", alert.severity},
                    {"summary", alert.summary},
                    {"timestamp", alert.time},
                    {"fields", std::move(fields)}});
  }
  return list.dump(2) + "\n";
}

std::string RowsAsJson(const std::vector<std::vector<std::string>>& rows) {
  Json list = Json::array();
  for (size_t i = 1; i < rows.size(); ++i) {
    Json row = Json::object();
    for (size_t k = 0; k < rows[i].size(); ++k) {
      std::string name = rows.front()[k];
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      row[name] = rows[i][k];
    }
    list.push_back(std::move(row));
  }
  return list.dump(2) + "\n";
}

}  // namespace varpulis::cli
