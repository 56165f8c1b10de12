#include <utility>

#include <fmt/format.h>

#include "compiler/sema/checker.h"

// Contexts (language.md 9): where streams run. They change no result, but for `emit(context: c)`.

namespace varpulis::sema {
namespace {

// The name that an argument consists of; null if it is anything else.
const ast::NameExpr* NameIn(const ast::Argument& argument) {
  if (!argument.value) return nullptr;
  const auto* name = std::get_if<ast::NameExpr>(&argument.value->node);
  return name != nullptr && !name->backticked ? name : nullptr;
}

}  // namespace

void Checker::CollectContext(const ast::ContextDecl& context) {
  TypedContext typed{context.name.name, {}};
  for (const ast::ExprPtr& written : context.cores) {
    const auto* core = std::get_if<ast::IntLiteral>(&written->node);
    if (core != nullptr) {
      typed.cores.push_back(core->value);
      continue;
    }
    Report(DiagnosticKind::InvalidArgument, written->span,
           "a core is the number of a processor, counted from 0", "cores: [0, 1]");
  }
  context_index_.emplace(typed.name, static_cast<uint32_t>(program_.contexts.size()));
  program_.contexts.push_back(std::move(typed));
}

std::optional<uint32_t> Checker::ContextNamed(const ast::Argument& argument) const {
  const ast::NameExpr* name = NameIn(argument);
  if (name == nullptr) return std::nullopt;
  const auto found = context_index_.find(name->name);
  return found == context_index_.end() ? std::nullopt : std::optional(found->second);
}

// Before any stream is checked: what a reader sees depends on its own context.
void Checker::AssignContexts() {
  for (size_t stream = 0; stream < stream_decls_.size(); ++stream) {
    SourceSpan first;
    for (const ast::StreamItem& item : stream_decls_[stream]->items) {
      const auto* op = std::get_if<ast::StreamOp>(&item);
      if (op == nullptr || op->name.name != "context") continue;
      if (first.end != 0) {
        Report(DiagnosticKind::DuplicateName, op->name.span, "second `.context` in one stream",
               "a stream runs in one context", "", {{first, "the first one"}});
      }
      first = op->name.span;
      program_.streams[stream].context = CheckContextOperator(*op);
    }
  }
}

std::optional<uint32_t> Checker::CheckContextOperator(const ast::StreamOp& op) {
  const bool one = op.arguments.size() == 1 && op.arguments.front().name.empty();
  const ast::NameExpr* name = one ? NameIn(op.arguments.front()) : nullptr;
  if (name == nullptr) {
    Report(DiagnosticKind::InvalidArgument, op.span, "`.context` takes the name of a context",
           ".context(c)");
    return std::nullopt;
  }
  if (auto context = ContextNamed(op.arguments.front())) return context;
  std::vector<std::string> names;
  for (const auto& [declared, unused] : context_index_) names.push_back(declared);
  const std::string closest = diagnostics::ClosestName(name->name, names);
  Report(DiagnosticKind::UndefinedContext, op.arguments.front().value->span,
         fmt::format("undefined context `{}`", name->name),
         fmt::format("declare it: context {} (cores: [0]){}", name->name,
                     closest.empty() ? "" : "; " + DidYouMean(closest)));
  return std::nullopt;
}

bool Checker::Sees(uint32_t reader, uint32_t stream) const {
  std::optional<uint32_t> target;
  for (const TypedOperator& op : program_.streams[stream].operators) {
    if (const auto* emit = std::get_if<EmitOp>(&op)) target = emit->context;
  }
  return !target || target == program_.streams[reader].context;
}

SourceRoot Checker::StreamRoot(uint32_t reader, uint32_t stream) const {
  SourceRoot root{true, stream, {}};
  if (!Sees(reader, stream)) {
    root.conditions.push_back(
        MakeExpr(TypedOp::Bool, ir::Type::Bool, stream_decls_[reader]->source.span));
  }
  return root;
}

}  // namespace varpulis::sema
