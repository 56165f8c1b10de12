#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/parallel.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/fold.h"
#include "compiler/sema/lint_condition.h"

namespace varpulis::sema {

TypedProgram Check(const ast::Program& program, diagnostics::DiagnosticEmitter& diagnostics,
                   const CheckOptions& options) {
  return Checker(program, diagnostics, options).Run();
}

void Checker::Report(DiagnosticKind kind, SourceSpan span, std::string message, std::string help,
                     std::string label, std::vector<diagnostics::Label> related) {
  diagnostics_.Emit(
      {kind, span, std::move(message), std::move(label), std::move(related), std::move(help)});
}

void Checker::NotAvailable(SourceSpan span, const std::string& what) {
  Report(DiagnosticKind::NotAvailable, span, what + " is not available in this build",
         "it is part of the language, but this version cannot run it yet");
}

TypedProgram Checker::Run() {
  CollectNames();
  DeclareFunctions();
  CheckLoad();
  CheckFunctions();
  MarkOrdered();
  CheckConnectors();
  CheckConfigs();
  program_.streams.resize(stream_decls_.size());
  AssignContexts();
  program_.upstream_first = OrderStreams();
  for (uint32_t stream : program_.upstream_first) {
    CheckStream(stream);
    LintStream(program_.streams[stream], diagnostics_);
    for (const TypedOperator& op : program_.streams[stream].operators) {
      const auto* emit = std::get_if<EmitOp>(&op);
      if (emit != nullptr && emit->as_type) checked_emitters_[emit->event_type].push_back(stream);
    }
  }
  WarnOfMissingDrivers();
  CheckRegexes();
  FindSerialReason();
  NotePatterns();
  return std::move(program_);
}

void Checker::CheckRegexes() {
  if (options_.check_regex == nullptr) return;
  struct Outcome {
    std::string problem;
    size_t position = 0;
  };
  std::vector<const std::string*> patterns;
  for (const auto& [pattern, places] : regexes_) patterns.push_back(&pattern);
  std::vector<Outcome> outcomes(patterns.size());
  base::ParallelFor(patterns.size(), options_.threads, [&](size_t i) {
    outcomes[i].problem = options_.check_regex(*patterns[i], &outcomes[i].position);
  });
  for (size_t i = 0; i < patterns.size(); ++i) {
    if (outcomes[i].problem.empty()) continue;
    for (const SourceSpan place : regexes_.at(*patterns[i])) {
      Report(DiagnosticKind::BadRegex, place,
             fmt::format("the regular expression does not compile: {} (at byte {})",
                         outcomes[i].problem, outcomes[i].position),
             "RE2 syntax: no look-around, no back-references");
    }
  }
}

void Checker::CollectNames() {
  for (const auto& statement : ast_.statements) {
    if (const auto* type = std::get_if<ast::TypeDecl>(&statement->node)) {
      types_.emplace(type->name.name, type);
    }
    if (const auto* event = std::get_if<ast::EventDecl>(&statement->node)) {
      event_decls_.emplace(event->name.name, event);
    }
  }
  CheckTypes();
  for (const auto& statement : ast_.statements) CollectStatement(*statement);
  CollectEmitters();
  for (const auto& [name, unused] : event_decls_) source_names_.Add(name);
  for (const auto& [name, unused] : stream_index_) source_names_.Add(name);
  for (const auto& [name, index] : stream_index_) {
    if (event_decls_.contains(name)) {
      Report(DiagnosticKind::EventAndStreamNamedAlike, stream_decls_[index]->name.span,
             fmt::format("`{}` names both an event and a stream", name), "readers get the stream");
    }
  }
}

void Checker::CollectStatement(const ast::Statement& statement) {
  auto first = [&](const char* space, DiagnosticKind kind, const char* what,
                   const ast::Identifier& name) {
    auto [at, is_new] = declared_.emplace(fmt::format("{} {}", space, name.name), name.span);
    if (is_new) return true;
    Report(kind, name.span, fmt::format("duplicate {} `{}`", what, name.name), "rename one of them",
           "", {{at->second, "previously declared here"}});
    return false;
  };
  if (const auto* event = std::get_if<ast::EventDecl>(&statement.node)) {
    if (first("event", DiagnosticKind::DuplicateEvent, "event type", event->name))
      CollectEvent(*event);
  } else if (const auto* stream = std::get_if<ast::StreamDecl>(&statement.node)) {
    if (first("stream", DiagnosticKind::DuplicateStream, "stream", stream->name)) {
      stream_index_.emplace(stream->name.name, static_cast<uint32_t>(stream_decls_.size()));
      stream_decls_.push_back(stream);
    }
  } else if (const auto* pattern = std::get_if<ast::PatternDecl>(&statement.node)) {
    if (first("pattern", DiagnosticKind::DuplicatePattern, "pattern", pattern->name)) {
      patterns_.emplace(pattern->name.name, pattern);
    }
  } else if (const auto* type = std::get_if<ast::TypeDecl>(&statement.node)) {
    first("type", DiagnosticKind::DuplicateType, "type", type->name);
  } else if (const auto* variable = std::get_if<ast::VariableDecl>(&statement.node)) {
    CollectVariable(*variable);
  } else if (const auto* connector = std::get_if<ast::ConnectorDecl>(&statement.node)) {
    if (first("connector", DiagnosticKind::DuplicateConnector, "connector", connector->name)) {
      connector_index_.emplace(connector->name.name,
                               static_cast<uint32_t>(connector_decls_.size()));
      connector_decls_.push_back(connector);
    }
  } else if (const auto* context = std::get_if<ast::ContextDecl>(&statement.node)) {
    if (first("context", DiagnosticKind::DuplicateContext, "context", context->name))
      CollectContext(*context);
  } else if (const auto* function = std::get_if<ast::FunctionDecl>(&statement.node)) {
    if (first("fn", DiagnosticKind::DuplicateFunction, "function", function->name)) {
      CollectFunction(*function);
    }
  } else if (const auto* assign = std::get_if<ast::AssignStatement>(&statement.node)) {
    CollectAssignment(*assign);
  }
}

void Checker::AddOwnFields(const ast::EventDecl& event, std::vector<ShapeField>& fields) {
  std::unordered_set<std::string> names;
  for (const ShapeField& field : fields) names.insert(field.name);
  for (const ast::FieldDecl& field : event.fields) {
    if (names.insert(field.name.name).second) {
      fields.push_back(
          {field.name.name, FieldType(field.type), field.type.optional, field.name.span});
      continue;
    }
    Report(DiagnosticKind::DuplicateName, field.name.span,
           fmt::format("duplicate field `{}` in event `{}`", field.name.name, event.name.name));
  }
}

const Checker::EventFields& Checker::FieldsOf(const ast::EventDecl& event) {
  // Up to a base that is known, then down again: chains of bases may be long.
  std::vector<const ast::EventDecl*> open;
  std::unordered_set<const ast::EventDecl*> seen;
  EventFields fields = std::vector<ShapeField>{};
  for (const ast::EventDecl* at = &event;;) {
    const auto known = event_fields_.find(at);
    if (known != event_fields_.end()) {
      fields = known->second;
      break;
    }
    const bool is_circle = !seen.insert(at).second;
    if (!is_circle) open.push_back(at);
    if (is_circle) fields.reset();
    if (is_circle || at->base.empty()) break;
    NoteDeclared(NameKind::Event, "event", at->base);
    const auto base = event_decls_.find(at->base.name);
    if (base == event_decls_.end()) {
      fields.reset();
      break;
    }
    at = base->second;
  }
  for (; !open.empty(); open.pop_back()) {
    if (fields) AddOwnFields(*open.back(), *fields);
    event_fields_[open.back()] = fields;
  }
  return event_fields_[&event];
}

void Checker::CollectEvent(const ast::EventDecl& event) {
  RowShape shape;
  shape.name = event.name.name;
  // Undeclared fields of a declared event are not read by name: that is W034.
  shape.open = false;
  if (const EventFields& fields = FieldsOf(event)) {
    shape.fields = *fields;
  } else {
    Report(DiagnosticKind::UnknownType, event.base.span,
           fmt::format("unknown or cyclic base event `{}`", event.base.name));
  }
  event_index_[event.name.name] = static_cast<uint32_t>(program_.event_types.size());
  program_.event_types.push_back({event.name.name, true, std::move(shape)});
}

void Checker::CollectVariable(const ast::VariableDecl& variable) {
  auto known = globals_.find(variable.name.name);
  if (known != globals_.end()) {
    Report(DiagnosticKind::DeclaredTwice, variable.name.span,
           fmt::format("`{}` is declared twice", variable.name.name), "", "",
           {{known->second.span, "first here"}});
    return;
  }
  Global global;
  global.index = static_cast<uint32_t>(program_.globals.size());
  global.kind = variable.kind;
  global.span = variable.name.span;
  if (variable.kind == ast::VariableDecl::Kind::Const) constants_.insert(global.index);
  program_.globals.push_back({variable.name.name, variable.kind == ast::VariableDecl::Kind::Var});
  globals_.emplace(variable.name.name, std::move(global));
}

// Assigning what nobody declares declares it (language.md 2.9).
void Checker::CollectAssignment(const ast::AssignStatement& assign) {
  if (globals_.contains(assign.name.name)) return;
  for (const auto& statement : ast_.statements) {
    const auto* variable = std::get_if<ast::VariableDecl>(&statement->node);
    if (variable != nullptr && variable->name.name == assign.name.name) return;
  }
  Report(DiagnosticKind::ImplicitDeclaration, assign.name.span,
         fmt::format("this declares a variable `{}`", assign.name.name),
         fmt::format("var {} = ... says so", assign.name.name));
  ast::VariableDecl declaration;
  declaration.kind = ast::VariableDecl::Kind::Var;
  declaration.name = assign.name;
  CollectVariable(declaration);
}

void Checker::CheckGlobal(const ast::VariableDecl& variable) {
  auto global = globals_.find(variable.name.name);
  if (global == globals_.end() || global->second.span != variable.name.span) return;
  const bool is_var = variable.kind == ast::VariableDecl::Kind::Var;
  const uint32_t index = global->second.index;
  if (const auto* lambda = std::get_if<ast::LambdaExpr>(&variable.value->node)) {
    if (is_var) LambdaAsValue(variable.value->span);
    global->second.lambda = lambda;
    return;
  }
  TypedExprPtr value = CheckExpr(*variable.value, Scope());
  if (variable.type) CheckInitialiser(FieldType(*variable.type), value);
  if (variable.kind == ast::VariableDecl::Kind::Const) CheckConstant(variable, value);
  if (value == nullptr) return;
  value = Fold(value);
  const bool literal = IsLiteral(value->op) ||
                       (value->op == TypedOp::Array &&
                        std::all_of(value->args.begin(), value->args.end(),
                                    [](const TypedExprPtr& arg) { return IsLiteral(arg->op); }));
  if (literal && !is_var) global->second.literal = value;
  TypedBody body;
  body.statements.push_back({variable.name.span, SetGlobal{index, value}});
  program_.load.push_back(std::move(body));
}

// What runs once at load, in program order. Lambdas are known before all else, since bodies may call
// them, and values of constants before functions are checked (language-later.md 4).
void Checker::CheckLoad() {
  for (const auto& statement : ast_.statements) {
    if (const auto* variable = std::get_if<ast::VariableDecl>(&statement->node)) {
      if (variable->value) CheckGlobal(*variable);
      continue;
    }
    const bool runs = std::visit(
        [](const auto& node) {
          using Node = std::decay_t<decltype(node)>;
          return std::is_same_v<Node, ast::AssignStatement> ||
                 std::is_same_v<Node, ast::IfStatement> ||
                 std::is_same_v<Node, ast::ForStatement> ||
                 std::is_same_v<Node, ast::WhileStatement> ||
                 std::is_same_v<Node, ast::ReturnStatement> ||
                 std::is_same_v<Node, ast::BreakStatement> ||
                 std::is_same_v<Node, ast::ContinueStatement> ||
                 std::is_same_v<Node, ast::EmitStatement> ||
                 std::is_same_v<Node, ast::ExpressionStatement>;
        },
        statement->node);
    if (runs) CheckLoadStatement(*statement);
  }
}

std::optional<uint32_t> Checker::StreamNamed(const std::string& name, uint32_t reader) const {
  auto found = stream_index_.find(name);
  if (found == stream_index_.end()) return std::nullopt;
  // A stream named like its own source reads the event type of that name (language-later.md L39).
  if (found->second == reader) return std::nullopt;
  return found->second;
}

namespace {

void PatternNames(const ast::PatternExpr& pattern,
                  std::vector<std::pair<std::string, SourceSpan>>& names) {
  std::visit(
      [&](const auto& node) {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, ast::PatternStep>) {
          names.emplace_back(node.type.name, node.type.span);
        } else if constexpr (std::is_same_v<Node, ast::SequencePattern>) {
          for (const auto& item : node.items) PatternNames(*item, names);
        } else if constexpr (std::is_same_v<Node, ast::NotPattern>) {
          PatternNames(*node.operand, names);
        } else {
          for (const auto& operand : node.operands) PatternNames(*operand, names);
        }
      },
      pattern.node);
}

}  // namespace

