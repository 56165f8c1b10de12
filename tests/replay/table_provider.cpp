#include "tests/replay/table_provider.h"

#include <sstream>

#include "base/check.h"
#include "runtime/io/event_json.h"

namespace varpulis::testing {
namespace {

using enrich::Outcome;

enrich::Answer ReadAnswer(const std::string& text) {
  constexpr std::string_view kError = "error ";
  if (text == "timeout") return {Outcome::Timeout, "no answer in time", TableProvider::kLatencyMs};
  if (text.starts_with(kError))
    return {Outcome::Error, text.substr(kError.size()), TableProvider::kLatencyMs};
  return {Outcome::Ok, text, TableProvider::kLatencyMs};
}

}  // namespace

TableProvider::TableProvider(const ir::Plan& plan, std::string_view lines) : plan_(plan) {
  std::istringstream in{std::string(lines)};
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    const size_t arrow = line.find(" -> ");
    VPL_CHECK(arrow != std::string::npos, "no answer in `{}`", line);
    answers_[line.substr(0, arrow)] = ReadAnswer(line.substr(arrow + 4));
  }
}

std::shared_ptr<enrich::Pending> TableProvider::Ask(uint32_t lookup, const enrich::Key& key) {
  std::string question = plan_.lookups[lookup].binding.connector + " ";
  if (std::holds_alternative<std::string>(key.value)) {
    io::AppendJsonString(question, key.text);
  } else {
    question += key.text;
  }
  const auto found = answers_.find(question);
  auto pending = std::make_shared<enrich::Pending>();
  pending->Set(found == answers_.end()
                   ? enrich::Answer{Outcome::Error, "the table has no such key", kLatencyMs}
                   : found->second);
  return pending;
}

}  // namespace varpulis::testing
