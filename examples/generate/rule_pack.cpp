#include "examples/generate/rule_pack.h"

#include <algorithm>

#include <fmt/format.h>

namespace varpulis::generate {
namespace {

constexpr std::array kSources = {
    LogSource{"SysmonProcessCreate",
              {"CommandLine", "Image", "ParentImage", "ParentCommandLine", "OriginalFileName",
               "User", "CurrentDirectory", "Company", "Computer"},
              {"ProcessId", "ParentProcessId", "TerminalSessionId"}},
    LogSource{"SysmonRegistryValueSet",
              {"Details", "TargetObject", "Image", "EventType", "User", "RuleName", "ProcessGuid",
               "NewName", "Computer"},
              {"ProcessId", "EventID", "Version"}},
    LogSource{"SysmonFileCreate",
              {"TargetFilename", "Image", "User", "Hash", "Contents", "RuleName", "ProcessGuid",
               "CreationUtcTime", "Computer"},
              {"ProcessId", "EventID", "Size"}},
    LogSource{"SysmonNetworkConnect",
              {"DestinationHostname", "Image", "DestinationIp", "SourceIp", "User", "Protocol",
               "SourceHostname", "RuleName", "Computer"},
              {"DestinationPort", "SourcePort", "ProcessId"}},
    LogSource{"SysmonImageLoad",
              {"ImageLoaded", "Image", "Signature", "SignatureStatus", "Company", "Description",
               "Product", "User", "Computer"},
              {"ProcessId", "EventID", "Version"}},
    LogSource{"WindowsSecurity",
              {"ProcessName", "ObjectName", "SubjectUserName", "TargetUserName", "ServiceName",
               "IpAddress", "AuthenticationPackageName", "WorkstationName", "Computer"},
              {"EventID", "LogonType", "KeyLength"}},
    LogSource{"WindowsPowershell",
              {"ScriptBlockText", "Path", "HostApplication", "ContextInfo", "Payload", "User",
               "HostName", "EngineVersion", "Computer"},
              {"EventID", "ProcessId", "MessageNumber"}},
    LogSource{"Proxy",
              {"UserAgent", "Uri", "Host", "Referrer", "Method", "ContentType", "Category", "User",
               "Computer"},
              {"Status", "BytesOut", "Port"}},
};
// Process creation has the most rules, as in public packs.
constexpr std::array<size_t, 16> kShares = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7};

constexpr std::array<std::string_view, 16> kFirst = {
    "Suspicious", "Potential", "Renamed",  "Hidden",    "Unsigned", "Encoded",
    "Remote",     "Uncommon",  "Abnormal", "Malicious", "Obscured", "Modified",
    "Injected",   "Scheduled", "Dropped",  "Disabled"};
constexpr std::array<std::string_view, 16> kSecond = {
    "Service", "Child", "Script", "Library", "Download", "Registry", "Archive",  "Driver",
    "Tunnel",  "Token", "Macro",  "Backup",  "Password", "Account",  "Firewall", "Logger"};
constexpr std::array<std::string_view, 8> kThird = {"Execution", "Access",  "Creation",  "Transfer",
                                                    "Discovery", "Evasion", "Tampering", "Abuse"};
constexpr std::array<std::string_view, 4> kLevels = {"low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 8> kTechniques = {"T1059.001", "T1547.001", "T1003.001",
                                                         "T1218.011", "T1105",     "T1021.002",
                                                         "T1562.001", "T1569.002"};
constexpr std::array<std::string_view, 12> kSyllables = {"ra",  "ko", "mi",  "sten", "bur", "lo",
                                                         "dax", "ve", "qui", "nor",  "tal", "py"};
constexpr std::array<std::string_view, 6> kEndings = {".exe", ".dll", ".ps1",
                                                      ".bat", ".vbs", ".tmp"};
constexpr size_t kContextFields = 11;  // beside rule, id, level and technique

// Makes the predicates of one rule.
class RuleMaker {
 public:
  RuleMaker(uint64_t seed, uint64_t number) : random_(seed * 0x9e3779b97f4a7c15 + number) {
    for (int i = 0; i < 3; ++i) random_.Next();  // seeds that are near each other part company
    rule_.source = &kSources[random_.Pick(kShares)];
    rule_.title = fmt::format("{} {} {} {}", random_.Pick(kFirst), random_.Pick(kSecond),
                              random_.Pick(kThird), number + 1);
    for (const char c : rule_.title) {
      if (c != ' ') rule_.name += c;
    }
    rule_.id = fmt::format("{:016x}", random_.Next());
    rule_.level = random_.Pick(kLevels);
    rule_.technique = random_.Pick(kTechniques);
  }

  Rule Make() {
    left_ = random_.Between(10, 60);
    // Exceptions test other fields than the rest, so that an event that fits is easy to make.
    const int64_t in_exceptions = random_.OneIn(3) ? left_ / 4 : 0;
    left_ -= in_exceptions;
    for (size_t field = 0; left_ > 0; ++field) AddAlternatives(field);
    if (in_exceptions > 0) {
      left_ = in_exceptions;
      Alternatives exception;
      while (left_ > 0) exception.push_back({Text(kExceptionField)});
      rule_.except.push_back(std::move(exception));
    }
    AddContext();
    return std::move(rule_);
  }

