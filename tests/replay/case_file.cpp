#include "tests/replay/case_file.h"

#include <sstream>

#include "base/time.h"

namespace varpulis::testing {

namespace {

bool ReadBound(exec::Bounds& bounds, const std::string& word) {
  const size_t equals = word.find('=');
  if (equals == std::string::npos) return false;
  const std::string name = word.substr(0, equals), value = word.substr(equals + 1);
  if (name == "overflow") return pattern::ReadOverflow(value, bounds.runs);
  const auto number = [&] { return static_cast<uint32_t>(std::stoul(value)); };
  if (name == "max_runs") {
    bounds.runs.max_runs = number();
  } else if (name == "max_runs_total") {
    bounds.runs.max_runs_total = number();
  } else if (name == "max_closure") {
    bounds.runs.max_closure = number();
  } else if (name == "max_matches") {
    bounds.runs.max_matches = number();
  } else if (name == "max_reorder") {
    bounds.max_reorder = number();
  } else {
    return false;
  }
  return true;
}

void ReadBounds(CaseFile& file, const std::string& words) {
  std::istringstream in(words);
  for (std::string word; in >> word;) {
    if (!ReadBound(file.bounds, word)) file.problem = "`" + word + "` sets no bound";
  }
}

void ReadHeaderLine(CaseFile& file, const std::string& line) {
  file.header += line + "\n";
  if (line.starts_with("# with ")) return ReadBounds(file, line.substr(7));
  const std::string word = "# not in ";
  if (!line.starts_with(word)) return;
  const size_t colon = line.find(": ");
  if (colon == std::string::npos) {
    file.problem = "`# not in <mode>: <reason>` lacks its reason";
    return;
  }
  file.excluded[line.substr(word.size(), colon - word.size())] = line.substr(colon + 2);
}

// `@<duration> rest` with the duration in its largest unit and one space.
std::string NormalisedLine(const std::string& line) {
  if (!line.starts_with("@")) return line;
  const size_t space = line.find(' ');
  const auto time = base::ParseDuration(line.substr(1, space - 1));
  if (!time || space == std::string::npos) return line;
  return "@" + base::FormatDuration(*time) + line.substr(line.find_first_not_of(' ', space) - 1);
}

}  // namespace

std::string CaseFile::Text() const {
  std::string text = header + "--- program\n" + program;
  if (!lookups.empty()) text += "--- lookups\n" + lookups;
  text += "--- input\n" + input + "--- output\n";
  for (const std::string& line : output) text += line + "\n";
  return text;
}

CaseFile ParseCase(std::string_view text) {
  CaseFile file;
  std::istringstream in{std::string(text)};
  std::string section;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("--- ")) {
      section = line.substr(4);
    } else if (section.empty()) {
      ReadHeaderLine(file, line);
    } else if (section == "program") {
      file.program += line + "\n";
    } else if (section == "lookups") {
      file.lookups += line + "\n";
    } else if (section == "input") {
      file.input += line + "\n";
    } else if (section == "output") {
      if (!line.empty()) file.output.push_back(line);
    } else {
      file.problem = "unknown section `" + section + "`";
    }
  }
  if (!file.header.starts_with("# "))
    file.problem = "the first line says in one sentence what the case shows";
  if (section != "output")
    file.problem = "the sections are program, input and output, in that order";
  return file;
}

std::vector<std::string> Normalised(const std::vector<std::string>& output) {
  std::vector<std::string> lines;
  for (const std::string& line : output) lines.push_back(NormalisedLine(line));
  return lines;
}

}  // namespace varpulis::testing
