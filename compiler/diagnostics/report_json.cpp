#include <map>

#include <nlohmann/json.hpp>

#include "compiler/diagnostics/report.h"

namespace varpulis::diagnostics {
namespace {

using Json = nlohmann::ordered_json;

struct Region {
  source::LineColumn begin;
  source::LineColumn end;
};

Region RegionOf(const source::SourceMap& sources, source::SourceSpan span) {
  const source::SourceFile& file = sources.At(span.begin);
  return {file.Locate(span.begin), file.Locate(std::max(span.begin, span.end))};
}

const char* SeverityName(Severity severity) {
  return severity == Severity::Error ? "error" : "warning";
}

// Programs may hold any bytes, and messages quote them.
std::string Text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void PutRegion(Json& json, const Region& region) {
  json["line"] = region.begin.line;
  json["column"] = region.begin.column;
  json["end_line"] = region.end.line;
  json["end_column"] = region.end.column;
}

Json DiagnosticJson(const source::SourceMap& sources, const Diagnostic& diagnostic) {
  Json json;
  json["file"] = sources.At(diagnostic.span.begin).path();
  json["severity"] = SeverityName(diagnostic.severity());
  json["code"] = Code(diagnostic.kind);
  PutRegion(json, RegionOf(sources, diagnostic.span));
  json["message"] = diagnostic.message;
  if (!diagnostic.label.empty()) json["label"] = diagnostic.label;
  if (!diagnostic.help.empty()) json["hint"] = diagnostic.help;
  if (!diagnostic.note.empty()) json["note"] = diagnostic.note;
  for (const Label& label : diagnostic.related) {
    Json related;
    const source::SourceFile& file = sources.At(label.span.begin);
    if (&file != &sources.At(diagnostic.span.begin)) related["file"] = file.path();
    PutRegion(related, RegionOf(sources, label.span));
    related["message"] = label.text;
    json["related"].push_back(std::move(related));
  }
  return json;
}

// --- SARIF ---------------------------------------------------------------------------------------

// "FieldOutsideAggregate" -> "field outside aggregate".
std::string Words(std::string_view name) {
  std::string words;
  for (const char c : name) {
    const bool starts_word = c >= 'A' && c <= 'Z';
    if (starts_word && !words.empty()) words += ' ';
    words += starts_word ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return words;
}

// Paths as references: what has a meaning in one is written %XX.
std::string Uri(std::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      uri += c;
    } else {
      uri += '%';
      uri += kHex[byte >> 4];
      uri += kHex[byte & 15];
    }
  }
  return uri;
}

Json Location(const source::SourceMap& sources, source::SourceSpan span) {
  const Region region = RegionOf(sources, span);
  Json physical;
  physical["artifactLocation"]["uri"] = Uri(sources.At(span.begin).path());
  physical["region"] = {{"startLine", region.begin.line},
                        {"startColumn", region.begin.column},
                        {"endLine", region.end.line},
                        {"endColumn", region.end.column}};
  return {{"physicalLocation", std::move(physical)}};
}

// The rules in order of their first result.
class RuleTable {
 public:
  size_t IndexOf(DiagnosticKind kind) {
    const auto [known, is_new] = places_.emplace(kind, rules_.size());
    if (is_new) {
      rules_.push_back({{"id", Code(kind)},
                        {"name", Name(kind)},
                        {"shortDescription", {{"text", Words(Name(kind))}}},
                        {"defaultConfiguration", {{"level", SeverityName(SeverityOf(kind))}}}});
    }
    return known->second;
  }
  Json Take() { return std::move(rules_); }

 private:
  std::map<DiagnosticKind, size_t> places_;
  Json rules_ = Json::array();
};

Json Result(const source::SourceMap& sources, const Diagnostic& diagnostic, RuleTable& rules) {
  Json result;
  result["ruleId"] = Code(diagnostic.kind);
  result["ruleIndex"] = rules.IndexOf(diagnostic.kind);
  result["level"] = SeverityName(diagnostic.severity());
  std::string text = diagnostic.message;
  if (!diagnostic.note.empty()) text += "\nnote: " + diagnostic.note;
  if (!diagnostic.help.empty()) text += "\nhelp: " + diagnostic.help;
  result["message"]["text"] = std::move(text);
  result["locations"] = Json::array({Location(sources, diagnostic.span)});
  for (const Label& label : diagnostic.related) {
    Json related = Location(sources, label.span);
    related["id"] = result["relatedLocations"].size();
    related["message"]["text"] = label.text.empty() ? "see also" : label.text;
    result["relatedLocations"].push_back(std::move(related));
  }
  return result;
}

}  // namespace

std::string ToJson(const Report& report) {
  Json json = {{"valid", report.valid},
               {"errors", report.errors},
               {"warnings", report.warnings},
               {"diagnostics", Json::array()}};
  for (const ProgramReport& program : report.programs) {
    for (const Diagnostic& diagnostic : program.diagnostics) {
      json["diagnostics"].push_back(DiagnosticJson(*program.sources, diagnostic));
    }
  }
  return Text(json);
}

std::string ToSarif(const Report& report, std::string_view version) {
  RuleTable rules;
  Json results = Json::array();
  for (const ProgramReport& program : report.programs) {
    for (const Diagnostic& diagnostic : program.diagnostics) {
      results.push_back(Result(*program.sources, diagnostic, rules));
    }
  }
  Json driver = {{"name", "varpulis"}, {"version", version}, {"rules", rules.Take()}};
  Json run;
  run["tool"]["driver"] = std::move(driver);
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = std::move(results);
  Json json;
  json["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  json["version"] = "2.1.0";
  json["runs"] = Json::array({std::move(run)});
  return Text(json);
}

}  // namespace varpulis::diagnostics
