#include "bench/report.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace varpulis::bench {
namespace {

std::string Millions(double rate) { return fmt::format("{:.2f} M/s", rate / 1e6); }

nlohmann::ordered_json ToJson(const Outcome& outcome, std::string_view baseline) {
  nlohmann::ordered_json json;
  json["name"] = outcome.name;
  json["events"] = outcome.events;
  json["results"] = outcome.results;
  json["native"] = outcome.native;
  json["interp"] = outcome.interpreted;
  json[std::string(baseline)] = outcome.baseline;
  json["native_over_interp"] = outcome.over_interpreter();
  json[fmt::format("{}_over_native", baseline)] = outcome.behind_baseline();
  json["meets_goal"] = outcome.meets_goal();
  return json;
}

}  // namespace

std::string TableHead(std::string_view baseline) {
  return fmt::format("{:<26} {:>9} {:>9} {:>13} {:>13} {:>13} {:>13} {:>12}  {}\n", "name",
                     "events", "results", "native", "interp", baseline, "native/interp",
                     fmt::format("{}/native", baseline), "goal");
}

std::string TableLine(const Outcome& outcome) {
  return fmt::format("{:<26} {:>9} {:>9} {:>13} {:>13} {:>13} {:>13.2f} {:>12.2f}  {}\n",
                     outcome.name, outcome.events, outcome.results, Millions(outcome.native),
                     Millions(outcome.interpreted), Millions(outcome.baseline),
                     outcome.over_interpreter(), outcome.behind_baseline(),
                     outcome.meets_goal() ? "met" : "missed");
}

Status WriteJson(const std::string& path, std::string_view benchmark, std::string_view baseline,
                 const std::vector<Outcome>& outcomes) {
  nlohmann::ordered_json json;
  json["benchmark"] = benchmark;
  json["unit"] = "events per second of one core";
  json["questions"] = nlohmann::ordered_json::array();
  for (const Outcome& outcome : outcomes) json["questions"].push_back(ToJson(outcome, baseline));

  std::error_code ignored;  // opening the file tells
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  std::ofstream file(path);
  file << json.dump(2) << '\n';
  if (!file.flush()) return {StatusCode::IoError, fmt::format("{}: cannot be written", path)};
  return {};
}

}  // namespace varpulis::bench
