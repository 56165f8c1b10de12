#include "compiler/service/completion.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "compiler/reference/reference.h"
#include "compiler/service/completion_context.h"
#include "compiler/service/declarations.h"

namespace varpulis::service {
namespace {

using reference::Entry;
using reference::Family;
using sema::NameKind;

// Stands for what is being written; no program uses it.
constexpr std::string_view kCursor = "vpl_cursor";

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool StartsAlike(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(),
                    [](char a, char b) { return Lower(a) == Lower(b); });
}

// The first line behind the place that starts in the first column with a word: a statement.
size_t NextStatement(std::string_view text, size_t at) {
  while (true) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return text.size();
    ++at;
    if (at >= text.size()) return text.size();
    const char first = Lower(text[at]);
    if ((first >= 'a' && first <= 'z') || first == '_') return at;
  }
}

class Completer {
 public:
  Completer(const Analysis& analysis, const CompletionContext& context,
            const ServiceOptions& options)
      : analysis_(analysis), context_(context), options_(options) {
    word_ = analysis.source.Text(context.word);
  }

  Completions Complete() {
    switch (context_.want) {
      case Want::Nothing:
        break;
      case Want::Statement:
        AddStatements();
        break;
      case Want::Operators:
        AddEntries(Family::Operator, CompletionKind::Operator);
        break;
      case Want::Members:
        AddMembers();
        break;
      case Want::Sources:
        AddDeclared(NameKind::Stream, CompletionKind::Stream);
        AddDeclared(NameKind::Event, CompletionKind::Event);
        AddDeclared(NameKind::Pattern, CompletionKind::Pattern);
        AddEntries(Family::Source, CompletionKind::Source);
        AddWords({"all"});
        break;
      case Want::Steps:
        AddDeclared(NameKind::Stream, CompletionKind::Stream);
        AddDeclared(NameKind::Event, CompletionKind::Event);
        AddWords({"all"});
        break;
      case Want::Events:
        AddDeclared(NameKind::Event, CompletionKind::Event);
        break;
      case Want::Types:
        AddTypes();
        break;
      case Want::Connectors:
        AddDeclared(NameKind::Connector, CompletionKind::Connector);
        break;
      case Want::Contexts:
        AddDeclared(NameKind::Context, CompletionKind::Context);
        break;
      case Want::Arguments:
        AddParameters();
        AddExpression();
        break;
      case Want::Expression:
        AddExpression();
        break;
      case Want::Words:
        if (context_.in_stream) AddWords({"where", "as", "within", "partition by"});
        AddWords({"and", "or", "not in", "in", "is", "is not", "xor"});
        break;
      case Want::Times:
        AddTimes();
        break;
    }
    return {context_.word, std::move(items_)};
  }

 private:
  void Add(Completion item) {
    if (!StartsAlike(item.label, word_) || !labels_.insert(item.label).second) return;
    if (item.insert.empty()) item.insert = item.label;
    items_.push_back(std::move(item));
  }
  void Add(std::string_view label, CompletionKind kind, std::string detail = {}) {
    Add({std::string(label), kind, {}, std::move(detail), {}});
  }
  void AddWords(std::initializer_list<std::string_view> words) {
    for (std::string_view word : words) Add(word, CompletionKind::Keyword);
  }
  void AddEntries(Family family, CompletionKind kind) {
    for (const std::string& name : reference::Names(family)) {
      const Entry& entry = *reference::Find(family, name);
      Add({name, kind, {}, std::string(entry.signature), reference::Describe(entry)});
    }
  }
  // Names of the program, those of undeclared events included.
  void AddDeclared(NameKind kind, CompletionKind as) {
    for (const Symbol& symbol : analysis_.symbols.symbols()) {
      if (symbol.kind == kind && symbol.name != kCursor) Add(symbol.name, as);
    }
  }

  void AddStatements() {
    AddWords({"stream", "event",     "pattern", "let",    "const",    "var",  "fn",
              "type",   "connector", "context", "import", "if",       "elif", "else",
              "for",    "while",     "return",  "break",  "continue", "emit"});
  }

  void AddTypes() {
    for (std::string_view type : {"int", "float", "bool", "str", "timestamp", "duration", "any"})
      Add(type, CompletionKind::Type);
    AddDeclared(NameKind::Type, CompletionKind::Type);
  }

