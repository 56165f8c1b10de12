// The tree as indented text, one node a line.

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/ast/program.h"

namespace varpulis::ast {

namespace {

std::string Text(const ExprPtr& expr) { return expr == nullptr ? std::string() : Print(*expr); }

std::string Text(const TypeRef& type) { return Print(type); }

// ` word rest`, or nothing when there is no rest.
std::string With(std::string_view word, const std::string& rest) {
  return rest.empty() ? std::string() : fmt::format(" {} {}", word, rest);
}

std::string Text(const PatternStep& step) {
  using Repeat = PatternStep::Repeat;
  using Monotonic = PatternStep::Monotonic;
  std::string text = step.negated ? "not " : "";
  if (step.repeat == Repeat::All) text += "all ";
  text += step.type.name;
  if (step.repeat == Repeat::Plus) text += "+";
  if (step.repeat == Repeat::Star) text += "*";
  if (step.repeat == Repeat::Optional) text += "?";
  if (step.monotonic != Monotonic::None) {
    text += fmt::format(".{}({})",
                        step.monotonic == Monotonic::Increasing ? "increasing" : "decreasing",
                        step.monotonic_field.name);
  }
  return text + With("where", Text(step.condition)) + With("as", step.alias.name) +
         With("within", Text(step.within));
}

class ProgramPrinter {
 public:
  std::string Print(const Program& program) {
    for (const auto& statement : program.statements) Write(*statement);
    return std::move(text_);
  }

 private:
  void Line(const std::string& line) { text_ += std::string(2 * depth_, ' ') + line + "\n"; }

  template <typename F>
  void Deeper(F f) {
    ++depth_;
    f();
    --depth_;
  }

  void Write(const Statement& statement) {
    std::visit([this](const auto& node) { Write(node); }, statement.node);
  }
  void Write(const Block& block) {
    Deeper([&] {
      for (const auto& statement : block) Write(*statement);
    });
  }

  // --- declarations ------------------------------------------------------------------------------

  void Write(const EventDecl& d) {
    Line("event " + d.name.name + With("extends", d.base.name));
    Write(d.fields);
  }
  void Write(const TypeDecl& d) {
    Line("type " + d.name.name + (d.fields.empty() ? " = " + Text(d.alias) : ""));
    Write(d.fields);
  }
  void Write(const std::vector<FieldDecl>& fields) {
    Deeper([&] {
      for (const FieldDecl& field : fields)
        Line("field " + field.name.name + ": " + Text(field.type));
    });
  }
  void Write(const ContextDecl& d) {
    std::vector<std::string> cores;
    for (const ExprPtr& core : d.cores) cores.push_back(Text(core));
    Line(fmt::format("context {} cores [{}]", d.name.name, fmt::join(cores, ", ")));
  }
  void Write(const ConnectorDecl& d) {
    Line(fmt::format("connector {} = {}", d.name.name, d.kind.name));
    Write(d.parameters);
  }
  void Write(const ConfigDecl& d) {
    Line("config " + d.name.name);
    Write(d.items);
  }
  void Write(const std::vector<ConfigItem>& items) {
    Deeper([&] {
      for (const ConfigItem& item : items) WriteValue(item.key.name + ":", *item.value);
    });
  }
  void WriteValue(const std::string& label, const ConfigValue& value) {
    if (!value.is_list && !value.is_block) {
      Line(label + " " + Text(value.expr));
      return;
    }
    Line(label + (value.is_list ? " list" : " block"));
    if (value.is_block) Write(value.items);
    Deeper([&] {
      for (const ConfigValue& element : value.list) WriteValue("-", element);
    });
  }
  void Write(const ImportDecl& d) {
    Line(fmt::format("import '{}'", d.path) + With("as", d.alias.name));
  }
  void Write(const FunctionDecl& d) {
    std::vector<std::string> parameters;
    for (const Parameter& p : d.parameters) parameters.push_back(p.name.name + ": " + Text(p.type));
    Line(fmt::format("fn {}({})", d.name.name, fmt::join(parameters, ", ")) +
         With("->", d.result ? Text(*d.result) : "") + With("from", d.wasm_path));
    Write(d.body);
  }
  void Write(const PatternDecl& d) {
    Line("pattern " + d.name.name);
    Deeper([&] {
      Write(*d.pattern);
      if (d.within) Line("within " + Text(d.within));
      if (d.partition_by) Line("partition by " + Text(d.partition_by));
    });
  }
  void Write(const PatternExpr& pattern) {
    if (const auto* step = std::get_if<PatternStep>(&pattern.node))
      return Line("step " + Text(*step));
    if (const auto* sequence = std::get_if<SequencePattern>(&pattern.node)) {
      return Group("sequence", sequence->items);
    }
    if (const auto* all = std::get_if<AndPattern>(&pattern.node))
      return Group("and", all->operands);
    if (const auto* any = std::get_if<OrPattern>(&pattern.node)) return Group("or", any->operands);
    if (const auto* one = std::get_if<XorPattern>(&pattern.node))
      return Group("xor", one->operands);
    Line("not");
    Deeper([&] { Write(*std::get<NotPattern>(pattern.node).operand); });
  }
  void Group(const char* word, const std::vector<PatternExprPtr>& parts) {
    Line(word);
    Deeper([&] {
      for (const PatternExprPtr& part : parts) Write(*part);
    });
  }

