#pragma once

// The names of one body while it is checked: blocks of variables, what it takes from outside, and where
// statements stand.

#include <map>
#include <string>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/sema/typed_function.h"

namespace varpulis::sema {

struct Scope;

enum class BodyKind { Function, Lambda, Load };

struct FunctionScope {
  struct Variable {
    uint32_t local = 0;
    bool assignable = false;
    source::SourceSpan span;
    const ast::LambdaExpr* lambda = nullptr;  // `let f = x => e`: no value, calls are checked anew
  };
  // A value of the surroundings that a lambda reads; each call passes it.
  struct Capture {
    std::string text;
    TypedExprPtr value;
    uint32_t local;
  };

  BodyKind kind = BodyKind::Function;
  TypedBody* body = nullptr;
  const Scope* outer = nullptr;  // of a lambda: the expression around it
  std::vector<std::map<std::string, Variable>> blocks;
  std::map<std::string, uint32_t> hidden;  // of a function: local by free name
  std::vector<Capture> captures;           // of a lambda
  std::vector<std::string> reported;       // free names with a W051
  int loops = 0;                           // around the statement at hand

  const Variable* Find(const std::string& name) const {
    for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
      auto found = block->find(name);
      if (found != block->end()) return &found->second;
    }
    return nullptr;
  }
  uint32_t AddLocal(const std::string& name, ir::Type type) {
    body->locals.push_back({name, type});
    return static_cast<uint32_t>(body->locals.size() - 1);
  }
};

}  // namespace varpulis::sema
