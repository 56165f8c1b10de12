// .enrich: which connector is asked, by what key, and what comes of the answer (language.md 8.3).
// And .score, which adds fields as well, in builds that have models.

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/limits.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/fold.h"

namespace varpulis::sema {
namespace {

constexpr std::array kOwnFields = {"enrich_status", "enrich_latency_ms"};
constexpr const char* kExample = ".enrich(Crm, key: user_id, fields: [segment])";

// `f` or `"f"`; empty for anything else.
std::string WrittenName(const ast::Expr& expr) {
  if (const auto* name = std::get_if<ast::NameExpr>(&expr.node)) return name->name;
  if (const auto* text = std::get_if<ast::StringLiteral>(&expr.node)) return text->value;
  return {};
}

bool IsLiteralValue(const TypedExpr& expr) {
  if (IsLiteral(expr.op)) return true;
  if (expr.op != TypedOp::Array && expr.op != TypedOp::Map) return false;
  return std::all_of(expr.args.begin(), expr.args.end(),
                     [](const TypedExprPtr& arg) { return IsLiteralValue(*arg); });
}

}  // namespace

std::vector<std::string> EnrichOp::AddedFields() const {
  std::vector<std::string> added = fields;
  added.insert(added.end(), kOwnFields.begin(), kOwnFields.end());
  return added;
}

Checker::Parameters Checker::NamedParameters(const ast::StreamOp& op, size_t first,
                                             const std::vector<std::string>& known) {
  Parameters parameters;
  for (size_t i = first; i < op.arguments.size(); ++i) {
    const ast::Argument& argument = op.arguments[i];
    const std::string& name = argument.name.name;
    if (name.empty() || !argument.value) {
      Report(DiagnosticKind::SyntaxError, argument.span,
             fmt::format("a parameter of `.{}` needs a name", op.name.name),
             fmt::format("its parameters: {}", fmt::join(known, ", ")));
    } else if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string closest = diagnostics::ClosestName(name, known);
      Report(DiagnosticKind::UnknownParameter, argument.name.span,
             fmt::format("unknown parameter `{}` for `.{}`", name, op.name.name),
             closest.empty() ? fmt::format("its parameters: {}", fmt::join(known, ", "))
                             : DidYouMean(closest));
    } else if (const auto [at, is_new] = parameters.emplace(name, &argument); !is_new) {
      ReportSecondParameter(argument.name, at->second->name.span);
    }
  }
  return parameters;
}

void Checker::ReportMissing(const ast::StreamOp& op, const char* parameter, const char* example) {
  Report(DiagnosticKind::MissingParameter, op.name.span,
         fmt::format("`.{}` needs the parameter `{}`", op.name.name, parameter), example);
}

std::optional<uint32_t> Checker::EnrichConnector(const ast::StreamOp& op) {
  const bool positional = !op.arguments.empty() && op.arguments.front().name.empty() &&
                          op.arguments.front().value != nullptr;
  const auto* name =
      positional ? std::get_if<ast::NameExpr>(&op.arguments.front().value->node) : nullptr;
  if (name == nullptr) {
    Report(DiagnosticKind::UndefinedConnector, op.name.span,
           "`.enrich` takes the name of a connector", kExample);
    return std::nullopt;
  }
  const SourceSpan span = op.arguments.front().value->span;
  const auto connector = ConnectorDeclared(name->name, span, "http(url: \"http://localhost\")");
  if (!connector) return std::nullopt;
  const TypedConnector& declared = program_.connectors[*connector];
  const ir::ConnectorKind* kind = ir::FindConnectorKind(declared.kind);
  if (kind == nullptr) return std::nullopt;  // reported at the declaration
  if (!kind->serves_lookups()) {
    Report(DiagnosticKind::ConnectorKindUnfit, span,
           fmt::format("connector kind `{}` cannot serve `.enrich`", declared.kind),
           "http, database (postgres, sqlite) and redis can", "",
           {{connector_decls_[*connector]->kind.span, "declared here"}});
    return std::nullopt;
  }
  looked_up_.insert(*connector);
  const bool has_query = kind->name != "database" ||
                         ir::Find(declared.parameters, "query") != nullptr ||
                         ir::Find(declared.parameters, "profile") != nullptr;
  if (!has_query) {
    Report(DiagnosticKind::MissingParameter, span,
           fmt::format("`.enrich` needs the parameter `query` of connector `{}`", declared.name),
           "query: \"SELECT segment FROM customers WHERE id = $1\"", "",
           {{connector_decls_[*connector]->kind.span, "declared here"}});
  }
  return connector;
}