  // --- streams -----------------------------------------------------------------------------------

  void Write(const StreamDecl& d) {
    Line("stream " + d.name.name + (d.annotation ? ": " + Text(*d.annotation) : ""));
    Deeper([&] {
      std::visit([this](const auto& source) { WriteSource(source); }, d.source.node);
      for (const StreamItem& item : d.items) {
        if (const auto* step = std::get_if<PatternStep>(&item)) {
          Line("-> " + Text(*step));
        } else {
          Write(std::get<StreamOp>(item));
        }
      }
    });
  }
  void WriteSource(const NamedSource& s) { Line("source " + Text(s.step)); }
  void WriteSource(const ConnectorSource& s) {
    Line(fmt::format("source {} from {}", Text(s.step), s.connector.name));
    Deeper([&] { Write(s.parameters); });
  }
  void WriteSource(const MergeSource& s) { WriteBranches("merge", s.branches); }
  void WriteSource(const JoinSource& s) {
    using Kind = JoinSource::Kind;
    WriteBranches(s.kind == Kind::Inner   ? "join"
                  : s.kind == Kind::Left  ? "left join"
                  : s.kind == Kind::Right ? "right join"
                                          : "full join",
                  s.branches);
  }
  void WriteBranches(const char* word, const std::vector<Branch>& branches) {
    Line(std::string("source ") + word);
    Deeper([&] {
      for (const Branch& branch : branches) {
        const std::string label = branch.label.empty() ? "" : branch.label.name + " = ";
        Line("branch " + label + branch.source.name + With("where", Text(branch.condition)) +
             With("on", Text(branch.on)));
      }
    });
  }
  void WriteSource(const SequenceSource& s) {
    Line("source sequence");
    Deeper([&] {
      for (const PatternStep& step : s.steps) Line("step " + Text(step));
    });
  }
  void WriteSource(const TimerSource& s) {
    Line("source timer " + Text(s.interval) + With("initial_delay", Text(s.initial_delay)));
  }

  void Write(const StreamOp& op) {
    Line("." + op.name.name + With("as", op.as_type.name) +
         (op.negation ? " " + Text(*op.negation) : ""));
    Deeper([&] { Write(op.arguments); });
  }
  void Write(const std::vector<Argument>& arguments) {
    for (const Argument& argument : arguments) {
      const char* colon = argument.value == nullptr ? ":" : ": ";
      const std::string label = argument.name.empty() ? "" : argument.name.name + colon;
      const std::string order = argument.order == SortOrder::Ascending    ? " asc"
                                : argument.order == SortOrder::Descending ? " desc"
                                                                          : "";
      Line(label + Text(argument.value) + order);
      Deeper([&] {
        if (argument.pattern) Write(*argument.pattern);
        for (const StreamOp& op : argument.path) Write(op);
      });
    }
  }

  // --- statements --------------------------------------------------------------------------------

  void Write(const VariableDecl& d) {
    const char* word = d.kind == VariableDecl::Kind::Let   ? "let"
                       : d.kind == VariableDecl::Kind::Var ? "var"
                                                           : "const";
    Line(fmt::format("{} {}{} = {}", word, d.name.name, d.type ? ": " + Text(*d.type) : "",
                     Text(d.value)));
  }
  void Write(const AssignStatement& s) { Line(s.name.name + " := " + Text(s.value)); }
  void Write(const IfStatement& s) {
    for (const IfStatement::Arm& arm : s.arms) {
      const char* word = &arm == &s.arms.front() ? "if " : "elif ";
      Line(arm.condition ? word + Text(arm.condition) : "else");
      Write(arm.body);
    }
  }
  void Write(const ForStatement& s) {
    Line("for " + s.variable.name + " in " + Text(s.sequence));
    Write(s.body);
  }
  void Write(const WhileStatement& s) {
    Line("while " + Text(s.condition));
    Write(s.body);
  }
  void Write(const ReturnStatement& s) { Line(s.value ? "return " + Text(s.value) : "return"); }
  void Write(const BreakStatement&) { Line("break"); }
  void Write(const ContinueStatement&) { Line("continue"); }
  void Write(const EmitStatement& s) {
    Line("emit " + s.type.name);
    Deeper([&] { Write(s.fields); });
  }
  void Write(const ExpressionStatement& s) { Line(Text(s.value)); }

  std::string text_;
  size_t depth_ = 0;
};

}  // namespace

std::string Print(const TypeRef& type) {
  const auto& a = type.arguments;
  std::string text;
  switch (type.form) {
    case TypeRef::Form::Named:
      text = type.name.name;
      break;
    case TypeRef::Form::Array:
      text = "[" + Print(a[0]) + "]";
      break;
    case TypeRef::Form::Map:
      text = "{" + Print(a[0]) + ": " + Print(a[1]) + "}";
      break;
    case TypeRef::Form::Stream:
      text = "Stream<" + Print(a[0]) + ">";
      break;
    case TypeRef::Form::Tuple: {
      std::vector<std::string> parts;
      for (const TypeRef& part : a) parts.push_back(Print(part));
      text = fmt::format("({})", fmt::join(parts, ", "));
    }
  }
  return type.optional ? text + "?" : text;
}

std::string Print(const Program& program) { return ProgramPrinter().Print(program); }

}  // namespace varpulis::ast
