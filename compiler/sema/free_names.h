#pragma once

// What a function's body mentions, found in the tree alone: the basis of its hidden parameters.

#include <map>
#include <set>
#include <string>

#include "compiler/ast/program.h"

namespace varpulis::sema {

struct BodyNames {
  // Names that are read and that the function itself does not declare: parameters, variables and loop
  // variables are left out wherever they are declared in it.
  std::set<std::string> free;
  std::set<std::string> assigned;  // by `:=`
  std::set<std::string> called;    // functions by name, builtins included
  std::set<std::string> emitted;   // types of `emit` statements
  bool reads_time = false;         // event_time() or now()
};

BodyNames NamesOf(const ast::FunctionDecl& function);
// Functions by name that an expression calls.
std::set<std::string> CalledIn(const ast::Expr& expr);
// Field names by type of every `emit` statement below.
void EmittedFields(const ast::FunctionDecl& function,
                   std::map<std::string, std::set<std::string>>& fields);

}  // namespace varpulis::sema