  void AddTimes() {
    for (std::string_view time :
         {"2026-01-31", "2026-01-31T12:30:00Z", "2026-01-31T12:30:00+01:00"})
      Add(time, CompletionKind::Literal, "@" + std::string(time));
  }

  void AddParameters() {
    for (const reference::Parameter& parameter : context_.call->parameters) {
      Add({std::string(parameter.name), CompletionKind::Parameter,
           fmt::format("{}: ", parameter.name), std::string(context_.call->signature),
           std::string(parameter.text)});
    }
  }

  void AddFields(const sema::RowShape& shape) {
    for (const sema::ShapeField& field : shape.fields) {
      Add(field.name, CompletionKind::Field,
          fmt::format("{}{}", sema::VplTypeName(field.type), field.optional ? "?" : ""));
    }
  }

  void AddMembers() {
    const auto there = AnalyseAt({std::string(kCursor)});
    const sema::VisibleNames* visible = VisibleIn(there.get());
    if (visible != nullptr && !context_.object.empty()) {
      for (const auto& alias : visible->aliases) {
        if (alias.name == context_.object) return AddFields(alias.shape);
      }
    }
    AddEntries(Family::Function, CompletionKind::Function);
  }

  void AddExpression() {
    // An item of `.emit` or `.aggregate` has a name in front.
    std::shared_ptr<const Analysis> there = AnalyseAt({std::string(kCursor)});
    if (VisibleIn(there.get()) == nullptr && context_.want == Want::Arguments)
      there = AnalyseAt({fmt::format("{}: ", kCursor), std::string(kCursor)});
    if (const sema::VisibleNames* visible = VisibleIn(there.get())) {
      for (const std::string& local : visible->locals) Add(local, CompletionKind::Variable);
      for (const auto& alias : visible->aliases)
        Add(alias.name, CompletionKind::Alias, alias.shape.name);
      if (visible->row) AddFields(*visible->row);
      if (visible->row) Add("timestamp", CompletionKind::Field, "timestamp");
      if (visible->row) Add("event_type", CompletionKind::Field, "str");
      if (visible->in_aggregate) AddEntries(Family::Aggregate, CompletionKind::Aggregate);
    }
    for (const Declaration& declaration : DeclarationsOf(analysis_.program, analysis_.sources)) {
      const bool is_global =
          declaration.kind == NameKind::Variable && IsTopLevel(declaration.statement);
      if (is_global) Add(declaration.name.name, CompletionKind::Variable, declaration.type);
      if (declaration.kind == NameKind::Function)
        Add(declaration.name.name, CompletionKind::Function);
    }
    AddEntries(Family::Function, CompletionKind::Function);
    AddWords({"true", "false", "null", "not", "if"});
  }
  bool IsTopLevel(source::SourceSpan statement) const {
    return std::any_of(analysis_.program.statements.begin(), analysis_.program.statements.end(),
                       [&](const auto& other) { return other->span == statement; });
  }

  // The program with the half-written statement made whole: it ends behind the cursor, which stands for
  // a name. The names visible there are those of the last of `parts`.
  std::shared_ptr<const Analysis> AnalyseAt(const std::vector<std::string>& parts) const {
    const std::string_view text = analysis_.source.text();
    std::string whole(text.substr(0, context_.word.begin));
    uint32_t place = context_.word.begin;
    for (const std::string& part : parts) {
      place = static_cast<uint32_t>(whole.size());
      whole += part;
    }
    whole += context_.closers + "\n";
    whole += text.substr(NextStatement(text, context_.word.end));
    return Analyse(analysis_.source.path(), std::move(whole), options_, place);
  }
  static const sema::VisibleNames* VisibleIn(const Analysis* analysis) {
    return analysis->names.visible ? &*analysis->names.visible : nullptr;
  }

  const Analysis& analysis_;
  const CompletionContext& context_;
  const ServiceOptions& options_;
  std::string_view word_;
  std::vector<Completion> items_;
  std::set<std::string> labels_;
};

}  // namespace

Completions CompletionsAt(const Analysis& analysis, uint32_t offset,
                          const ServiceOptions& options) {
  const CompletionContext context = ContextAt(analysis.source, offset);
  return Completer(analysis, context, options).Complete();
}

}  // namespace varpulis::service
