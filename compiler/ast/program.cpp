#include "compiler/ast/program.h"

#include <utility>

namespace varpulis::ast {

Expr::Expr(SourceSpan where, ExprNode what)
    : span(where), height(HeightOf(what)), node(std::move(what)) {}
Expr::~Expr() = default;
Expr::Expr(Expr&&) noexcept = default;
Expr& Expr::operator=(Expr&&) noexcept = default;

}  // namespace varpulis::ast
