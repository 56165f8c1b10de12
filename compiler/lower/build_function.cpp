// Functions, load statements and .process.

#include <fmt/format.h>

#include "compiler/lower/lower_statement.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

Binding PlanBuilder::BindProgram() {
  Binding binding;
  binding.plan = &plan_;
  binding.program = &program_;
  return binding;
}

void PlanBuilder::BuildGlobals() {
  for (const sema::TypedGlobal& global : program_.globals) {
    plan_.globals.push_back({global.name, global.assigned});
  }
  for (const sema::EventType& type : program_.collected_types) {
    plan_.collected_types.push_back(type.name);
  }
  plan_.serial_reason = program_.serial_reason;
  for (const sema::TypedFunction& function : program_.functions) BuildFunction(function);
  for (const sema::TypedBody& body : program_.load) BuildLoad(body);
}

void PlanBuilder::BuildFunction(const sema::TypedFunction& function) {
  KernelBuilder k("fn." + function.name, "");
  StatementLowering lowering(k, BindProgram(), function.body);
  for (uint32_t i = 0; i < function.parameters.size(); ++i) {
    const uint32_t local = function.parameters[i];
    const uint32_t column = k.Column(function.body.locals[local].name, ir::Type::Any, i);
    lowering.StoreLocal(local, k.Add(ir::LoadColumn{column}, function.body.locals[local].name));
  }
  lowering.Run();
  ir::ValueId result = k.Convert(lowering.Result(), function.result);
  k.Add(ir::StoreOut{k.Out("result", ir::Type::Any), k.Convert(result, ir::Type::Any)});
  plan_.functions.push_back(AddKernel(k.Finish()));
}

void PlanBuilder::BuildLoad(const sema::TypedBody& body) {
  const auto* set = body.statements.size() == 1
                        ? std::get_if<sema::SetGlobal>(&body.statements.front().node)
                        : nullptr;
  KernelBuilder k(set != nullptr ? "global." + program_.globals[set->global].name
                                 : fmt::format("load{}", plan_.load.size() + 1),
                  "");
  if (set != nullptr && body.locals.empty()) {
    Binding binding = BindProgram();
    ir::ValueId value = k.Convert(ExprLowering(k, binding).Value(*set->value), ir::Type::Any);
    k.Add(ir::StoreGlobal{k.GlobalName(set->global, program_.globals[set->global].name), value});
  } else {
    StatementLowering(k, BindProgram(), body).Run();
  }
  plan_.load.push_back(AddKernel(k.Finish()));
}

void PlanBuilder::Build(const sema::ProcessOp& op, Chain& chain) {
  ir::ProcessOperator process;
  process.events = op.events;
  process.text = Text(chain, *op.value);
  std::string name = fmt::format("process{}", chain.plan->operators.size());
  process.kernels = PerVariant(
      chain, name, [&](KernelBuilder&, ExprLowering& lowering) { lowering.Value(*op.value); });
  for (uint32_t event : op.events) {
    const std::string& type = program_.collected_types[event].name;
    const ir::TableId table = AddTable(fmt::format("{}.{}.{}", chain.plan->name, name, type), type);
    plan_.tables[table].columns.push_back({"*", ir::Type::Any});
    plan_.tables[table].event_column = 0;
    process.tables.push_back(table);
  }
  chain.tables = process.tables;
  chain.step_columns = false;
  chain.collected = true;
  chain.plan->operators.push_back(std::move(process));
}

}  // namespace varpulis::lower