 private:
  static constexpr size_t kExceptionField = 5;
  static constexpr size_t kTestedFields = 5;

  // The first field takes as many lists as it needs, each other one at most one: no two lists ask
  // the same field for different texts.
  void AddAlternatives(size_t field) {
    Alternatives alternatives;
    if (field > 0 && field <= rule_.source->numbers.size() && random_.OneIn(8)) {
      alternatives.push_back({Number(field)});
      rule_.all.push_back(std::move(alternatives));
      return;
    }
    const bool last_field = field >= kTestedFields;
    const size_t text = last_field ? 0 : field;
    int64_t size = std::min(left_, random_.Between(1, 16));
    while (size > 0) {
      Selection selection = {Text(text)};
      const bool is_part = IsPart(selection.front().test);
      --size;
      // Two words that stand in one text.
      if (is_part && size > 0 && random_.OneIn(6)) {
        selection.push_back(Part(text, Test::Contains));
        --size;
      }
      alternatives.push_back(std::move(selection));
    }
    rule_.all.push_back(std::move(alternatives));
  }

  static bool IsPart(Test test) {
    return test == Test::StartsWith || test == Test::EndsWith || test == Test::Contains ||
           test == Test::Matches;
  }

  Predicate Text(size_t field) {
    // Whole texts and parts do not go together in one field: no event would fit both.
    if (field == 4 || field == kExceptionField) {
      return random_.OneIn(3) ? In(field) : Whole(field);
    }
    switch (random_.Between(1, 10)) {
      case 1:
      case 2:
        return Part(field, field == 0 ? Test::Contains : Test::StartsWith);
      case 3:
      case 4:
      case 5:
        return Part(field, field == 0 ? Test::Contains : Test::EndsWith);
      case 6:
        return Regex(field);
      default:
        return Part(field, Test::Contains);
    }
  }

  Predicate Part(size_t field, Test test) {
    --left_;
    std::string text;
    if (test == Test::StartsWith) {
      text = fmt::format("c:\\{}\\{}\\", Word(random_), Word(random_));
    } else if (test == Test::EndsWith) {
      text = fmt::format("\\{}{}", Word(random_), random_.Pick(kEndings));
    } else if (random_.OneIn(4)) {
      text = fmt::format(" -{} '{}' ", Word(random_), Word(random_));
    } else {
      text = fmt::format("{}{}", random_.OneIn(2) ? " /" : "\\", Word(random_));
    }
    return {test, rule_.source->texts[field], {text}, text};
  }

  Predicate Whole(size_t field) {
    --left_;
    const std::string text = fmt::format("{}\\{}", Word(random_), Word(random_));
    return {Test::Equals, rule_.source->texts[field], {text}, text};
  }

  Predicate In(size_t field) {
    --left_;
    Predicate in{Test::In, rule_.source->texts[field], {}, {}};
    for (int64_t count = random_.Between(2, 6); count > 0; --count) {
      in.values.push_back(Word(random_) + " " + Word(random_));
    }
    in.sample = in.values.front();
    return in;
  }

  Predicate Regex(size_t field) {
    --left_;
    const std::string first = Word(random_);
    const std::string second = Word(random_);
    const int64_t digits = random_.Between(1000, 9999);
    if (random_.OneIn(2)) {
      return {Test::Matches,
              rule_.source->texts[field],
              {fmt::format(R"((?is)^.*\\{}.*\-{}.*$)", first, second)},
              fmt::format("\\{}{} -{}", first, digits, second)};
    }
    return {Test::Matches,
            rule_.source->texts[field],
            {fmt::format(R"((?i){}[0-9]{{3,6}}\.{}\b)", first, second)},
            fmt::format("{}{}.{} ", first, digits, second)};
  }

  Predicate Number(size_t field) {
    --left_;
    const std::string_view name = rule_.source->numbers[field % rule_.source->numbers.size()];
    const std::string number = fmt::format("{}", random_.Between(1, 9999));
    return {random_.OneIn(3) ? Test::AtLeast : Test::Number, name, {number}, number};
  }

  void AddContext() {
    for (const std::string_view field : rule_.source->texts) rule_.context.push_back(field);
    for (const std::string_view field : rule_.source->numbers) {
      if (rule_.context.size() < kContextFields) rule_.context.push_back(field);
    }
  }

  Random random_;
  Rule rule_;
  int64_t left_ = 0;
};

}  // namespace

std::span<const LogSource> LogSources() { return kSources; }

std::string Word(Random& random) {
  std::string word;
  for (int64_t syllables = random.Between(2, 4); syllables > 0; --syllables) {
    word += random.Pick(kSyllables);
  }
  return word + fmt::format("{}", random.Between(0, 99));
}

size_t Rule::PredicateCount() const {
  size_t count = 0;
  for (const auto* groups : {&all, &except}) {
    for (const Alternatives& alternatives : *groups) {
      for (const Selection& selection : alternatives) count += selection.size();
    }
  }
  return count;
}

Rule MakeRule(uint64_t seed, uint64_t number) { return RuleMaker(seed, number).Make(); }

}  // namespace varpulis::generate
