// .print .log .tap .alert: what they look at is written into tables of their own, and the row goes on.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {

void PlanBuilder::Build(const sema::PrintOp& op, Chain& chain) {
  ir::PrintOperator print;
  std::string name = fmt::format("print{}", chain.plan->operators.size());
  print.table = AddTable(chain.plan->name + "." + name, chain.stream->name);
  print.whole_event = op.values.empty();
  size_t columns = std::max<size_t>(op.values.size(), 1);
  for (size_t i = 0; i < columns; ++i) {
    plan_.tables[print.table].columns.push_back({fmt::format("value{}", i + 1), ir::Type::Any});
  }
  print.kernels = PerVariant(chain, name, [&](KernelBuilder& k, ExprLowering& lowering) {
    if (print.whole_event) {
      ir::ValueId event = lowering.RowEvent();
      k.Add(ir::StoreOut{k.Out("value1", ir::Type::Any), event});
    }
    for (size_t i = 0; i < op.values.size(); ++i) {
      ir::ValueId value = k.Convert(lowering.Value(*op.values[i]), ir::Type::Any);
      k.Add(ir::StoreOut{k.Out(fmt::format("value{}", i + 1), ir::Type::Any), value});
    }
  });
  chain.plan->operators.push_back(std::move(print));
}

void PlanBuilder::Build(const sema::LogOp& op, Chain& chain) {
  ir::LogOperator log;
  log.level = op.level;
  const std::string name = fmt::format("log{}", chain.plan->operators.size());
  log.table = AddTable(chain.plan->name + "." + name, chain.stream->name);
  for (const char* column : {"level", "message", "data"}) {
    plan_.tables[log.table].columns.push_back({column, ir::Type::Any});
  }
  for (size_t v = 0; v < chain.tables.size(); ++v) {
    KernelBuilder k(KernelName(chain, name, v), plan_.tables[chain.tables[v]].name);
    const Binding binding = BindRow(chain, chain.tables[v]);
    ExprLowering lowering(k, binding);
    const auto store = [&](const char* column, ir::ValueId value) {
      k.Add(ir::StoreOut{k.Out(column, ir::Type::Any), k.Convert(value, ir::Type::Any)});
    };
    store("level", op.level_word == nullptr ? k.Absent(ir::Type::Any, false)
                                            : lowering.Value(*op.level_word));
    store("message", op.message == nullptr ? k.Str(plan_.tables[chain.tables[v]].event_type)
                                           : lowering.Value(*op.message));
    store("data", op.data == nullptr ? lowering.RowEvent() : lowering.Value(*op.data));
    log.kernels.push_back(AddKernel(k.Finish()));
  }
  chain.plan->operators.push_back(std::move(log));
}

void PlanBuilder::Build(const sema::TapOp& op, Chain& chain) {
  ir::TapOperator tap;
  tap.counter = op.counter;
  tap.gauge = op.gauge;
  std::vector<sema::NamedItem> values = op.labels;
  for (const sema::NamedItem& label : op.labels) tap.labels.push_back(label.name);
  if (!op.gauge.empty()) values.push_back({"value", op.value});
  for (const sema::NamedItem& record : op.records) {
    tap.recorded.push_back(record.name);
    values.push_back(record);
  }
  const std::string name = fmt::format("tap{}", chain.plan->operators.size());
  tap.table = AddTable(chain.plan->name + "." + name, chain.stream->name);
  for (const sema::NamedItem& value : values) {
    plan_.tables[tap.table].columns.push_back({value.name, ir::Type::Any});
  }
  tap.kernels = PerVariant(chain, name, [&](KernelBuilder& k, ExprLowering& lowering) {
    for (const sema::NamedItem& value : values) {
      const ir::ValueId cell = k.Convert(lowering.Value(*value.value), ir::Type::Any);
      k.Add(ir::StoreOut{k.Out(value.name, ir::Type::Any), cell});
    }
  });
  chain.plan->operators.push_back(std::move(tap));
}

void PlanBuilder::Build(const sema::AlertOp& op, Chain& chain) {
  ir::AlertOperator alert;
  alert.alert = static_cast<uint32_t>(plan_.alerts.size());
  plan_.alerts.push_back({chain.stream->name, op.webhook});
  const std::string name = fmt::format("alert{}", chain.plan->operators.size());
  alert.table = AddTable(chain.plan->name + "." + name, chain.stream->name);
  std::vector<sema::TypedExprPtr> values;
  for (const sema::AlertOp::Part& part : op.parts) {
    const bool is_plain = part.value == nullptr;
    alert.parts.push_back({part.text, is_plain ? -1 : static_cast<int>(values.size())});
    if (!is_plain) values.push_back(part.value);
  }
  const size_t columns = op.parts.empty() ? 1 : values.size();
  for (size_t i = 0; i < columns; ++i) {
    plan_.tables[alert.table].columns.push_back({fmt::format("value{}", i + 1), ir::Type::Any});
  }
  alert.kernels = PerVariant(chain, name, [&](KernelBuilder& k, ExprLowering& lowering) {
    for (size_t i = 0; i < columns; ++i) {
      const ir::ValueId value = op.parts.empty() ? lowering.RowEvent() : lowering.Value(*values[i]);
      k.Add(ir::StoreOut{k.Out(fmt::format("value{}", i + 1), ir::Type::Any),
                         k.Convert(value, ir::Type::Any)});
    }
  });
  chain.plan->operators.push_back(std::move(alert));
}

}  // namespace varpulis::lower
