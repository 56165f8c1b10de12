#include "tests/differential/program_generator.h"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/differential/event_generator.h"
#include "tests/differential/function_generator.h"
#include "tests/differential/row_chain_generator.h"

namespace varpulis::testing {

namespace {

constexpr int kDepth = 3;

constexpr const char* kSplit = R"(fn split(n: int, text: str):
    for i in 0..n % 4:
        if i == 1:
            emit Odd(k: i, u: text)
        else:
            emit Even(k: i + n, u: text + "x", extra: n)
)";

struct Source {
  std::string name;
  Scope fields;
};

class Generator {
 public:
  Generator(Dice& dice, bool declared) : dice_(dice) {
    for (const std::string& type : EventTypes()) {
      sources_.push_back({type, EventFields()});
      if (declared) Declare(type);
    }
    program_ += "let limit = 3\nconst FLAG = 'ana'\n";
    program_ += kCrm;
    functions_ = RandomFunctions(dice_, program_);
    if (dice_.Chance(20)) program_ += kSplit;
  }

  std::string Make() {
    const size_t streams = 1 + dice_.Roll(5);
    for (size_t i = 0; i < streams; ++i) Stream("S" + std::to_string(i));
    return program_;
  }

 private:
  void Declare(const std::string& type) {
    program_ += "event " + type + ":\n";
    for (const Readable& field : EventFields()) {
      program_ += fmt::format("    {}: {}{}\n", field.text, TypeWord(field.kind),
                              dice_.Chance(30) ? "?" : "");
    }
  }

  std::string Make(const Scope& scope, Kind kind, int depth = kDepth) {
    Scope all = scope;
    all.push_back({"limit", Kind::Int});
    all.push_back({"FLAG", Kind::Str});
    if (!functions_.empty() && dice_.Chance(40)) {
      const Readable call = RandomCall(dice_, dice_.Pick(functions_), scope);
      for (int copies = 0; copies < 3; ++copies) all.push_back(call);
    }
    if (dice_.Chance(15)) all.push_back(Lambda(scope));
    return Expression(dice_, all, kind, depth);
  }

  // An array through lambdas that read the scope, and its length.
  Readable Lambda(const Scope& scope) {
    Scope inner = scope;
    inner.push_back({"q", Kind::Int});
    std::string text = fmt::format("[1, {}, 5]", Expression(dice_, scope, Kind::Int, 1));
    text += ".map(q => " + Expression(dice_, inner, Kind::Int, 2) + ")";
    if (dice_.Chance(50)) text += ".filter(q => " + Expression(dice_, inner, Kind::Bool, 2) + ")";
    return {"len(" + text + ")", Kind::Int};
  }

  // `.process` with a function that emits events of two types.
  void Process(const std::string& name) {
    const Source from = AnySource();
    if (program_.find(kSplit) == std::string::npos) return Project(name);
    program_ += "stream " + name + " = " + from.name;
    if (dice_.Chance(50)) program_ += Where(from.fields, 2);
    program_ += fmt::format("\n    .process(split({}, {}))", Make(from.fields, Kind::Int, 1),
                            Make(from.fields, Kind::Str, 1));
    const Scope scope = {{"k", Kind::Int}, {"u", Kind::Str}};
    if (dice_.Chance(50)) program_ += Where(scope, 2);
    program_ += "\n";
    sources_.push_back({name, scope});
  }

  void Stream(const std::string& name) {
    switch (dice_.Roll(9)) {
      case 8:
        return Process(name);
      case 0:
        return Filter(name);
      case 1:
        return Window(name);
      case 2:
      case 3:
        return Sequence(name);
      case 4:
        return Merge(name);
      case 5:
      case 6:
        return Rows(name);
      default:
        return Project(name);
    }
  }

  // Copies: sources_ grows when the stream is finished.
  Source AnySource() { return dice_.Pick(sources_); }

  std::string Where(const Scope& scope, int depth = kDepth) {
    return "\n    .where(" + Make(scope, Kind::Bool, depth) + ")";
  }

  // An `.emit` of values over the scope; what it makes becomes a source.
  std::string Emit(const std::string& name, const Scope& scope) {
    Source source{name, {}};
    std::vector<std::string> items;
    const auto item = [&](const char* key, Kind kind, int depth) {
      items.push_back(fmt::format("{}: {}", key, Make(scope, kind, depth)));
      source.fields.push_back({key, kind});
    };
    item("k", Kind::Int, 0);
    item("u", Kind::Str, 0);
    if (dice_.Chance(70)) item("i", Kind::Int, kDepth);
    if (dice_.Chance(60)) item("f", Kind::Float, kDepth);
    if (dice_.Chance(60)) item("s", Kind::Str, kDepth);
    if (dice_.Chance(50)) item("b", Kind::Bool, kDepth);
    sources_.push_back(source);
    return fmt::format("\n    .emit({})", fmt::join(items, ", "));
  }