std::vector<std::pair<std::string, SourceSpan>> Checker::SourceNames(
    const ast::StreamDecl& stream) const {
  std::vector<std::pair<std::string, SourceSpan>> names;
  auto add = [&](const ast::Identifier& name) { names.emplace_back(name.name, name.span); };
  std::visit(
      [&](const auto& node) {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, ast::NamedSource>) {
          add(node.step.type);
        } else if constexpr (std::is_same_v<Node, ast::ConnectorSource>) {
          add(node.step.type);
        } else if constexpr (std::is_same_v<Node, ast::SequenceSource>) {
          for (const ast::PatternStep& step : node.steps) add(step.type);
        } else if constexpr (!std::is_same_v<Node, ast::TimerSource>) {
          for (const ast::Branch& branch : node.branches) add(branch.source);
        }
      },
      stream.source.node);
  for (const ast::StreamItem& item : stream.items) {
    if (const auto* step = std::get_if<ast::PatternStep>(&item)) add(step->type);
    const auto* op = std::get_if<ast::StreamOp>(&item);
    const ast::Argument* pattern = op == nullptr ? nullptr : ShortPattern(*op);
    if (pattern != nullptr) PatternNames(*pattern->pattern, names);
  }
  for (size_t i = 0; i < names.size(); ++i) {
    auto pattern = patterns_.find(names[i].first);
    if (pattern != patterns_.end() && pattern->second->pattern) {
      PatternNames(*pattern->second->pattern, names);
      break;
    }
  }
  return names;
}

