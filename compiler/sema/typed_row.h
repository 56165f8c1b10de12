#pragma once

// Rows as the checker sees them: their fields, where they come from, and what is made of them.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/sema/typed_expr.h"

namespace varpulis::sema {

struct ShapeField {
  std::string name;
  ir::Type type;
  bool optional = false;
  source::SourceSpan declared = {};  // its name where it comes from; empty if no name there says so
};

// A name `g` of which a row has the fields `g.f`. An open group may have others than those listed.
struct FieldGroup {
  std::string name;
  bool open = false;
};

// What a row looks like at some point of a stream. An open shape may carry further fields, which are
// dynamic; reading an unknown field of a closed one is W034 and gives no value.
struct RowShape {
  std::vector<ShapeField> fields;
  bool open = false;
  std::string name;  // event type or stream, for messages
  std::vector<FieldGroup> groups;

  const ShapeField* Find(const std::string& field) const;
  const FieldGroup* FindGroup(const std::string& group) const;
  // Whether rows may have that field although it is not listed.
  bool MayHave(const std::string& field) const;
};

// One way in which rows reach a stream: an event type, or the output rows of another stream, and the
// conditions of the filter-only streams on the way (decision D19).
struct SourceRoot {
  bool is_stream = false;
  uint32_t index = 0;  // into TypedProgram::streams or ::event_types
  std::vector<TypedExprPtr> conditions;
};

struct NamedItem {
  std::string name;
  TypedExprPtr value;
  source::SourceSpan declared = {};  // its name, if it is written
};

}  // namespace varpulis::sema
