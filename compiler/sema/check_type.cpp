#include <map>
#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

// `type N = T` and the types of fields (language.md 2.3).

namespace varpulis::sema {
namespace {

const std::map<std::string, ir::Type>& Primitives() {
  static const std::map<std::string, ir::Type> kPrimitives = {
      {"int", ir::Type::Int}, {"float", ir::Type::Float},         {"bool", ir::Type::Bool},
      {"str", ir::Type::Str}, {"timestamp", ir::Type::Timestamp}, {"duration", ir::Type::Duration},
      {"any", ir::Type::Any}};
  return kPrimitives;
}

std::string PrimitiveMeantBy(const std::string& name) {
  static const std::map<std::string, std::string> kSlips = {
      {"string", "str"}, {"integer", "int"}, {"boolean", "bool"}, {"double", "float"}};
  const auto slip = kSlips.find(name);
  return slip == kSlips.end() ? std::string() : slip->second;
}

}  // namespace

void Checker::CheckTypes() {
  for (const auto& statement : ast_.statements) {
    const auto* type = std::get_if<ast::TypeDecl>(&statement->node);
    if (type != nullptr && types_.at(type->name.name) == type) DeclaredType(*type);
  }
}

ir::Type Checker::DeclaredType(const ast::TypeDecl& type) {
  const auto known = declared_types_.find(&type);
  if (known != declared_types_.end()) return known->second;
  if (!open_types_.insert(&type).second) {
    Report(DiagnosticKind::UnknownType, type.name.span,
           fmt::format("type `{}` is defined by itself", type.name.name),
           "end the circle with a type such as int or str");
    return ir::Type::Any;
  }
  ir::Type result = ir::Type::Any;
  if (type.fields.empty()) {
    result = FieldType(type.alias);
  } else {
    // A structural type: a map with these members, whose values carry their own types.
    std::map<std::string, SourceSpan> members;
    for (const ast::FieldDecl& field : type.fields) {
      FieldType(field.type);
      const auto [first, is_new] = members.emplace(field.name.name, field.name.span);
      if (is_new) continue;
      Report(DiagnosticKind::DuplicateName, field.name.span,
             fmt::format("duplicate field `{}` in type `{}`", field.name.name, type.name.name), "",
             "", {{first->second, "first use here"}});
    }
  }
  open_types_.erase(&type);
  declared_types_.emplace(&type, result);
  return result;
}

ir::Type Checker::FieldType(const ast::TypeRef& type) {
  if (type.form != ast::TypeRef::Form::Named) {
    for (const ast::TypeRef& argument : type.arguments) FieldType(argument);
    return ir::Type::Any;
  }
  const std::string& wanted = type.name.name;
  const auto primitive = Primitives().find(wanted);
  if (primitive != Primitives().end()) return primitive->second;
  const auto declared = types_.find(wanted);
  if (declared != types_.end()) return DeclaredType(*declared->second);
  std::string meant = PrimitiveMeantBy(wanted);
  if (meant.empty()) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : Primitives()) names.push_back(name);
    for (const auto& [name, unused] : types_) names.push_back(name);
    meant = diagnostics::ClosestName(wanted, names);
  }
  Report(DiagnosticKind::UnknownType, type.span, fmt::format("unknown type `{}`", wanted),
         DidYouMean(meant));
  return ir::Type::Any;
}

}  // namespace varpulis::sema
