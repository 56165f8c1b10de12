#include "tests/differential/event_generator.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/time.h"

namespace varpulis::testing {

namespace {

std::string Value(Dice& dice, const Readable& field) {
  // Keys come from few values, so that they meet.
  if (field.text == "k") return dice.Pick({"1", "2", "3"});
  if (field.text == "u") return dice.Pick({"\"ana\"", "\"bo\"", "\"a user of sixteen\"", "\"7\""});
  switch (field.kind) {
    case Kind::Int:
      return dice.Pick(
          {"0", "1", "-1", "5", "12", "64", "9223372036854775807", "9007199254740993"});
    case Kind::Float:
      return dice.Pick({"0.0", "-0.0", "1.5", "-2.25", "12.0", "1e300", "0.1"});
    case Kind::Str:
      return dice.Pick({"\"\"", "\"a\"", "\"abc\"", "\" ab \"", "\"12\"", "\"-5\"", "\"007\"",
                        "\"exactly12byt\"", "\"thirteen bytes\"", "\"Stra\\u00dfe\"", "\"1.5\""});
    case Kind::Bool:
      return dice.Pick({"true", "false"});
  }
  return {};
}

std::vector<std::string> Fields(Dice& dice, bool declared, const char* quote) {
  std::vector<std::string> fields;
  for (const Readable& field : EventFields()) {
    if (dice.Chance(8)) continue;
    const bool other_kind = !declared && dice.Chance(6);
    const Readable& kind = other_kind ? dice.Pick(EventFields()) : field;
    const std::string value = dice.Chance(5) ? "null" : Value(dice, kind);
    fields.push_back(fmt::format("{}{}{}: {}", quote, field.text, quote, value));
  }
  return fields;
}

}  // namespace

const std::vector<std::string>& EventTypes() {
  static const std::vector<std::string> kTypes = {"A", "B", "C"};
  return kTypes;
}

const Scope& EventFields() {
  static const Scope kFields = {{"k", Kind::Int}, {"u", Kind::Str},   {"i", Kind::Int},
                                {"j", Kind::Int}, {"f", Kind::Float}, {"s", Kind::Str},
                                {"t", Kind::Str}, {"b", Kind::Bool}};
  return kFields;
}

std::string RandomEvents(Dice& dice, size_t count, bool declared) {
  const bool json = dice.Chance(50);
  std::string text;
  int64_t ms = 0;
  for (size_t i = 0; i < count; ++i) {
    if (dice.Chance(70)) ms += static_cast<int64_t>(dice.Roll(4000));
    const std::string& type = dice.Pick(EventTypes());
    if (json) {
      const int64_t at = dice.Chance(5) ? ms / 2 : ms;
      auto fields = Fields(dice, declared, "\"");
      fields.insert(fields.begin(), fmt::format("\"type\": \"{}\", \"timestamp\": \"{}\"", type,
                                                base::FormatTimestamp(at * kNsPerMs)));
      text += fmt::format("{{{}}}\n", fmt::join(fields, ", "));
    } else {
      text +=
          fmt::format("@{}ms {} {{ {} }}\n", ms, type, fmt::join(Fields(dice, declared, ""), ", "));
    }
  }
  return text;
}

}  // namespace varpulis::testing