std::vector<std::string> Checker::FieldNames(const ast::StreamOp& op,
                                             const ast::Argument& argument) {
  std::vector<std::string> names;
  const auto* list = std::get_if<ast::ArrayLiteral>(&argument.value->node);
  if (list == nullptr) {
    Report(DiagnosticKind::BadParameterValue, argument.value->span,
           fmt::format("`{}:` of `.{}` is a list of names", argument.name.name, op.name.name),
           fmt::format("{}: [segment, score]", argument.name.name));
    return names;
  }
  for (const ast::ExprPtr& element : list->elements) {
    const std::string name = WrittenName(*element);
    if (name.empty()) {
      Report(DiagnosticKind::BadParameterValue, element->span,
             fmt::format("an element of `{}:` is a name", argument.name.name));
    } else if (std::find(names.begin(), names.end(), name) != names.end()) {
      Report(DiagnosticKind::DuplicateName, element->span,
             fmt::format("duplicate field `{}`", name));
    } else {
      names.push_back(name);
    }
  }
  return names;
}

std::optional<DurationNs> Checker::PositiveDuration(const ast::Argument& argument,
                                                    DurationNs most) {
  const TypedExprPtr value = CheckExpr(*argument.value, Scope());
  if (value == nullptr) return std::nullopt;
  if (value->op == TypedOp::Duration && value->integer > 0 && value->integer <= most)
    return value->integer;
  Report(DiagnosticKind::BadParameterValue, argument.value->span,
         fmt::format("`{}:` is a time above zero, at most {}", argument.name.name,
                     base::FormatDuration(most)),
         fmt::format("{}: 5s", argument.name.name));
  return std::nullopt;
}

void Checker::CheckAnswerFields(const ast::StreamOp& op, const Parameters& parameters,
                                EnrichOp& enrich) {
  const auto fields = parameters.find("fields");
  if (fields != parameters.end()) enrich.fields = FieldNames(op, *fields->second);
  const bool listed = fields != parameters.end() &&
                      std::get_if<ast::ArrayLiteral>(&fields->second->value->node) != nullptr;
  if (enrich.fields.empty() && (listed || fields == parameters.end())) {
    Report(DiagnosticKind::EnrichWithoutFields,
           fields == parameters.end() ? op.name.span : fields->second->value->span,
           "`.enrich` adds no fields of the answer", kExample);
  }
  const auto own = std::find_first_of(enrich.fields.begin(), enrich.fields.end(),
                                      kOwnFields.begin(), kOwnFields.end());
  if (own == enrich.fields.end()) return;
  Report(DiagnosticKind::DuplicateName, fields->second->value->span,
         fmt::format("`{}` is a field that `.enrich` sets itself", *own));
  std::erase_if(enrich.fields, [](const std::string& field) {
    return std::find(kOwnFields.begin(), kOwnFields.end(), field) != kOwnFields.end();
  });
}

