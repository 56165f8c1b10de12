// The scanner against simdjson: on random and damaged objects both accept the same texts and read
// the same values.

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "runtime/io/reader_test_support.h"

namespace varpulis::io {
namespace {

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }
  std::string Blank() { return Below(6) == 0 ? std::string(Below(3), " \t"[Below(2)]) : ""; }

  std::string String() {
    static const char* const kPieces[] = {"a",
                                          "xyz",
                                          "\\n",
                                          "\\\"",
                                          "\\\\",
                                          "\\u00e9",
                                          "\\ud83d\\ude00",
                                          "é",
                                          "日本",
                                          "😀",
                                          "0123456789abcdef",
                                          " ",
                                          "/",
                                          "{",
                                          "]",
                                          ":"};
    std::string out = "\"";
    for (uint32_t i = Below(6); i > 0; --i) out += kPieces[Below(std::size(kPieces))];
    return out + "\"";
  }
  std::string Number() {
    switch (Below(5)) {
      case 0:
        return std::to_string(Below(100));
      case 1:
        return std::to_string(static_cast<int64_t>(random_() << 32 | random_()));
      case 2:
        return fmt::format("{}", static_cast<double>(random_()) / (1 + Below(1000)));
      case 3:
        return fmt::format("-{}.{}e{}", Below(10), Below(100000), Below(300));
      default:
        return fmt::format("{}{}.{}E-{}", Below(1000) + 1, random_(), random_(), Below(320));
    }
  }
  std::string Value(int depth) {
    uint32_t kind = Below(depth < 4 ? 9 : 7);
    if (kind < 3) return String();
    if (kind < 5) return Number();
    if (kind < 7) return std::string(std::array{"true", "false", "null"}[Below(3)]);
    std::string out = kind == 7 ? "[" : "{";
    for (uint32_t i = 0, n = Below(4); i < n; ++i) {
      if (i > 0) out += ",";
      if (kind == 8) out += Blank() + fmt::format("\"k{}\"", i) + Blank() + ":";
      out += Blank() + Value(depth + 1) + Blank();
    }
    return out + (kind == 7 ? "]" : "}");
  }
  std::string Object() {
    std::string out = "{" + Blank() + "\"event_type\":\"T\",\"data\":{";
    for (uint32_t i = 0, n = Below(6); i < n; ++i) {
      if (i > 0) out += ",";
      out += Blank() + fmt::format("\"key_{}\"", i * 7 + Below(2)) + Blank() + ":" + Blank() +
             Value(1) + Blank();
    }
    return out + "}}";
  }
  // Changes, removes or doubles a byte.
  void Damage(std::string& text) {
    static const std::string kBytes = "{}[]\":,\\u0e-+.tfn \t\x01\xc3\xff";
    size_t at = Below(static_cast<uint32_t>(text.size()));
    switch (Below(3)) {
      case 0:
        text[at] = kBytes[Below(static_cast<uint32_t>(kBytes.size()))];
        break;
      case 1:
        text.erase(at, 1);
        break;
      default:
        text.insert(at, 1, text[at]);
        break;
    }
  }

 private:
  std::mt19937 random_;
};

void AppendDom(std::string& out, simdjson::dom::element element) {
  using Kind = simdjson::dom::element_type;
  const char* separator = "";
  switch (element.type()) {
    case Kind::ARRAY:
      out += '[';
      for (auto child : simdjson::dom::array(element)) {
        out += separator;
        separator = ",";
        AppendDom(out, child);
      }
      out += ']';
      break;
    case Kind::OBJECT:
      out += '{';
      for (auto [key, child] : simdjson::dom::object(element)) {
        out += separator;
        separator = ",";
        AppendJsonString(out, key);
        out += ':';
        AppendDom(out, child);
      }
      out += '}';
      break;
    case Kind::INT64:
      out += std::to_string(int64_t(element));
      break;
    case Kind::UINT64:
      AppendJsonFloat(out, static_cast<double>(uint64_t(element)));
      break;
    case Kind::DOUBLE:
      AppendJsonFloat(out, double(element));
      break;
    case Kind::STRING:
      AppendJsonString(out, std::string_view(element));
      break;
    case Kind::BOOL:
      out += bool(element) ? "true" : "false";
      break;
    case Kind::NULL_VALUE:
      out += "null";
      break;
  }
}

TEST(JsonOracle, RandomObjects) {
  auto plan = testing::PlanOf({testing::DynamicTable("T", {"*"})});
  Generator generator(7);
  simdjson::dom::parser parser;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = generator.Object();
    std::string expected = "T@0 {\"*\":";
    AppendDom(expected, simdjson::dom::element(parser.parse(text))["data"]);
    auto reading = testing::Read(plan, text);
    ASSERT_EQ(reading.error, "") << text;
    ASSERT_EQ(reading.events.at(0), expected + "}") << text;
  }
}

TEST(JsonOracle, DamagedObjects) {
  auto plan = testing::PlanOf({testing::DynamicTable("T", {"*"})});
  Generator generator(8);
  simdjson::dom::parser parser;
  int accepted = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text = generator.Object();
    for (uint32_t n = generator.Below(2); n < 2; ++n) generator.Damage(text);
    ReaderOptions options;
    options.default_type = "D";
    bool ours = text[0] == '{' && testing::Read(plan, text, options).error.empty();
    auto error = parser.parse(text).error();
    bool theirs = text[0] == '{' && error == simdjson::SUCCESS;
    // Ours by decision: numbers of any size, a lone surrogate as U+FFFD.
    if (ours && (error == simdjson::NUMBER_ERROR || error == simdjson::STRING_ERROR)) continue;
    ASSERT_EQ(ours, theirs) << text << "\n" << testing::Read(plan, text, options).error;
    accepted += ours ? 1 : 0;
  }
  EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace varpulis::io
