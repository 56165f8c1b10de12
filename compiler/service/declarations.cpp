#include "compiler/service/declarations.h"

#include <utility>

namespace varpulis::service {
namespace {

using sema::NameKind;

class Collector {
 public:
  std::vector<Declaration> Collect(const ast::Program& program) {
    for (const auto& statement : program.statements) Visit(*statement);
    return std::move(declarations_);
  }

 private:
  void Add(NameKind kind, const ast::Identifier& name, std::string owner = {},
           const ast::TypeRef* type = nullptr) {
    if (name.empty()) return;
    declarations_.push_back({kind, name, statement_, std::move(owner), {}, 0});
    if (type == nullptr) return;
    declarations_.back().type = ast::Print(*type);
    declarations_.back().type_end = type->span.end;
  }

  void Visit(const ast::Statement& statement) {
    const source::SourceSpan outer = std::exchange(statement_, statement.span);
    std::visit([this](const auto& node) { Visit(node); }, statement.node);
    statement_ = outer;
  }
  void Visit(const ast::Block& block) {
    for (const auto& statement : block) Visit(*statement);
  }

  void Visit(const ast::EventDecl& d) {
    Add(NameKind::Event, d.name);
    AddFields(d.fields, d.name.name);
  }
  void Visit(const ast::TypeDecl& d) {
    Add(NameKind::Type, d.name);
    AddFields(d.fields, d.name.name);
  }
  void AddFields(const std::vector<ast::FieldDecl>& fields, const std::string& owner) {
    for (const ast::FieldDecl& field : fields) Add(NameKind::Field, field.name, owner, &field.type);
  }
  void Visit(const ast::PatternDecl& d) {
    Add(NameKind::Pattern, d.name);
    if (d.pattern) AddSteps(*d.pattern);
  }
  void Visit(const ast::ConnectorDecl& d) { Add(NameKind::Connector, d.name); }
  void Visit(const ast::ContextDecl& d) { Add(NameKind::Context, d.name); }
  void Visit(const ast::FunctionDecl& d) {
    Add(NameKind::Function, d.name);
    for (const ast::Parameter& parameter : d.parameters)
      Add(NameKind::Parameter, parameter.name, d.name.name, &parameter.type);
    Visit(d.body);
  }
  void Visit(const ast::VariableDecl& d) {
    Add(NameKind::Variable, d.name, {}, d.type ? &*d.type : nullptr);
  }
  void Visit(const ast::ForStatement& s) {
    Add(NameKind::Variable, s.variable);
    Visit(s.body);
  }
  void Visit(const ast::WhileStatement& s) { Visit(s.body); }
  void Visit(const ast::IfStatement& s) {
    for (const ast::IfStatement::Arm& arm : s.arms) Visit(arm.body);
  }
  template <typename Other>
  void Visit(const Other&) {}

  // --- streams and patterns ----------------------------------------------------------------------

  void Visit(const ast::StreamDecl& d) {
    Add(NameKind::Stream, d.name);
    std::visit([this](const auto& source) { VisitSource(source); }, d.source.node);
    for (const ast::StreamItem& item : d.items) {
      if (const auto* step = std::get_if<ast::PatternStep>(&item)) {
        AddStep(*step);
      } else {
        AddOutputs(std::get<ast::StreamOp>(item), d.name.name);
      }
    }
  }
  void VisitSource(const ast::NamedSource& source) { AddStep(source.step); }
  void VisitSource(const ast::ConnectorSource& source) { AddStep(source.step); }
  void VisitSource(const ast::SequenceSource& source) {
    for (const ast::PatternStep& step : source.steps) AddStep(step);
  }
  void VisitSource(const ast::MergeSource& source) { AddBranches(source.branches); }
  void VisitSource(const ast::JoinSource& source) { AddBranches(source.branches); }
  template <typename Other>
  void VisitSource(const Other&) {}

  void AddBranches(const std::vector<ast::Branch>& branches) {
    for (const ast::Branch& branch : branches) Add(NameKind::Alias, branch.label);
  }
  void AddStep(const ast::PatternStep& step) { Add(NameKind::Alias, step.alias); }
  void AddSteps(const ast::PatternExpr& pattern) {
    std::visit(
        [this](const auto& node) {
          using Node = std::decay_t<decltype(node)>;
          if constexpr (std::is_same_v<Node, ast::PatternStep>) {
            AddStep(node);
          } else if constexpr (std::is_same_v<Node, ast::SequencePattern>) {
            for (const auto& item : node.items) AddSteps(*item);
          } else if constexpr (std::is_same_v<Node, ast::NotPattern>) {
            AddSteps(*node.operand);
          } else {
            for (const auto& operand : node.operands) AddSteps(*operand);
          }
        },
        pattern.node);
  }
  void AddOutputs(const ast::StreamOp& op, const std::string& stream) {
    const std::string& name = op.name.name;
    if (name != "emit" && name != "select" && name != "aggregate") return;
    const std::string owner = op.as_type.empty() ? stream : op.as_type.name;
    for (const ast::Argument& argument : op.arguments) Add(NameKind::Field, argument.name, owner);
  }

  std::vector<Declaration> declarations_;
  source::SourceSpan statement_;
};

}  // namespace

std::vector<Declaration> DeclarationsOf(const ast::Program& program,
                                        const source::SourceMap& sources) {
  std::vector<Declaration> own;
  for (Declaration& declaration : Collector().Collect(program)) {
    declaration.name.span = sources.OriginOf(declaration.name.span).span;
    if (declaration.name.span.end > sources.main().end()) continue;
    declaration.statement = sources.OriginOf(declaration.statement).span;
    const uint32_t end = declaration.type_end;
    declaration.type_end = sources.OriginOf({end, end}).span.end;
    own.push_back(std::move(declaration));
  }
  return own;
}

}  // namespace varpulis::service