  std::string MaybePrint(const Scope& scope) {
    if (!dice_.Chance(15)) return {};
    return dice_.Chance(30) ? "\n    .print()" : "\n    .print(" + Make(scope, Kind::Str, 1) + ")";
  }

  void Filter(const std::string& name) {
    const Source from = AnySource();
    program_ += "stream " + name + " = " + from.name + Where(from.fields) + "\n";
    sources_.push_back({name, from.fields});
  }

  std::string MaybeWatermark() {
    if (!dice_.Chance(15)) return "";
    std::string text = "\n    .watermark(out_of_order: " + dice_.Pick({"0s", "2s", "10s"}) + ")";
    if (dice_.Chance(40)) text += " .allowed_lateness(3s)";
    return text;
  }

  void Project(const std::string& name) {
    const Source from = AnySource();
    program_ += "stream " + name + " = " + from.name + MaybeWatermark();
    if (dice_.Chance(70)) program_ += Where(from.fields);
    Scope scope = from.fields;
    if (dice_.Chance(30)) {
      program_ += "\n    .select(k, u, n: " + Make(scope, Kind::Int) +
                  ", w: " + Make(scope, Kind::Str) + ")";
      scope = {{"k", Kind::Int}, {"u", Kind::Str}, {"n", Kind::Int}, {"w", Kind::Str}};
      if (dice_.Chance(50)) program_ += Where(scope, 2);
    }
    program_ += MaybePrint(scope) + Emit(name, scope) + "\n";
  }

  // Operators without a window; without `.emit` readers get the rows as they are.
  void Rows(const std::string& name) {
    const Source from = AnySource();
    const RowChain chain = RandomRowChain(dice_, from.fields, 2);
    program_ += "stream " + name + " = " + from.name + chain.text;
    if (dice_.Chance(70)) {
      program_ += Emit(name, chain.scope) + "\n";
    } else {
      program_ += "\n";
      sources_.push_back({name, chain.scope});
    }
  }

  void Merge(const std::string& name) {
    const Source a = AnySource(), b = AnySource();
    if (a.name == b.name) return Project(name);
    Scope common;
    for (const Readable& field : a.fields) {
      for (const Readable& other : b.fields) {
        if (field.text == other.text) common.push_back(field);
      }
    }
    program_ += fmt::format("stream {} = merge({}, {})", name, a.name, b.name) + Where(common, 2) +
                MaybeWatermark() + Emit(name, common) + "\n";
  }

  void Window(const std::string& name) {
    const Source from = AnySource();
    program_ += "stream " + name + " = " + from.name + MaybeWatermark();
    if (dice_.Chance(50)) program_ += Where(from.fields, 2);
    const std::string key = dice_.Chance(65) ? dice_.Pick({"k", "u"}) : std::string();
    if (!key.empty()) program_ += "\n    .partition_by(" + key + ")";
    program_ += "\n    .window(" +
                dice_.Pick({"1", "2", "5", "2s", "7s", "1m", "5s, sliding: 2s", "1m, sliding: 1ms",
                            "4, sliding: 1", "3, sliding: 2", "session: 3s",
                            "7s, policy: \"watermark\"", "session: 4s, policy: \"watermark\""}) +
                ")";
    if (dice_.Chance(25)) program_ += Where(from.fields, 2);
    if (dice_.Chance(20)) {
      program_ += "\n    .order_by(" + Make(from.fields, Kind::Float, 1) + " desc, " +
                  Make(from.fields, Kind::Str, 1) + ")";
    }
    if (dice_.Chance(20)) {
      program_ += Emit(name, from.fields) + "\n";
      return;
    }
    Scope scope = Aggregate(from.fields, key);
    if (dice_.Chance(40)) program_ += "\n    .having(" + Make(scope, Kind::Bool, 2) + ")";
    program_ += Emit(name, scope) + "\n";
  }

