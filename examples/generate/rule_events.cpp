// Log lines for a pack of rules.

#include <map>

#include <fmt/format.h>

#include "base/time.h"
#include "examples/generate/rule_pack.h"

namespace varpulis::generate {
namespace {

constexpr TimestampNs kStart = 1'772'323'200 * kNsPerSecond;  // 2026-03-01T00:00:00Z
constexpr int64_t kLinesPerHit = 10;

// A text in the making: what it must start with, contain and end with.
struct FieldText {
  std::string start;
  std::string middle;
  std::string end;
};

std::string JsonText(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  return json + "\"";
}

void Fit(const Predicate& predicate, std::map<std::string_view, FieldText>& texts,
         std::map<std::string_view, std::string>& numbers) {
  FieldText& text = texts[predicate.field];
  switch (predicate.test) {
    case Test::StartsWith:
      text.start = predicate.sample;
      return;
    case Test::EndsWith:
      text.end = predicate.sample;
      return;
    case Test::Equals:
    case Test::In:
    case Test::Contains:
    case Test::Matches:
      text.middle += predicate.sample;
      return;
    case Test::Number:
    case Test::AtLeast:
      numbers[predicate.field] = predicate.sample;
      return;
  }
}

std::string NoiseText(Random& random, size_t field) {
  const std::string name = Word(random);
  if (field == 0) return fmt::format("{} --{} {}", name, Word(random), Word(random));
  return fmt::format("C:\\Windows\\{}\\{}.exe", Word(random), name);
}

}  // namespace

RuleEvents::RuleEvents(uint64_t seed, uint64_t rules)
    : seed_(seed), rules_(rules), random_(seed + 0x5bd1e995) {}

std::string RuleEvents::Next() {
  std::map<std::string_view, FieldText> texts;
  std::map<std::string_view, std::string> numbers;
  const auto sources = LogSources();
  const LogSource* source =
      &sources[static_cast<size_t>(random_.Between(0, static_cast<int64_t>(sources.size()) - 1))];
  hit_.clear();
  if (random_.OneIn(kLinesPerHit)) {
    const auto number = static_cast<uint64_t>(random_.Between(0, static_cast<int64_t>(rules_) - 1));
    const Rule rule = MakeRule(seed_, number);
    source = rule.source;
    hit_ = rule.name;
    for (const Alternatives& alternatives : rule.all) {
      for (const Predicate& predicate : alternatives.front()) Fit(predicate, texts, numbers);
    }
  }
  const TimestampNs time = kStart + static_cast<TimestampNs>(lines_++) * kNsPerSecond;
  std::string line =
      fmt::format(R"({{"type":"{}","@timestamp":"{}")", source->type, base::FormatTimestamp(time));
  for (size_t i = 0; i < source->texts.size(); ++i) {
    const auto fitted = texts.find(source->texts[i]);
    const std::string noise = NoiseText(random_, i);
    std::string text = noise;
    if (fitted != texts.end()) {
      text = fitted->second.start + fitted->second.middle + fitted->second.end;
    }
    line += fmt::format(R"(,"{}":{})", source->texts[i], JsonText(text));
  }
  for (const std::string_view field : source->numbers) {
    const std::string noise = fmt::format("{}", random_.Between(10'000, 60'000));
    const auto fitted = numbers.find(field);
    line += fmt::format(R"(,"{}":{})", field, fitted == numbers.end() ? noise : fitted->second);
  }
  return line + "}";
}

}  // namespace varpulis::generate
