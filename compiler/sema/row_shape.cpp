#include "compiler/sema/row_shape.h"

#include <algorithm>

namespace varpulis::sema {
namespace {

void MergeField(RowShape& shape, const ShapeField& field) {
  for (ShapeField& known : shape.fields) {
    if (known.name != field.name) continue;
    if (known.type != field.type) known.type = ir::Type::Any;
    known.optional = known.optional || field.optional;
    return;
  }
  shape.fields.push_back(field);
}

void MergeGroup(RowShape& shape, const FieldGroup& group) {
  for (FieldGroup& known : shape.groups) {
    if (known.name != group.name) continue;
    known.open = known.open || group.open;
    return;
  }
  shape.groups.push_back(group);
}

}  // namespace

const ShapeField* RowShape::Find(const std::string& field) const {
  for (const ShapeField& candidate : fields) {
    if (candidate.name == field) return &candidate;
  }
  return nullptr;
}

const FieldGroup* RowShape::FindGroup(const std::string& group) const {
  for (const FieldGroup& candidate : groups) {
    if (candidate.name == group) return &candidate;
  }
  return nullptr;
}

bool RowShape::MayHave(const std::string& field) const {
  if (open) return true;
  return std::any_of(groups.begin(), groups.end(), [&](const FieldGroup& group) {
    return group.open && field.starts_with(group.name + ".");
  });
}

RowShape MergeShapes(const std::vector<const RowShape*>& shapes, const std::string& name) {
  RowShape merged;
  merged.name = name;
  for (const RowShape* shape : shapes) {
    merged.open = merged.open || shape->open;
    for (const ShapeField& field : shape->fields) MergeField(merged, field);
    for (const FieldGroup& group : shape->groups) MergeGroup(merged, group);
  }
  // A field that one of them may carry dynamically cannot have one static type.
  for (ShapeField& field : merged.fields) {
    for (const RowShape* shape : shapes) {
      if (shape->Find(field.name) == nullptr && shape->MayHave(field.name)) {
        field.type = ir::Type::Any;
      }
    }
  }
  return merged;
}

}  // namespace varpulis::sema
