#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/lower/plan_builder.h"

// Patterns: what runs capture, by which key they are found, and the kernels of every step.

namespace varpulis::lower {
namespace {

using sema::TypedExpr;
using sema::TypedExprPtr;
using sema::TypedOp;
using sema::TypedStep;

// A captured value of a step: what to read and as which type.
struct Capture {
  uint32_t step;
  TypedExprPtr read;
  std::string name;
};

void CollectReads(const TypedExprPtr& expr, std::vector<TypedExprPtr>& reads) {
  bool is_read = expr->op == TypedOp::Field || expr->op == TypedOp::Event ||
                 expr->op == TypedOp::EventTime || expr->op == TypedOp::EventType;
  if (is_read) reads.push_back(expr);
  for (const TypedExprPtr& arg : expr->args) CollectReads(arg, reads);
}

// `candidate == bound`: one side reads only the candidate, the other only bound steps.
struct KeyPart {
  TypedExprPtr candidate;
  TypedExprPtr bound;
};
std::optional<KeyPart> AsKeyPart(const TypedExprPtr& conjunct) {
  if (conjunct->op != TypedOp::Eq) return std::nullopt;
  auto candidate_only = [](const TypedExpr& e) {
    return sema::Reads(e, sema::kCurrentRow) && !sema::ReadsSteps(e);
  };
  auto bound_only = [](const TypedExpr& e) {
    return sema::ReadsSteps(e) && !sema::Reads(e, sema::kCurrentRow);
  };
  const TypedExprPtr& a = conjunct->args[0];
  const TypedExprPtr& b = conjunct->args[1];
  if (candidate_only(*a) && bound_only(*b)) return KeyPart{a, b};
  if (candidate_only(*b) && bound_only(*a)) return KeyPart{b, a};
  return std::nullopt;
}

struct StepParts {
  std::vector<TypedExprPtr> local;  // event-local conjuncts
  std::vector<TypedExprPtr> cross;  // conjuncts over bound steps
  std::vector<KeyPart> keys;
};

StepParts Split(const TypedStep& step) {
  StepParts parts;
  for (const TypedExprPtr& conjunct : step.conjuncts) {
    if (!sema::ReadsSteps(*conjunct)) {
      parts.local.push_back(conjunct);
      continue;
    }
    parts.cross.push_back(conjunct);
    if (auto key = AsKeyPart(conjunct)) parts.keys.push_back(*key);
  }
  return parts;
}

std::string StepText(const TypedStep& step, const std::vector<std::string>& names) {
  std::string text = step.type_name;
  if (!step.alias.empty()) text += " as " + step.alias;
  std::string conditions;
  for (const TypedExprPtr& conjunct : step.conjuncts) {
    conditions += (conditions.empty() ? "" : " and ") + sema::ToText(*conjunct, names);
  }
  return conditions.empty() ? text : fmt::format("{} [{}]", text, conditions);
}

ir::Automaton BuildAutomaton(const std::vector<TypedStep>& steps, const std::vector<StepParts>& parts,
                             const std::vector<std::string>& names, const std::string& partition) {
  ir::Automaton automaton;
  for (uint32_t i = 0; i <= steps.size(); ++i) {
    std::string name = i == 0              ? "start"
                       : i == steps.size() ? "match"
                       : steps[i - 1].alias.empty() ? fmt::format("after step{}", i)
                                                    : "after " + steps[i - 1].alias;
    std::string key = partition;
    if (i > 0 && i < steps.size()) {
      for (const KeyPart& part : parts[i].keys) {
        key += (key.empty() ? "" : ", ") + sema::ToText(*part.bound, names);
      }
    }
    automaton.states.push_back({name, i > 0 && i < steps.size() ? key : std::string()});
  }
  for (uint32_t i = 0; i < steps.size(); ++i) {
    automaton.edges.push_back({i == 0 ? ir::EdgeKind::Begin : ir::EdgeKind::Take, i, i + 1, i,
                               StepText(steps[i], names)});
    if (i > 0) automaton.edges.push_back({ir::EdgeKind::Ignore, i, i, 0, ""});
  }
  return automaton;
}

}  // namespace

void PlanBuilder::BuildPattern(const sema::TypedStream& stream, ir::StreamPlan& plan, Chain& chain) {
  const sema::TypedPattern& typed = *stream.pattern;
  const std::vector<TypedStep>& steps = typed.steps;
  auto last = static_cast<uint32_t>(steps.size() - 1);
  std::vector<std::string> names;
  for (const TypedStep& step : steps) names.push_back(step.alias);
  std::vector<StepParts> parts;
  for (const TypedStep& step : steps) parts.push_back(Split(step));

  // What later steps read goes into the run; what the operators read goes into the match row, and
  // into the run unless it comes from the last step.
  std::vector<Capture> captures;
  std::vector<Capture> match_columns;
  std::set<std::string> match_fields;
  auto add = [&](std::vector<Capture>& list, const TypedExprPtr& read) {
    std::string name = CaptureName(steps, *read);
    bool known = std::any_of(list.begin(), list.end(), [&](const Capture& c) { return c.name == name; });
    if (!known) list.push_back({read->index, read, name});
  };
  auto add_output = [&](const TypedExprPtr& expr) {
    std::vector<TypedExprPtr> reads;
    CollectReads(expr, reads);
    for (const TypedExprPtr& read : reads) {
      if (read->index == sema::kCurrentRow) {
        if (read->op == TypedOp::Field) match_fields.insert(read->text);
        continue;
      }
      add(match_columns, read);
      if (read->index != last) add(captures, read);
    }
  };
  for (const StepParts& part : parts) {
    for (const TypedExprPtr& conjunct : part.cross) {
      std::vector<TypedExprPtr> reads;
      CollectReads(conjunct, reads);
      for (const TypedExprPtr& read : reads) {
        if (read->index != sema::kCurrentRow) add(captures, read);
      }
    }
  }
  for (const sema::TypedOperator& op : stream.operators) {
    if (const auto* where = std::get_if<sema::WhereOp>(&op)) add_output(where->condition);
    if (const auto* select = std::get_if<sema::SelectOp>(&op)) {
      for (const auto& item : select->items) add_output(item.value);
      break;
    }
    if (const auto* print = std::get_if<sema::PrintOp>(&op)) {
      for (const TypedExprPtr& value : print->values) add_output(value);
    }
    if (const auto* emit = std::get_if<sema::EmitOp>(&op)) {
      for (const auto& item : emit->items) add_output(item.value);
      if (emit->all_fields) {
        match_fields.insert("match_duration_ms");
        for (uint32_t i = 0; i < steps.size(); ++i) {
          if (steps[i].alias.empty()) continue;
          auto event = std::make_shared<TypedExpr>();
          event->op = TypedOp::Event;
          event->index = i;
          add_output(event);
        }
      }
      break;
    }
  }

  plan.pattern.emplace();
  ir::PatternPlan& pattern = *plan.pattern;
  pattern.within = typed.within;
  ir::RecordLayout& run = pattern.run;
  run.Add("start", ir::Type::Timestamp);
  run.Add("last", ir::Type::Timestamp);
  for (const Capture& capture : captures) run.Add(capture.name, capture.read->type);
  std::string partition_text;
  for (const sema::NamedItem& key : typed.partition) {
    run.Add("key." + key.name, ir::Type::Any);
    partition_text += (partition_text.empty() ? "" : ", ") + key.name;
  }
  run.Finish();
  pattern.automaton = BuildAutomaton(steps, parts, names, partition_text);
  size_t equalities = 0;
  for (const StepParts& part : parts) equalities += part.keys.size();
  if (equalities > 0 || !partition_text.empty()) {
    std::string first_key = pattern.automaton.states[1].key;
    pattern.key_text = fmt::format("{} (from {} equalities{})", first_key, equalities,
                                   partition_text.empty() ? "" : " and partition_by");
  }

  // The match row.
  pattern.match_table = AddTable(stream.name + ".match", stream.name);
  std::vector<ir::TableColumn> columns;
  for (const Capture& column : match_columns) columns.push_back({column.name, column.read->type});
  for (const std::string& field : match_fields) {
    ir::Type type = field == "stream"                                              ? ir::Type::Str
                    : field == "match_duration_ms" || field == "match_count" ? ir::Type::Int
                    : field == "match_rate"                                        ? ir::Type::Float
                                                                                   : ir::Type::Any;
    columns.push_back({field, type});
  }
  plan_.tables[pattern.match_table].columns = columns;

  auto partition_value = [&](ExprLowering& lowering, const sema::NamedItem& key) {
    return lowering.RowField(key.name, ir::Type::Any);
  };
  for (uint32_t i = 0; i <= last; ++i) {
    const TypedStep& step = steps[i];
    ir::PatternStepPlan step_plan;
    step_plan.alias = step.alias;
    step_plan.text = StepText(step, names);
    step_plan.keyed = i > 0 && (!parts[i].keys.empty() || !typed.partition.empty());
    for (const sema::SourceRoot& root : step.roots) {
      ir::StepInput input{RootTable(root)};
      const std::string table = plan_.tables[input.table].name;
      std::string base = fmt::format("{}.step{}", stream.name, i + 1);
      if (step.roots.size() > 1) base += "." + plan_.tables[input.table].event_type;
      Binding row;
      row.plan = &plan_;
      row.table = input.table;
      std::vector<TypedExprPtr> local = root.conditions;
      local.insert(local.end(), parts[i].local.begin(), parts[i].local.end());
      if (!local.empty()) input.filter = Predicate(base + ".filter", row, local);

      Binding bound = row;
      bound.steps = &steps;
      bound.record = &run;
      if (step_plan.keyed) {
        KernelBuilder probe(base + ".probe", table);
        ExprLowering lowering(probe, row);
        ir::ValueId hash = probe.Int(0);
        bool first = true;
        auto mix = [&](ir::ValueId value) {
          ir::ValueId one = probe.Add(ir::Hash{value});
          hash = first ? one : probe.Add(ir::HashCombine{hash, one});
          first = false;
        };
        for (const sema::NamedItem& key : typed.partition) mix(partition_value(lowering, key));
        for (const KeyPart& part : parts[i].keys) mix(lowering.Value(*part.candidate));
        input.probe = AddKernel(probe.Finish(ir::KernelResult::Int, hash));
      }
      if (i > 0 && (!parts[i].cross.empty() || !typed.partition.empty())) {
        KernelBuilder guard(base + ".guard", table);
        guard.set_record(run);
        ExprLowering lowering(guard, bound);
        ir::ValueId all = guard.Bool(true);
        if (!parts[i].cross.empty()) all = lowering.Condition(*sema::JoinConjuncts(parts[i].cross));
        for (const sema::NamedItem& key : typed.partition) {
          auto slot = static_cast<uint32_t>(run.Find("key." + key.name));
          ir::ValueId same = guard.Add(
              ir::SameKey{partition_value(lowering, key), guard.Add(ir::LoadSlot{slot})});
          all = guard.Add(ir::Logic{ir::LogicOp::And, all, same});
        }
        input.guard = AddKernel(guard.Finish(ir::KernelResult::Bool, all));
      }
      Binding here = bound;
      here.current_step = i;
      if (i < last) {
        KernelBuilder capture(base + ".capture", table);
        capture.set_record(run);
        ExprLowering lowering(capture, here);
        for (const Capture& wanted : captures) {
          if (wanted.step != i) continue;
          auto slot = static_cast<uint32_t>(run.Find(wanted.name));
          ir::ValueId value = capture.Convert(lowering.Value(*wanted.read), wanted.read->type);
          capture.Add(ir::StoreSlot{slot, value});
        }
        ir::ValueId hash = capture.Int(0);
        bool first = true;
        auto mix = [&](ir::ValueId value) {
          ir::ValueId one = capture.Add(ir::Hash{value});
          hash = first ? one : capture.Add(ir::HashCombine{hash, one});
          first = false;
        };
        for (const sema::NamedItem& key : typed.partition) {
          ir::ValueId value = partition_value(lowering, key);
          if (i == 0) {
            auto slot = static_cast<uint32_t>(run.Find("key." + key.name));
            capture.Add(ir::StoreSlot{slot, value});
          }
          mix(value);
        }
        for (const KeyPart& part : parts[i + 1].keys) mix(lowering.Value(*part.bound));
        input.capture = AddKernel(capture.Finish(ir::KernelResult::Int, hash));
      } else {
        KernelBuilder match(base + ".match", table);
        match.set_record(run);
        ExprLowering lowering(match, here);
        auto time_of = [&] { return match.Add(ir::LoadTime{}, "time", "time"); };
        auto milliseconds = [&] {
          ir::ValueId start = i == 0 ? time_of() : match.Add(ir::LoadSlot{0}, "start", "slot start");
          ir::ValueId span = match.Add(
              ir::BinaryAny{ir::AnyOp::Sub, match.Convert(time_of(), ir::Type::Any),
                            match.Convert(start, ir::Type::Any)});
          ir::ValueId ms = match.Add(ir::ConstInt{ir::Type::Duration, kNsPerMs});
          ir::ValueId ratio =
              match.Add(ir::BinaryAny{ir::AnyOp::Div, span, match.Convert(ms, ir::Type::Any)});
          ir::CallBuiltin to_int{static_cast<uint32_t>(ir::FindBuiltin("to_int")), {ratio}};
          return match.Convert(match.Add(std::move(to_int)), ir::Type::Int);
        };
        for (const ir::TableColumn& column : columns) {
          ir::ValueId value = ir::kNoValue;
          auto wanted = std::find_if(match_columns.begin(), match_columns.end(),
                                     [&](const Capture& c) { return c.name == column.name; });
          if (wanted != match_columns.end()) {
            value = lowering.Value(*wanted->read);
          } else if (column.name == "stream") {
            value = match.Str(stream.name);
          } else if (column.name == "match_duration_ms") {
            value = milliseconds();
          } else if (column.name == "match_count") {
            value = match.Int(static_cast<int64_t>(steps.size()));
          } else if (column.name == "match_rate") {
            ir::ValueId seconds = match.Add(ir::FloatBinary{
                ir::FloatOp::Div, match.Convert(milliseconds(), ir::Type::Float), match.Float(1000.0)});
            ir::ValueId zero = match.Add(
                ir::Compare{ir::Predicate::Eq, ir::Type::Float, seconds, match.Float(0.0)});
            value = match.If(zero, ir::Type::Float,
                             [&] { return match.Absent(ir::Type::Float, false); },
                             [&] {
                               return match.Add(ir::FloatBinary{
                                   ir::FloatOp::Div, match.Float(static_cast<double>(steps.size())),
                                   seconds});
                             });
          } else {
            value = lowering.RowField(column.name, ir::Type::Any);
          }
          match.Add(ir::StoreOut{match.Out(column.name, column.type),
                                 match.Convert(value, column.type)});
        }
        input.match = AddKernel(match.Finish());
      }
      step_plan.inputs.push_back(input);
    }
    pattern.steps.push_back(std::move(step_plan));
  }
  chain.tables = {pattern.match_table};
  chain.step_columns = true;
}

}  // namespace varpulis::lower
