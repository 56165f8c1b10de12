#include "tests/differential/row_chain_generator.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace varpulis::testing {

namespace {

class Generator {
 public:
  Generator(Dice& dice, const Scope& scope, int depth) : dice_(dice), depth_(depth) {
    chain_.scope = scope;
  }

  RowChain Make() {
    const size_t operators = 1 + dice_.Roll(3);
    for (size_t i = 0; i < operators; ++i) Operator();
    return std::move(chain_);
  }

 private:
  std::string Expression(Kind kind, int depth = 2) {
    return testing::Expression(dice_, chain_.scope, kind, depth);
  }
  Kind AnyKind() { return static_cast<Kind>(dice_.Roll(4)); }
  void Add(const std::string& op) { chain_.text += "\n    ." + op; }

  void Operator() {
    switch (dice_.Roll(12)) {
      case 0:
        return Add(dice_.Chance(30) ? "first()" : fmt::format("limit({})", 1 + dice_.Roll(20)));
      case 1:
        return Add("distinct()");
      case 2:
        return Add("distinct(" + Expression(AnyKind()) + ")");
      case 3:
        return Map();
      case 4:
        return Filter();
      case 5:
        return Add(
            dice_.Pick({"on_error(\"skip\")", "on_error(\"null\")", "concurrent(workers: 2)"}));
      case 6:
        return Add("log(message: " + Expression(Kind::Str, 1) + ")");
      case 7:
        return Add("tap(counter: \"rows\", labels: [k], twice: " + Expression(Kind::Int, 1) + ")");
      case 8:
        return Add("where(" + Expression(Kind::Bool) + ")");
      case 9:
        return Enrich();
      case 10:
        return Add("alert(webhook: \"http://h/\", message: \"{k} of {u}: {i} {nothing}\")");
      default:
        if (depth_ > 0) return Fork();
        return Filter();
    }
  }

  // The scope as the lambda's parameter has it, beside the bare names.
  Scope WithParameter() const {
    Scope scope = chain_.scope;
    for (const Readable& field : chain_.scope) scope.push_back({"x." + field.text, field.kind});
    return scope;
  }

  void Filter() {
    Add("filter(x => " + testing::Expression(dice_, WithParameter(), Kind::Bool, 2) + ")");
  }

  void Enrich() { chain_.text += RandomEnrich(dice_, chain_.scope); }

  void Map() {
    if (dice_.Chance(20)) return Add("map(x => x)");
    const Scope scope = WithParameter();
    const auto make = [&](Kind kind) { return testing::Expression(dice_, scope, kind, 2); };
    const std::string map =
        fmt::format("{{ k: x.k, u: x.u, i: {}, s: {} }}", make(Kind::Int), make(Kind::Str));
    // A value that is known only when it runs.
    const bool dynamic = dice_.Chance(30);
    Add("map(x => " + (dynamic ? "if " + make(Kind::Bool) + " then " + map + " else x" : map) +
        ")");
    chain_.scope = {{"k", Kind::Int}, {"u", Kind::Str}, {"i", Kind::Int}, {"s", Kind::Str}};
  }

  void Fork() {
    const size_t paths = 1 + dice_.Roll(3);
    std::vector<std::string> texts;
    std::vector<Scope> scopes;
    for (size_t i = 0; i < paths; ++i) {
      RowChain path = Generator(dice_, chain_.scope, depth_ - 1).Make();
      texts.push_back(fmt::format("p{}: {}", i, path.text));
      scopes.push_back(std::move(path.scope));
    }
    Add(fmt::format("fork({})", fmt::join(texts, ", ")));
    switch (dice_.Roll(4)) {
      case 0:
        Add("all()");
        return Combine(scopes);
      case 1:
        Add(fmt::format("any({})", 1 + dice_.Roll(paths)));
        return Combine(scopes);
      case 2:
        Add("first()");
        return Unite(scopes);
      default:
        return Unite(scopes);
    }
  }

  void Combine(const std::vector<Scope>& paths) {
    for (size_t i = 0; i < paths.size(); ++i) {
      for (const Readable& field : paths[i]) {
        // A name with two dots is a member of a field.
        if (field.text.find('.') != std::string::npos) continue;
        chain_.scope.push_back({fmt::format("p{}.{}", i, field.text), field.kind});
      }
    }
  }

  // What rows of every path have.
  void Unite(const std::vector<Scope>& paths) {
    Scope common = {{"_path", Kind::Str}};
    for (const Readable& field : paths.front()) {
      const bool everywhere = std::all_of(paths.begin(), paths.end(), [&](const Scope& path) {
        return std::any_of(path.begin(), path.end(), [&](const Readable& other) {
          return other.text == field.text && other.kind == field.kind;
        });
      });
      if (everywhere && field.text != "_path") common.push_back(field);
    }
    chain_.scope = std::move(common);
  }

  Dice& dice_;
  const int depth_;
  RowChain chain_;
};

}  // namespace

std::string RandomEnrich(Dice& dice, Scope& scope, const std::string& key) {
  const std::string other =
      dice.Chance(50) ? "k" : Expression(dice, scope, static_cast<Kind>(dice.Roll(4)), 1);
  std::string text = "\n    .enrich(Crm, key: " + (dice.Chance(50) ? key : other);
  text += dice.Pick({", fields: [w]", ", fields: [w, i]", ", fields: [i]"});
  text += dice.Pick({"", ", cache_ttl: 3s", ", cache_ttl: 1h"});
  text += dice.Pick({"", ", fallback: 7", ", fallback: \"none\""});
  std::erase_if(scope,
                [](const Readable& field) { return field.text == "i" || field.text == "w"; });
  scope.push_back({"w", Kind::Str});
  scope.push_back({"i", Kind::Int});
  scope.push_back({"enrich_status", Kind::Str});
  return text + ")";
}

RowChain RandomRowChain(Dice& dice, const Scope& scope, int depth) {
  return Generator(dice, scope, depth).Make();
}

}  // namespace varpulis::testing
