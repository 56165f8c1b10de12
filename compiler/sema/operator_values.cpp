#include "compiler/sema/operator_values.h"

namespace varpulis::sema {
namespace {

struct Values {
  const std::function<void(const TypedExprPtr&)>& visit;

  void Visit(const TypedExprPtr& value) const {
    if (value != nullptr) visit(value);
  }
  void Visit(const std::vector<NamedItem>& items) const {
    for (const NamedItem& item : items) Visit(item.value);
  }

  void operator()(const WhereOp& op) const { Visit(op.condition); }
  void operator()(const SelectOp& op) const { Visit(op.items); }
  void operator()(const EmitOp& op) const { Visit(op.items); }
  void operator()(const ToOp& op) const {
    for (const TypedExprPtr& part : op.topic) Visit(part);
  }
  void operator()(const PrintOp& op) const {
    for (const TypedExprPtr& value : op.values) Visit(value);
  }
  void operator()(const AggregateOp& op) const {
    Visit(op.window.keys);
    Visit(op.items);
  }
  void operator()(const WindowOp& op) const { Visit(op.window.keys); }
  void operator()(const SortOp& op) const {
    for (const SortOp::Key& key : op.keys) Visit(key.value);
  }
  void operator()(const ProcessOp& op) const { Visit(op.value); }
  void operator()(const LimitOp&) const {}
  void operator()(const DistinctOp& op) const { Visit(op.key); }
  void operator()(const MapOp& op) const { Visit(op.value); }
  void operator()(const LogOp& op) const {
    Visit(op.level_word);
    Visit(op.message);
    Visit(op.data);
  }
  void operator()(const TapOp& op) const {
    Visit(op.value);
    Visit(op.labels);
    Visit(op.records);
  }
  void operator()(const EnrichOp& op) const { Visit(op.key); }
  void operator()(const AlertOp& op) const {
    for (const AlertOp::Part& part : op.parts) Visit(part.value);
  }
  void operator()(const ConcurrentOp& op) const { Visit(op.key); }
  void operator()(const OnErrorOp& op) const { Visit(op.value); }
  void operator()(const ForkOp&) const {}
};

}  // namespace

void ForEachValue(const TypedOperator& op, const std::function<void(const TypedExprPtr&)>& visit) {
  std::visit(Values{visit}, op);
}

}  // namespace varpulis::sema
