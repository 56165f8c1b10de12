// The kernels of a pattern's steps.

#include <algorithm>

#include <fmt/format.h>

#include "base/time.h"
#include "compiler/lower/pattern_builder.h"

namespace varpulis::lower {

namespace {
ir::ValueId PartitionValue(ExprLowering& lowering, const sema::NamedItem& key) {
  return lowering.RowField(key.name, ir::Type::Any);
}
}  // namespace

const std::string& PatternBuilder::TableName(const Binding& binding) const {
  return plan_.plan_.tables[binding.table].name;
}

ir::ValueId PatternBuilder::HashOf(KernelBuilder& builder, const std::vector<ir::ValueId>& values) {
  if (values.empty()) return builder.Int(0);
  ir::ValueId hash = builder.Add(ir::Hash{values.front()});
  for (size_t i = 1; i < values.size(); ++i) {
    hash = builder.Add(ir::HashCombine{hash, builder.Add(ir::Hash{values[i]})});
  }
  return hash;
}

ir::KernelId PatternBuilder::Probe(uint32_t step, const std::string& name, const Binding& row) {
  KernelBuilder probe(name + ".probe", TableName(row));
  ExprLowering lowering(probe, row);
  std::vector<ir::ValueId> key;
  for (const sema::NamedItem& item : typed_.partition)
    key.push_back(PartitionValue(lowering, item));
  for (const KeyPart& part : parts_[step].keys) key.push_back(lowering.Value(*part.candidate));
  return plan_.AddKernel(probe.Finish(ir::KernelResult::Int, HashOf(probe, key)));
}

ir::KernelId PatternBuilder::Guard(uint32_t step, const std::string& name, const Binding& bound) {
  KernelBuilder guard(name + ".guard", TableName(bound));
  guard.set_record(pattern_.run);
  ExprLowering lowering(guard, bound);
  ir::ValueId all = ir::kNoValue;
  if (!parts_[step].cross.empty()) {
    all = lowering.Condition(*sema::JoinConjuncts(parts_[step].cross));
  }
  for (const sema::NamedItem& item : typed_.partition) {
    const auto slot = static_cast<uint32_t>(pattern_.run.Find("key." + item.name));
    const ir::ValueId value = PartitionValue(lowering, item);
    const ir::ValueId same = guard.Add(ir::SameKey{value, guard.Add(ir::LoadSlot{slot})});
    all = all == ir::kNoValue ? same : guard.Add(ir::Logic{ir::LogicOp::And, all, same});
  }
  return plan_.AddKernel(guard.Finish(ir::KernelResult::Bool, all));
}

std::vector<ir::ValueId> PatternBuilder::NextKey(uint32_t step, ExprLowering& lowering) {
  std::vector<ir::ValueId> key;
  for (const sema::NamedItem& item : typed_.partition)
    key.push_back(PartitionValue(lowering, item));
  for (const KeyPart& part : parts_[step + 1].keys) key.push_back(lowering.Value(*part.bound));
  return key;
}

ir::KernelId PatternBuilder::Home(const std::string& name, const Binding& here) {
  KernelBuilder home(name + ".home", TableName(here));
  ExprLowering lowering(home, here);
  return plan_.AddKernel(home.Finish(ir::KernelResult::Int, HashOf(home, NextKey(0, lowering))));
}

ir::KernelId PatternBuilder::CaptureKernel(uint32_t step, const std::string& name,
                                           const Binding& here) {
  KernelBuilder capture(name + ".capture", TableName(here));
  capture.set_record(pattern_.run);
  ExprLowering lowering(capture, here);
  for (const Capture& wanted : captures_) {
    if (wanted.step != step) continue;
    const auto slot = static_cast<uint32_t>(pattern_.run.Find(wanted.name));
    const ir::ValueId value = capture.Convert(lowering.Value(*wanted.read), wanted.read->type);
    capture.Add(ir::StoreSlot{slot, value});
  }
  for (const sema::NamedItem& item : typed_.partition) {
    if (step > 0) break;
    const auto slot = static_cast<uint32_t>(pattern_.run.Find("key." + item.name));
    capture.Add(ir::StoreSlot{slot, PartitionValue(lowering, item)});
  }
  const ir::ValueId hash = HashOf(capture, NextKey(step, lowering));
  return plan_.AddKernel(capture.Finish(ir::KernelResult::Int, hash));
}

// --- the match row -------------------------------------------------------------------------------

ir::KernelId PatternBuilder::Match(const std::string& name, const Binding& here) {
  KernelBuilder match(name + ".match", TableName(here));
  match.set_record(pattern_.run);
  ExprLowering lowering(match, here);
  // A copy: lowering may add columns to other tables.
  const auto columns = plan_.plan_.tables[pattern_.match_table].columns;
  for (const ir::TableColumn& column : columns) {
    const ir::ValueId value = MatchValue(match, lowering, column);
    match.Add(ir::StoreOut{match.Out(column.name, column.type), match.Convert(value, column.type)});
  }
  return plan_.AddKernel(match.Finish());
}

ir::ValueId PatternBuilder::MatchValue(KernelBuilder& match, ExprLowering& lowering,
                                       const ir::TableColumn& column) {
  const auto wanted = std::find_if(match_columns_.begin(), match_columns_.end(),
                                   [&](const Capture& c) { return c.name == column.name; });
  if (wanted != match_columns_.end()) return lowering.Value(*wanted->read);
  if (column.name == "stream") return match.Str(stream_.name);
  if (column.name == "match_duration_ms") return DurationMs(match);
  if (column.name == "match_count") return match.Int(static_cast<int64_t>(steps_.size()));
  if (column.name == "match_rate") return MatchRate(match);
  return lowering.RowField(column.name, ir::Type::Any);
}

ir::ValueId PatternBuilder::DurationMs(KernelBuilder& match) {
  const ir::ValueId time = match.Add(ir::LoadTime{}, "time", "time");
  const ir::ValueId start = last_ == 0 ? time : match.Add(ir::LoadSlot{0}, "start", "slot start");
  const ir::ValueId span = match.Add(ir::BinaryAny{
      ir::AnyOp::Sub, match.Convert(time, ir::Type::Any), match.Convert(start, ir::Type::Any)});
  const ir::ValueId ms = match.Add(ir::ConstInt{ir::Type::Duration, kNsPerMs});
  const ir::ValueId ratio =
      match.Add(ir::BinaryAny{ir::AnyOp::Div, span, match.Convert(ms, ir::Type::Any)});
  ir::CallBuiltin to_int{static_cast<uint32_t>(ir::FindBuiltin("to_int")), {ratio}};
  return match.Convert(match.Add(std::move(to_int)), ir::Type::Int);
}

// Events a second; of events at one moment there is none.
ir::ValueId PatternBuilder::MatchRate(KernelBuilder& match) {
  const ir::ValueId seconds = match.Add(ir::FloatBinary{
      ir::FloatOp::Div, match.Convert(DurationMs(match), ir::Type::Float), match.Float(1000.0)});
  const ir::ValueId zero =
      match.Add(ir::Compare{ir::Predicate::Eq, ir::Type::Float, seconds, match.Float(0.0)});
  return match.If(
      zero, ir::Type::Float, [&] { return match.Absent(ir::Type::Float, false); },
      [&] {
        const ir::ValueId events = match.Float(static_cast<double>(steps_.size()));
        return match.Add(ir::FloatBinary{ir::FloatOp::Div, events, seconds});
      });
}

}  // namespace varpulis::lower
