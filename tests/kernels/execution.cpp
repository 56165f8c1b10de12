#include "tests/kernels/execution.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/ir/kernel_words.h"
#include "runtime/kernel/collection.h"
#include "runtime/kernel/helpers.h"
#include "runtime/kernel/kernel_context.h"
#include "tests/kernels/values.h"

namespace varpulis::kernels {

namespace {
constexpr const char* kErrors[] = {"int_overflow", "div_zero",     "domain",        "type",
                                   "limit",        "lookup_error", "lookup_timeout"};
static_assert(std::size(kErrors) == abi::kEvalErrorKinds);
}  // namespace

size_t Execution::Column::Stride() const { return ir::PayloadSize(type); }

void Execution::Column::AddRow() {
  states.push_back(abi::kMissing);
  values.resize(states.size() * Stride() / 8 + 1);
}

Execution::Execution(const ir::Kernel& kernel) : kernel_(kernel), globals_(kernel.globals.size()) {
  for (const ir::KernelColumn& column : kernel.columns) columns_.push_back({column.type, {}, {}});
}

Status Execution::AddRow(std::string_view text) {
  times_.push_back(0);
  for (Column& column : columns_) column.AddRow();
  Status status;
  if (!Accept(text, "(")) return Status(StatusCode::Malformed, "expected `(`");
  while (status.ok() && !Accept(text, ")")) {
    SkipSpace(text);
    const size_t colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    if (colon == std::string_view::npos)
      return Status(StatusCode::Malformed, "expected `name: value`");
    text.remove_prefix(colon + 1);
    const auto value = ReadValue(text, data_);
    if (!value) return Status(StatusCode::Malformed, fmt::format("no value at `{}`", text));
    Accept(text, ",");
    if (name == "time") {
      times_.back() = value->integer;
      continue;
    }
    bool known = false;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (kernel_.columns[i].name != name) continue;
      known = true;
      uint8_t& state = columns_[i].states.back();
      if (!StoreCell(*value, columns_[i].type, columns_[i].At(times_.size() - 1), &state))
        status = Status(StatusCode::Malformed, fmt::format("`{}` has another type", name));
    }
    for (size_t i = 0; i < globals_.size(); ++i) {
      if ("global." + kernel_.globals[i] != name) continue;
      known = true;
      globals_[i] = *value;
    }
    if (!known)
      status = Status(StatusCode::Malformed, fmt::format("the kernel reads no `{}`", name));
  }
  return status;
}

// What a call writes, and the frame that says where.
struct Execution::Call {
  explicit Call(Execution& execution)
      : kernel(execution.kernel_), record(kernel.record.size / 8 + 1), count(execution.rows()) {
    context.arena = &arena;
    for (Column& column : execution.columns_) {
      const bool any = column.type == ir::Type::Any;
      columns.push_back({column.values.data(), any ? nullptr : column.states.data()});
    }
    for (const ir::KernelOut& out : kernel.outs) {
      outs.push_back({out.type, {}, {}});
      for (size_t i = 0; i < count; ++i) outs.back().AddRow();
    }
    for (Column& out : outs) out_refs.push_back({out.values.data(), out.states.data()});
    records.assign(count, reinterpret_cast<uint8_t*>(record.data()));
    bytes.assign(count, 0xee);
    ints.assign(count, 0xee);
    frame.columns = columns.data();
    frame.row_times = execution.times_.data();
    frame.records = records.data();
    frame.outs = out_refs.data();
    frame.result_bytes = bytes.data();
    frame.result_ints = ints.data();
    frame.globals = execution.globals_.data();
    frame.context = &context;
  }
  ~Call() { kernel::ReleaseRecord(kernel.record, records.empty() ? nullptr : records[0], context); }
  Call(const Call&) = delete;

  const ir::Kernel& kernel;
  std::vector<uint64_t> record;
  size_t count;
  base::Arena arena;
  abi::KernelContext context;
  std::vector<abi::ColumnRef> columns;
  std::vector<Column> outs;
  std::vector<abi::OutRef> out_refs;
  std::vector<uint8_t*> records;
  std::vector<uint8_t> bytes;
  std::vector<int64_t> ints;
  abi::KernelFrame frame{};
};

namespace {

void AddSlots(const ir::Kernel& kernel, uint8_t* record, std::vector<std::string>& parts) {
  for (const ir::RecordSlot& slot : kernel.record.slots) {
    uint8_t* at = record + slot.offset;
    const uint8_t state = slot.state_offset == ir::kNoState ? 0 : record[slot.state_offset];
    abi::Cell list;
    if (slot.type == ir::Type::List) abi::vpl_list_values(at, &list);
    const std::string text =
        slot.type == ir::Type::Set    ? fmt::format("set of {}", kernel::CollectionSize(at))
        : slot.type == ir::Type::List ? fmt::format("list {}", ValueText(list))
                                      : ValueText(LoadCell(slot.type, at, state));
    parts.push_back(fmt::format("run.{}: {}", slot.name, text));
  }
}

std::string ErrorText(const abi::KernelFrame& frame) {
  std::string text;
  for (size_t i = 0; i < abi::kEvalErrorKinds; ++i) {
    if (frame.errors[i] == 1) text += fmt::format(" {}", kErrors[i]);
    if (frame.errors[i] > 1) text += fmt::format(" {} {}", frame.errors[i], kErrors[i]);
  }
  return text;
}

}  // namespace

std::string Execution::RowText(Call& call, size_t row, bool with_effects) {
  std::string text;
  if (kernel_.result == ir::KernelResult::Bool) {
    text = call.bytes[row] == 1 ? " true" : call.bytes[row] == 0 ? " false" : " ?";
  } else if (kernel_.result == ir::KernelResult::Int) {
    text = fmt::format(" {}", call.ints[row]);
  }
  std::vector<std::string> parts;
  for (size_t i = 0; i < call.outs.size(); ++i) {
    Column& out = call.outs[i];
    const auto cell = LoadCell(out.type, out.At(row), out.states[row]);
    parts.push_back(fmt::format("{}: {}", kernel_.outs[i].name, ValueText(cell)));
  }
  if (with_effects) AddSlots(kernel_, call.records[row], parts);
  if (!parts.empty()) text += fmt::format(" ({})", fmt::join(parts, ", "));
  if (with_effects) text += ErrorText(call.frame);
  return text;
}

std::vector<std::string> Execution::RunEach(const kernel::BoundKernel& bound) {
  std::vector<std::string> lines;
  Call call(*this);
  for (size_t row = 0; row < rows(); ++row) {
    std::fill(std::begin(call.frame.errors), std::end(call.frame.errors), 0);
    call.frame.first_row = row;
    call.frame.out_first = row;
    call.frame.count = 1;
    call.frame.result_bytes = call.bytes.data() + row;
    call.frame.result_ints = call.ints.data() + row;
    bound.Call(call.frame);
    lines.push_back(RowText(call, row, true));
  }
  return lines;
}

std::vector<std::string> Execution::RunTogether(const kernel::BoundKernel& bound) {
  std::vector<std::string> lines;
  Call call(*this);
  call.frame.count = rows();
  bound.Call(call.frame);
  for (size_t row = 0; row < rows(); ++row) lines.push_back(RowText(call, row, false));
  if (rows() > 0) AddSlots(kernel_, call.records[0], lines);
  lines.push_back(ErrorText(call.frame));
  return lines;
}

}  // namespace varpulis::kernels
