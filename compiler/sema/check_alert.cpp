// .alert: a message per row, made of a template whose placeholders are fields (language-later.md 10).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

namespace varpulis::sema {
namespace {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// `f` or `a.f`, which a placeholder's braces enclose.
bool IsFieldName(std::string_view text) {
  const size_t dot = text.find('.');
  if (dot != std::string_view::npos)
    return IsFieldName(text.substr(0, dot)) && IsFieldName(text.substr(dot + 1)) &&
           text.find('.', dot + 1) == std::string_view::npos;
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(text.begin(), text.end(), IsNameByte);
}

bool IsOwn(const std::string& name) { return name == "timestamp" || name == "event_type"; }

bool MayBeRead(const RowShape& shape, const std::string& name) {
  return shape.Find(name) != nullptr || shape.MayHave(name) || IsOwn(name);
}

}  // namespace

// `a.f`; null if `a` is no alias whose event may have it.
TypedExprPtr Checker::AliasField(const std::string& alias_name, const std::string& field,
                                 SourceSpan span, const Scope& scope) {
  for (auto alias = scope.aliases.rbegin(); alias != scope.aliases.rend(); ++alias) {
    if (alias->name != alias_name) continue;
    return MayBeRead(*alias->shape, field) ? ReadField(*alias->shape, field, alias->input, span)
                                           : nullptr;
  }
  return nullptr;
}

// What the placeholder reads; null if it is known that it never has a value.
TypedExprPtr Checker::Placeholder(const std::string& name, SourceSpan span, const Scope& scope) {
  const size_t dot = name.find('.');
  if (dot != std::string::npos) {
    TypedExprPtr field = AliasField(name.substr(0, dot), name.substr(dot + 1), span, scope);
    const bool is_group = scope.row->FindGroup(name.substr(0, dot)) != nullptr;
    if (field != nullptr || !is_group) return field;
  }
  if (scope.join != nullptr) {
    const auto& sides = scope.join->sides;
    const bool known = std::any_of(sides.begin(), sides.end(), [&](const TypedStep& side) {
      return MayBeRead(side.shape, name);
    });
    return known ? ReadJoined(*scope.join, name, span) : nullptr;
  }
  const bool known = scope.after_match ? scope.row->Find(name) != nullptr || IsOwn(name)
                                       : MayBeRead(*scope.row, name);
  return known ? ReadField(*scope.row, name, kCurrentRow, span) : nullptr;
}

std::vector<AlertOp::Part> Checker::TemplateParts(const std::string& text, SourceSpan span,
                                                  const Scope& scope) {
  std::vector<AlertOp::Part> parts;
  std::string plain;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text[at] == '{' ? text.find('}', at) : std::string::npos;
    const std::string name = end == std::string::npos ? "" : text.substr(at + 1, end - at - 1);
    TypedExprPtr value = IsFieldName(name) ? Placeholder(name, span, scope) : nullptr;
    if (value == nullptr) {
      plain += text[at++];
      continue;
    }
    if (!plain.empty()) parts.push_back({std::exchange(plain, {}), nullptr});
    parts.push_back({"{" + name + "}", std::move(value)});
    at = end + 1;
  }
  if (!plain.empty() || parts.empty()) parts.push_back({std::move(plain), nullptr});
  return parts;
}

void Checker::CheckAlert(const ast::StreamOp& op, TypedStream& stream, Position& at) {
  const Parameters parameters = NamedParameters(op, 0, {"webhook", "message"});
  AlertOp alert;
  if (const auto webhook = parameters.find("webhook"); webhook != parameters.end()) {
    const ast::Argument& argument = *webhook->second;
    const auto url = TextParameter(argument, "a URL, known when the program is loaded");
    const bool is_web = url && (url->starts_with("http://") || url->starts_with("https://"));
    if (url && !is_web) {
      Report(DiagnosticKind::BadParameterValue, argument.value->span,
             fmt::format("`{}` is no URL to post to", *url), "webhook: \"https://host/path\"");
    }
    if (is_web) alert.webhook = *url;
  }
  if (const auto message = parameters.find("message"); message != parameters.end()) {
    const ast::Argument& argument = *message->second;
    const auto text = TextParameter(argument, "a text; fields go into it as `{name}`");
    if (text) alert.parts = TemplateParts(*text, argument.value->span, at.scope);
  }
  stream.operators.push_back(std::move(alert));
}

}  // namespace varpulis::sema
