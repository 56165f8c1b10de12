#pragma once

// What the names of a program mean, for editors. Check() fills a table when it is given one; nothing is
// recorded otherwise.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/sema/typed_program.h"

namespace varpulis::sema {

enum class NameKind : uint8_t {
  Event,
  Stream,
  Pattern,
  Type,
  Field,
  Alias,      // of a step or a branch
  Variable,   // let, var, const, loop variables
  Parameter,  // of functions and lambdas
  Function,   // of the program
  Builtin,
  Aggregate,
  Connector,
  Context,
};

struct NameUse {
  source::SourceSpan span;
  NameKind kind;
  std::string name;
  // Where it is declared, which may be a use itself (a field that `.select` passes on); empty if the
  // program does not say.
  source::SourceSpan declared;
  ir::Type type = ir::Type::Any;
};

// What can be named at one place of the program.
struct VisibleNames {
  struct Alias {
    std::string name;
    RowShape shape;
  };
  source::SourceSpan span;       // the innermost expression around the place
  std::optional<ir::Type> type;  // its type; nothing if it has a mistake
  std::vector<Alias> aliases;
  std::optional<RowShape> row;  // fields that bare names read
  std::vector<std::string> locals;
  bool in_aggregate = false;  // aggregates can be called
};

struct NameTable {
  // In no order; a name that is checked several times is there as often.
  std::vector<NameUse> uses;
  // Declarations of one name: a field that several sources have, a key of `.emit as T` and the field of T.
  std::vector<std::pair<source::SourceSpan, source::SourceSpan>> same;
  // Set by the caller: an offset in the text, to fill `visible` for.
  std::optional<uint32_t> place;
  std::optional<VisibleNames> visible;
};

}  // namespace varpulis::sema