std::vector<uint32_t> Checker::UpstreamOf(uint32_t stream) const {
  std::vector<uint32_t> upstream;
  for (const auto& [name, span] : SourceNames(*stream_decls_[stream])) {
    if (auto named = StreamNamed(name, stream)) {
      upstream.push_back(*named);
      continue;
    }
    const auto emitters = emitters_.find(name);
    if (emitters == emitters_.end()) continue;
    upstream.insert(upstream.end(), emitters->second.begin(), emitters->second.end());
  }
  return upstream;
}

void Checker::CollectEmitters() {
  for (uint32_t stream = 0; stream < stream_decls_.size(); ++stream) {
    for (const ast::StreamItem& item : stream_decls_[stream]->items) {
      const auto* op = std::get_if<ast::StreamOp>(&item);
      if (op == nullptr || op->as_type.empty()) continue;
      auto& emitters = emitters_[op->as_type.name];
      if (emitters.empty() || emitters.back() != stream) emitters.push_back(stream);
    }
  }
}

std::vector<uint32_t> Checker::OrderStreams() {
  size_t count = stream_decls_.size();
  std::vector<std::vector<uint32_t>> readers(count);
  std::vector<size_t> waiting(count, 0);
  for (uint32_t stream = 0; stream < count; ++stream) {
    for (uint32_t upstream : UpstreamOf(stream)) {
      readers[upstream].push_back(stream);
      ++waiting[stream];
    }
  }
  // Upstream first, declaration order among equals (decision D15).
  std::set<uint32_t> ready;
  for (uint32_t stream = 0; stream < count; ++stream) {
    if (waiting[stream] == 0) ready.insert(stream);
  }
  std::vector<uint32_t> order;
  while (!ready.empty()) {
    uint32_t stream = *ready.begin();
    ready.erase(ready.begin());
    order.push_back(stream);
    for (uint32_t reader : readers[stream]) {
      if (--waiting[reader] == 0) ready.insert(reader);
    }
  }
  for (uint32_t stream = 0; stream < count; ++stream) {
    if (waiting[stream] == 0) continue;
    const ast::Identifier& name = stream_decls_[stream]->name;
    Report(DiagnosticKind::StreamCycle, name.span,
           fmt::format("stream `{}` depends on itself, directly or through others", name.name),
           "read the event type instead, or break the loop");
  }
  return order;
}

}  // namespace varpulis::sema
