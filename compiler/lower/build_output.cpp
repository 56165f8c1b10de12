// What leaves the program: .emit and .to; and what ties it to the world, connectors and contexts.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/ir/connector_kind.h"
#include "compiler/lower/plan_builder.h"

namespace varpulis::lower {
namespace {

// The keys of columns in the output: what is spread has a star and the prefix of its fields.
std::vector<std::string> KeysOf(const std::vector<ir::TableColumn>& columns) {
  std::vector<std::string> keys;
  for (const ir::TableColumn& column : columns) {
    keys.push_back(column.spread ? "*" + SpreadPrefix(column) : column.name);
  }
  return keys;
}

void Override(std::vector<ir::ConfigItem>& items, const ir::ConfigItem& item) {
  for (ir::ConfigItem& known : items) {
    if (known.name != item.name) continue;
    known.value = item.value;
    return;
  }
  items.push_back(item);
}

}  // namespace

void PlanBuilder::Build(const sema::EmitOp& op, Chain& chain) {
  const std::string name = fmt::format("emit{}", chain.plan->operators.size());
  if (op.all_fields) {
    Carry(name, op.event_type, chain);
  } else {
    Project(name, op.event_type, op.items, chain);
  }
  EmitRows(chain);
}

void PlanBuilder::EmitRows(Chain& chain) {
  ir::EmitOperator emit;
  emit.tables = chain.tables;
  for (ir::TableId table : chain.tables) emit.keys.push_back(KeysOf(plan_.tables[table].columns));
  chain.collected = false;
  chain.plan->operators.push_back(std::move(emit));
}

void PlanBuilder::Build(const sema::ToOp& op, Chain& chain) {
  ir::ToOperator to;
  to.egress = static_cast<uint32_t>(plan_.egresses.size());
  RowCopy copy =
      Copy(fmt::format("to{}", chain.plan->operators.size()), op.event_type, op.topic, chain);
  to.table = copy.table;
  to.kernels = std::move(copy.kernels);
  to.keys = KeysOf(plan_.tables[copy.table].columns);
  to.keys.resize(copy.fields);
  ir::Egress egress{Bind(chain.stream->name, op.connector, op.parameters), {}};
  const bool has_topic =
      ir::FindConnectorKind(egress.binding.kind)->topic == ir::TopicUse::PerEvent;
  if (!op.topic.empty()) egress.binding.topic.clear();
  if (op.topic.empty() && has_topic && egress.binding.topic.empty()) {
    egress.binding.topic = egress.binding.connector + "-output";
  }
  for (const sema::TypedExprPtr& part : op.topic) {
    egress.topic_text += (egress.topic_text.empty() ? "" : " + ") + Text(chain, *part);
  }
  plan_.egresses.push_back(std::move(egress));
  chain.plan->operators.push_back(std::move(to));
}

// --- the world around ----------------------------------------------------------------------------

ir::Binding PlanBuilder::Bind(const std::string& stream, uint32_t connector,
                              const std::vector<ir::ConfigItem>& parameters) const {
  const sema::TypedConnector& declared = program_.connectors[connector];
  std::vector<ir::ConfigItem> all = declared.parameters;
  for (const ir::ConfigItem& item : parameters) Override(all, item);
  ir::Binding binding{declared.name, declared.kind, stream, {}, {}};
  for (ir::ConfigItem& item : all) {
    const auto* topic =
        item.name == "topic" ? std::get_if<std::string>(&item.value.value) : nullptr;
    if (topic != nullptr) {
      binding.topic = *topic;
    } else {
      binding.parameters.push_back(std::move(item));
    }
  }
  return binding;
}

void PlanBuilder::DeclareContexts() {
  for (const sema::TypedContext& context : program_.contexts)
    plan_.contexts.push_back({context.name, context.cores});
}

}  // namespace varpulis::lower