  Scope Aggregate(const Scope& fields, const std::string& key) {
    Scope scope;
    std::vector<std::string> items;
    const auto item = [&](const std::string& call, Kind kind) {
      const std::string label = fmt::format("a{}", items.size());
      items.push_back(label + ": " + call);
      scope.push_back({label, kind});
    };
    const auto of = [&](const char* function, Kind kind) {
      return fmt::format("{}({})", function, Make(fields, kind, 1));
    };
    item("count()", Kind::Int);
    if (dice_.Chance(60)) item(of("sum", Kind::Int), Kind::Float);
    if (dice_.Chance(50)) item(of("avg", Kind::Float), Kind::Float);
    if (dice_.Chance(40)) item(of("min", Kind::Float) + " + 1", Kind::Float);
    if (dice_.Chance(40)) item(of("max", Kind::Int), Kind::Int);
    if (dice_.Chance(40)) item(of("first", Kind::Str), Kind::Str);
    if (dice_.Chance(40)) item(of("last", Kind::Bool), Kind::Bool);
    if (dice_.Chance(40)) item(of("count_distinct", Kind::Str), Kind::Int);
    if (dice_.Chance(30)) item(of("count", Kind::Str), Kind::Int);
    if (dice_.Chance(30)) item(of("stddev", Kind::Float), Kind::Float);
    if (dice_.Chance(30)) item(of("median", Kind::Int), Kind::Float);
    if (dice_.Chance(20)) {
      item("percentile(" + Make(fields, Kind::Float, 1) + ", 0.9)", Kind::Float);
    }
    if (dice_.Chance(20)) item("ema(" + Make(fields, Kind::Int, 1) + ", 4)", Kind::Float);
    if (dice_.Chance(20)) item("len(" + of("collect", Kind::Str) + ")", Kind::Int);
    if (!key.empty()) scope.push_back({key, key == "k" ? Kind::Int : Kind::Str});
    program_ += fmt::format("\n    .aggregate({})", fmt::join(items, ", "));
    return scope;
  }

  static Scope Prefixed(const std::string& alias, const Scope& fields) {
    Scope scope;
    for (const Readable& field : fields) scope.push_back({alias + "." + field.text, field.kind});
    return scope;
  }

  void Sequence(const std::string& name) {
    const size_t steps = 2 + dice_.Roll(2);
    // Groups that must not come stand in declared patterns only.
    const bool is_declared = dice_.Chance(25);
    Scope bound;
    std::string text;
    for (size_t i = 0; i < steps; ++i) {
      if (is_declared && i > 0 && dice_.Chance(60)) text += "\n    -> " + NegatedGroup(i, bound);
      const Source from = AnySource();
      const std::string alias = std::string(1, static_cast<char>('x' + i));
      text += i == 0 ? " " : "\n    -> ";
      text += from.name + StepCondition(from.fields, bound) + " as " + alias;
      for (const Readable& field : Prefixed(alias, from.fields)) bound.push_back(field);
    }
    if (is_declared) {
      program_ += "pattern P" + name + " =" + text + "\n";
      text = " P" + name;
    }
    if (dice_.Chance(25)) text += "\n    .partition_by(" + dice_.Pick({"k", "u"}) + ")";
    if (dice_.Chance(85)) text += "\n    .within(" + dice_.Pick({"1s", "5s", "20s", "1h"}) + ")";
    if (dice_.Chance(25)) text += Where(bound, 2);
    text += MaybeWatermark();
    if (dice_.Chance(20)) text += RandomEnrich(dice_, bound, "x.u");
    program_ += "stream " + name + " =" + text + Emit(name, bound) + "\n";
  }

  std::string NegatedGroup(size_t number, const Scope& bound) {
    Scope inside = bound;
    std::vector<std::string> steps;
    for (const char* letter : {"v", "w"}) {
      const std::string alias = fmt::format("{}{}", letter, number);
      const Source from = AnySource();
      steps.push_back(from.name + StepCondition(from.fields, inside) + " as " + alias);
      for (const Readable& field : Prefixed(alias, from.fields)) inside.push_back(field);
    }
    return fmt::format("NOT ({})", fmt::join(steps, " -> "));
  }

  std::string StepCondition(const Scope& candidate, const Scope& bound) {
    std::vector<std::string> conjuncts;
    if (!bound.empty() && dice_.Chance(60)) {
      const Readable& other = dice_.Pick(bound);
      std::vector<std::string> same_kind;
      for (const Readable& field : candidate) {
        if (field.kind == other.kind) same_kind.push_back(field.text);
      }
      if (!same_kind.empty()) conjuncts.push_back(dice_.Pick(same_kind) + " == " + other.text);
    }
    Scope both = candidate;
    both.insert(both.end(), bound.begin(), bound.end());
    if (dice_.Chance(40)) conjuncts.push_back(Make(both, Kind::Bool, 2));
    return conjuncts.empty() ? std::string()
                             : fmt::format(" where {}", fmt::join(conjuncts, " and "));
  }

  Dice& dice_;
  std::vector<Source> sources_;
  std::vector<RandomFunction> functions_;
  std::string program_;
};

}  // namespace

std::string RandomProgram(Dice& dice, bool declared) { return Generator(dice, declared).Make(); }

}  // namespace varpulis::testing
