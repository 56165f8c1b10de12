#include "compiler/service/hover.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "compiler/reference/reference.h"
#include "compiler/service/call_site.h"
#include "compiler/syntax/read_tokens.h"

namespace varpulis::service {
namespace {

using reference::Family;
using sema::NameKind;
using source::SourceSpan;
using syntax::TokenRole;

std::string Code(std::string_view text) { return fmt::format("```vpl\n{}\n```\n", text); }

// The comment lines right above a statement.
std::string CommentAbove(const source::SourceFile& source, uint32_t offset) {
  std::string text;
  for (uint32_t line = source.Locate(offset).line; line > 1; --line) {
    std::string_view above = source.Line(line - 1);
    above.remove_prefix(std::min(above.find_first_not_of(" \t"), above.size()));
    if (!above.starts_with('#') && !above.starts_with("//")) break;
    above.remove_prefix(above.starts_with('#') ? 1 : 2);
    above.remove_prefix(std::min(above.find_first_not_of(' '), above.size()));
    text = fmt::format("{}\n{}", above, text);
  }
  return text;
}

// `user_id: str`, one a line, or that there are others.
std::string FieldList(const sema::RowShape& shape) {
  std::string text;
  for (const sema::ShapeField& field : shape.fields) {
    text += fmt::format("    {}: {}{}\n", field.name, sema::VplTypeName(field.type),
                        field.optional ? "?" : "");
  }
  if (shape.open) text += "    # and whatever else the events have\n";
  return text;
}

// What a name stands for, as far as another run of the checker can tell.
class Describer {
 public:
  Describer(const Analysis& analysis, const Symbol& symbol)
      : analysis_(analysis), symbol_(symbol) {}

  std::string Describe() const {
    switch (symbol_.kind) {
      case NameKind::Event:
        return Event();
      case NameKind::Stream:
        return Stream();
      case NameKind::Field:
        return Field();
      case NameKind::Alias:
        return Alias();
      case NameKind::Variable:
      case NameKind::Parameter:
        return Variable();
      case NameKind::Builtin:
        return Reference(Family::Function);
      case NameKind::Aggregate:
        return Reference(Family::Aggregate);
      case NameKind::Pattern:
      case NameKind::Type:
      case NameKind::Connector:
      case NameKind::Context:
        return Statement(std::string_view::npos);
      case NameKind::Function:
        return Statement(1);
    }
    return {};
  }

 private:
  // The text of what declares the name, up to a number of lines.
  std::string Statement(size_t lines) const {
    if (symbol_.declarations.empty()) return Code(symbol_.name);
    const SourceSpan span = symbol_.declarations.front().statement;
    std::string_view text = analysis_.source.Text(span);
    if (lines == 1) text = text.substr(0, text.find('\n'));
    while (text.ends_with('\n') || text.ends_with(' ') || text.ends_with('\r'))
      text.remove_suffix(1);
    return Code(text) + CommentAbove(analysis_.source, span.begin);
  }

  std::string Event() const {
    if (!symbol_.declarations.empty()) return Statement(std::string_view::npos);
    return Code("event " + symbol_.name) + "Not declared: its fields have any type.\n";
  }

  std::string Stream() const {
    std::string text = "stream " + symbol_.name + "\n";
    for (const sema::TypedStream& stream : analysis_.typed.streams) {
      if (stream.name == symbol_.name) text += FieldList(stream.output);
    }
    while (text.ends_with('\n')) text.pop_back();
    std::string comment;
    if (!symbol_.declarations.empty())
      comment = CommentAbove(analysis_.source, symbol_.declarations.front().statement.begin);
    return Code(text) + comment;
  }

  std::string Field() const {
    std::string type(sema::VplTypeName(symbol_.type));
    std::string owner;
    for (const Declaration& declaration : symbol_.declarations) {
      if (!declaration.type.empty()) type = declaration.type;
      if (owner.empty() && !declaration.owner.empty())
        owner = fmt::format("Field of `{}`.\n", declaration.owner);
    }
    return Code(fmt::format("{}: {}", symbol_.name, type)) + owner;
  }

  std::string Alias() const {
    std::string text = symbol_.name;
    if (analysis_.names.visible) {
      for (const auto& alias : analysis_.names.visible->aliases) {
        if (alias.name != symbol_.name) continue;
        text += fmt::format(": {}\n{}", alias.shape.name, FieldList(alias.shape));
      }
    }
    while (text.ends_with('\n')) text.pop_back();
    return Code(text);
  }

  std::string Variable() const {
    if (!symbol_.declarations.empty() && symbol_.kind == NameKind::Variable) return Statement(1);
    std::string type(sema::VplTypeName(symbol_.type));
    for (const Declaration& declaration : symbol_.declarations) {
      if (!declaration.type.empty()) type = declaration.type;
    }
    return Code(fmt::format("{}: {}", symbol_.name, type));
  }

  std::string Reference(Family family) const {
    const reference::Entry* entry = reference::Find(family, symbol_.name);
    return entry == nullptr ? std::string() : reference::Describe(*entry);
  }

  const Analysis& analysis_;
  const Symbol& symbol_;
};

// Operators, sources and their named arguments, which are no names of the program.
std::string DescribeWord(const CallSite& site, std::string_view word) {
  if (site.is_operator_name) {
    const auto* entry = reference::Find(Family::Operator, word);
    if (entry != nullptr) return reference::Describe(*entry);
  }
  if (site.is_source_name) {
    const auto* entry = reference::Find(Family::Source, word);
    if (entry != nullptr) return reference::Describe(*entry);
  }
  if (!site.is_argument_name || site.entry == nullptr) return {};
  for (const reference::Parameter& parameter : site.entry->parameters) {
    if (parameter.name == word)
      return Code(fmt::format("{}:", word)) + fmt::format("{}\n", parameter.text);
  }
  return {};
}

}  // namespace

std::optional<Hover> HoverAt(const Analysis& analysis, uint32_t offset,
                             const ServiceOptions& options) {
  const CallSite site = CallSiteAt(analysis.source, offset);
  if (site.span.begin == site.span.end) return std::nullopt;
  std::string text = DescribeWord(site, analysis.source.Text(site.span));
  if (!text.empty()) return Hover{site.span, std::move(text)};
  // Once more with the names around this place.
  const auto there = Analyse(analysis.source.path(), std::string(analysis.source.text()), options,
                             site.span.begin);
  if (const auto* name = there->symbols.At(site.span.begin)) {
    const Symbol& symbol = there->symbols[name->symbol];
    if (symbol.kind == NameKind::Alias && !there->names.visible &&
        symbol.places.back().begin != site.span.begin) {
      // Declared here: what it is shows where it is used.
      if (auto used = HoverAt(analysis, symbol.places.back().begin, options))
        return Hover{name->span, used->markdown};
    }
    return Hover{name->span, Describer(*there, symbol).Describe()};
  }
  if (there->names.visible && there->names.visible->type && site.is_value) {
    return Hover{there->names.visible->span, Code(sema::VplTypeName(*there->names.visible->type))};
  }
  return std::nullopt;
}

}  // namespace varpulis::service