void Checker::CheckEnrich(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  const auto connector = EnrichConnector(op);
  const size_t first = !op.arguments.empty() && op.arguments.front().name.empty() ? 1 : 0;
  const Parameters parameters =
      NamedParameters(op, first, {"key", "fields", "cache_ttl", "timeout", "fallback"});
  const auto find = [&](const char* name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? nullptr : found->second;
  };
  EnrichOp enrich;
  enrich.timeout = limits::kLookupTimeout;
  if (const ast::Argument* key = find("key")) {
    enrich.key = CheckExpr(*key->value, at.scope);
  } else {
    ReportMissing(op, "key", kExample);
  }
  CheckAnswerFields(op, parameters, enrich);
  if (const ast::Argument* ttl = find("cache_ttl"))
    enrich.cache_ttl = PositiveDuration(*ttl, limits::kMaxCacheTtl).value_or(0);
  if (const ast::Argument* timeout = find("timeout"))
    enrich.timeout = PositiveDuration(*timeout, limits::kMaxLookupTimeout).value_or(enrich.timeout);
  if (const ast::Argument* fallback = find("fallback")) {
    const TypedExprPtr value = CheckExpr(*fallback->value, Scope());
    if (value != nullptr) enrich.fallback = Fold(value);
    // A name that means nothing here is a null as well.
    const bool is_written =
        value != nullptr && (value->op != TypedOp::Null ||
                             std::holds_alternative<ast::NullLiteral>(fallback->value->node));
    if (value != nullptr && !(is_written && IsLiteralValue(*enrich.fallback))) {
      Report(DiagnosticKind::BadParameterValue, fallback->value->span,
             "`fallback:` of `.enrich` is a constant", "fallback: \"unknown\"");
    }
  }
  AddAnswer(stream, enrich, at);
  if (!connector || enrich.key == nullptr) return;
  enrich.connector = *connector;
  stream.operators.push_back(std::move(enrich));
}

// The row has the fields of the answer as well. Its own names mean what they meant before, but behind a
// join, where a name may be a field of either side: there the row becomes one of its own.
void Checker::AddAnswer(const TypedStream& stream, EnrichOp& enrich, Position& at) {
  enrich.makes_row = at.scope.join != nullptr;
  if (enrich.makes_row) SetRow(at, OutputShape(stream, at));
  const auto add = [&](const std::string& name, ir::Type type, bool optional) {
    ShapeField field{name, type, optional};
    for (RowShape* shape : {&at.shape, &at.added}) {
      std::erase_if(shape->fields, [&](const ShapeField& known) { return known.name == name; });
      shape->fields.push_back(field);
    }
  };
  for (const std::string& field : enrich.fields) add(field, ir::Type::Any, true);
  add(kOwnFields[0], ir::Type::Str, false);
  add(kOwnFields[1], ir::Type::Int, false);
  at.changed_rows = true;
  at.scope.row = &at.shape;
  for (Scope::Alias& alias : at.scope.aliases) {
    if (alias.input == kCurrentRow && !alias.parameter) alias.shape = &at.shape;
  }
}

void Checker::CheckScore(const ast::StreamOp& op, const Position& at) {
  std::vector<std::string> known = {"model", "inputs", "outputs", "batch_size", "device"};
  const Parameters parameters = NamedParameters(op, 0, known);
  if (!parameters.contains("model"))
    ReportMissing(op, "model", ".score(model: \"m.onnx\", inputs: [amount], outputs: [risk])");
  for (const auto& [name, argument] : parameters) {
    if (name == "model") {
      TextParameter(*argument, "the path of a model");
    } else if (name == "outputs") {
      FieldNames(op, *argument);
    } else if (name == "inputs") {
      FieldNames(op, *argument);
      const auto* list = std::get_if<ast::ArrayLiteral>(&argument->value->node);
      for (size_t i = 0; list != nullptr && i < list->elements.size(); ++i) {
        if (std::holds_alternative<ast::NameExpr>(list->elements[i]->node))
          CheckExpr(*list->elements[i], at.scope);
      }
    } else {
      const TypedExprPtr value = CheckExpr(*argument->value, Scope());
      if (value != nullptr && value->op != TypedOp::Int && value->op != TypedOp::Bool)
        Report(DiagnosticKind::BadParameterValue, argument->value->span,
               fmt::format("`{}:` of `.score` is a whole number, true or false", name));
    }
  }
  Report(DiagnosticKind::NotBuiltIn, op.name.span, "`.score` needs a build with models",
         "this one has none; `.enrich` can ask a service that has");
}

}  // namespace varpulis::sema
