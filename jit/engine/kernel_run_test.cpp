// The data and the report of KernelRun. No test of its own.

#include <algorithm>

#include <fmt/format.h>

#include "jit/engine/kernel_run.h"
#include "jit/engine/value_text.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::jit {

namespace {

// Outs and results are longer than what a kernel may write, on both sides: kOutFirst rows before and
// kBehind after it. Memory starts as kUntouched bytes.
constexpr uint32_t kOutFirst = 3;
constexpr uint32_t kBehind = 40;
constexpr uint8_t kUntouched = 0xee;
constexpr uint64_t kUntouchedWord = 0xeeeeeeeeeeeeeeee;

template <typename T, size_t n>
const T& Pick(std::mt19937_64& random, const T (&pool)[n]) {
  return pool[random() % n];
}

}  // namespace

int64_t KernelRun::MakeInt() {
  static constexpr int64_t kPool[] = {0,
                                      1,
                                      -1,
                                      2,
                                      3,
                                      5,
                                      7,
                                      63,
                                      64,
                                      100,
                                      -7,
                                      1000000007,
                                      INT64_MIN,
                                      INT64_MAX,
                                      INT64_MIN + 1,
                                      (1LL << 53) + 1};
  return random_() % 8 == 0 ? static_cast<int64_t>(random_()) : Pick(random_, kPool);
}
double KernelRun::MakeFloat() {
  static constexpr double kPool[] = {0.0,
                                     -0.0,
                                     1.5,
                                     5.0,
                                     7.0,
                                     100.0,
                                     100.5,
                                     -2.25,
                                     1e300,
                                     -1e300,
                                     9007199254740992.0,
                                     __builtin_nan(""),
                                     __builtin_inf(),
                                     -__builtin_inf(),
                                     2.0,
                                     -1.0};
  return random_() % 8 == 0 ? static_cast<double>(random_() % 2000) / 7 : Pick(random_, kPool);
}
abi::VplString KernelRun::MakeText() {
  static constexpr std::string_view kPool[] = {"",
                                               "a",
                                               "x",
                                               "ana",
                                               "seven",
                                               "7",
                                               "-3",
                                               "0",
                                               "007",
                                               "twelve bytes",
                                               "Größe",
                                               "a text of more than twelve bytes",
                                               "a text of more than twelve bytez",
                                               "a textx of more than twelve bytes",
                                               "abc",
                                               "9223372036854775807"};
  // Equal long texts stand in different places.
  std::string_view text = Pick(random_, kPool);
  return abi::VplString::Borrow(text.empty() ? text : data_.Copy(text));
}
uint8_t KernelRun::MakeState() {
  uint64_t draw = random_() % 8;
  return draw == 0 ? abi::kNull : draw == 1 ? abi::kMissing : abi::kPresent;
}

abi::Cell KernelRun::MakeCell(int depth) {
  switch (random_() % (depth > 0 ? 15 : 13)) {
    case 0:
      return abi::Cell::Missing();
    case 1:
      return abi::Cell::Null();
    case 2:
      return abi::Cell::Bool(random_() % 2 == 0);
    case 3:
      return abi::Cell::Int(MakeInt(), abi::Tag::IntText);
    case 4:
      return abi::Cell::Int(static_cast<int64_t>(random_() % 4), abi::Tag::Timestamp);
    case 5:
      return abi::Cell::Int(static_cast<int64_t>(random_() % 4), abi::Tag::Duration);
    case 6:
    case 7:
      return abi::Cell::Str(MakeText());
    case 8:
    case 9:
      return abi::Cell::Float(MakeFloat());
    case 13: {
      uint64_t size = random_() % 4;
      auto* array =
          reinterpret_cast<abi::ArrayValue*>(data_.Allocate(8 + size * sizeof(abi::Cell)));
      array->size = size;
      for (uint64_t i = 0; i < size; ++i) array->elements()[i] = MakeCell(0);
      abi::Cell cell(abi::Tag::Array);
      cell.array = array;
      return cell;
    }
    case 14: {
      auto* map = reinterpret_cast<abi::MapValue*>(data_.Allocate(8 + sizeof(abi::MapEntry)));
      map->size = 1;
      map->entries()[0] = {MakeText(), MakeCell(0)};
      abi::Cell cell(abi::Tag::Map);
      cell.map = map;
      return cell;
    }
    default:
      return abi::Cell::Int(MakeInt());
  }
}

KernelRun::Buffer KernelRun::MakeColumn(ir::Type type) {
  Buffer buffer;
  const uint32_t size = ir::PayloadSize(type);
  buffer.values.resize(rows_ * size / 8 + 1);
  auto* bytes = reinterpret_cast<uint8_t*>(buffer.values.data());
  for (uint32_t row = 0; row < rows_; ++row) {
    const uint8_t state = MakeState();
    uint8_t* at = bytes + row * size;
    if (type != ir::Type::Any) buffer.states.push_back(state);
    if (type == ir::Type::Any) {
      new (at) abi::Cell(MakeCell(2));
    } else if (state != abi::kPresent) {
      for (uint32_t i = 0; i < size; ++i) at[i] = static_cast<uint8_t>(random_());
    } else if (type == ir::Type::Bool) {
      *at = random_() % 2;
    } else if (type == ir::Type::Float) {
      *reinterpret_cast<double*>(at) = MakeFloat();
    } else if (type == ir::Type::Str) {
      *reinterpret_cast<abi::VplString*>(at) = MakeText();
    } else {
      *reinterpret_cast<int64_t*>(at) = MakeInt();
    }
  }
  return buffer;
}

KernelRun::KernelRun(const ir::Kernel& kernel, uint64_t seed, uint32_t rows)
    : kernel_(kernel), random_(seed), rows_(rows) {
  for (const auto& column : kernel.columns) columns_.push_back(MakeColumn(column.type));
  refs_.resize(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) {
    const bool any = kernel.columns[i].type == ir::Type::Any;
    refs_[kernel.columns[i].table_column] = {columns_[i].values.data(),
                                             any ? nullptr : columns_[i].states.data()};
  }
  for (uint32_t row = 0; row < rows; ++row) {
    times_.push_back(MakeInt());
    if (random_() % 3 != 0) selected_.push_back(row);
  }
  for (size_t i = 0; i < kernel.globals.size(); ++i) globals_.push_back(MakeCell(2));
}
KernelRun::~KernelRun() = default;

// Records start zeroed, as the runtime makes them: every state is present and every text empty.
// Four of them are shared by all items in turn, as groups of a window are.
struct KernelRun::Written {
  static constexpr size_t kRecords = 4;

  Written(const ir::Kernel& k, uint64_t item_count)
      : kernel(k),
        count(item_count),
        records(kRecords, std::vector<uint64_t>(k.record.size / 8 + 1)),
        bytes(count + kBehind, kUntouched),
        ints(count + kBehind, static_cast<int64_t>(kUntouchedWord)) {
    for (uint64_t i = 0; i < count; ++i) record_of.push_back(Record(i % kRecords));
    for (const auto& out : k.outs) {
      const uint64_t rows = kOutFirst + count + kBehind;
      outs.push_back(
          {std::vector<uint64_t>(rows * ir::PayloadSize(out.type) / 8 + 1, kUntouchedWord),
           std::vector<uint8_t>(rows, kUntouched)});
    }
    for (auto& out : outs) out_refs.push_back({out.values.data(), out.states.data()});
  }
  uint8_t* Record(size_t i) { return reinterpret_cast<uint8_t*>(records[i].data()); }
  std::string ItemText(uint64_t i) const;
  std::string RecordText(const uint8_t* record) const;
  std::string OutsideText() const;

  const ir::Kernel& kernel;
  uint64_t count;
  std::vector<std::vector<uint64_t>> records;
  std::vector<uint8_t*> record_of;
  std::vector<Buffer> outs;
  std::vector<abi::OutRef> out_refs;
  std::vector<uint8_t> bytes;
  std::vector<int64_t> ints;
};

std::string KernelRun::Written::ItemText(uint64_t i) const {
  std::string line = fmt::format("{}:", i);
  if (kernel.result == ir::KernelResult::Bool) line += fmt::format(" result={}", bytes[i]);
  if (kernel.result == ir::KernelResult::Int) line += fmt::format(" result={}", ints[i]);
  for (size_t k = 0; k < outs.size(); ++k) {
    const ir::Type type = kernel.outs[k].type;
    const auto* values = reinterpret_cast<const uint8_t*>(outs[k].values.data());
    const uint64_t row = i + kOutFirst;
    line += fmt::format(" {}={}", kernel.outs[k].name,
                        ValueText(type, values + row * ir::PayloadSize(type), outs[k].states[row]));
  }
  return line;
}

std::string KernelRun::Written::RecordText(const uint8_t* record) const {
  std::string text = "record";
  for (const auto& slot : kernel.record.slots) {
    uint8_t state = slot.state_offset == ir::kNoState ? 0 : record[slot.state_offset];
    text += fmt::format(" {}={}", slot.name, ValueText(slot.type, record + slot.offset, state));
  }
  return text;
}

// Whether all that was written lies where it may. Of memory that no instruction of ours may reach but
// vector code might.
std::string KernelRun::Written::OutsideText() const {
  const auto untouched = [](const void* from, const void* to) {
    return std::all_of(static_cast<const uint8_t*>(from), static_cast<const uint8_t*>(to),
                       [](uint8_t byte) { return byte == kUntouched; });
  };
  std::string text = "outside";
  if (!untouched(bytes.data() + count, bytes.data() + bytes.size())) text += " bytes";
  if (!untouched(ints.data() + count, ints.data() + ints.size())) text += " ints";
  for (size_t k = 0; k < outs.size(); ++k) {
    const uint32_t size = ir::PayloadSize(kernel.outs[k].type);
    const auto* values = reinterpret_cast<const uint8_t*>(outs[k].values.data());
    const auto* end = outs[k].values.data() + outs[k].values.size();
    const auto& states = outs[k].states;
    if (!untouched(values, values + kOutFirst * size) ||
        !untouched(values + (kOutFirst + count) * size, end) ||
        !untouched(states.data(), states.data() + kOutFirst) ||
        !untouched(states.data() + kOutFirst + count, states.data() + states.size())) {
      text += " " + kernel.outs[k].name;
    }
  }
  return text;
}

std::vector<std::string> KernelRun::Run(const kernel::BoundKernel& bound, Rows rows) {
  const bool dense = rows == Rows::Dense;
  const uint64_t first_row = dense && rows_ > 2 ? 1 : 0;
  Written written(kernel_, dense ? rows_ - first_row : selected_.size());
  base::Arena arena;
  abi::KernelContext context;
  context.arena = &arena;

  abi::KernelFrame frame{};
  frame.columns = refs_.data();
  frame.row_times = times_.data();
  frame.rows = dense ? nullptr : selected_.data();
  frame.first_row = first_row;
  frame.count = written.count;
  frame.records = written.record_of.data();
  frame.outs = written.out_refs.data();
  frame.out_first = kOutFirst;
  frame.result_bytes = written.bytes.data();
  frame.result_ints = written.ints.data();
  frame.globals = globals_.data();
  frame.context = &context;
  bound.Call(frame);

  std::vector<std::string> report;
  for (uint64_t i = 0; i < written.count; ++i) report.push_back(written.ItemText(i));
  for (size_t i = 0; i < Written::kRecords; ++i) {
    report.push_back(written.RecordText(written.Record(i)));
  }
  report.push_back(fmt::format("errors {}", fmt::join(frame.errors, " ")));
  report.push_back(written.OutsideText());
  for (size_t i = 0; i < Written::kRecords; ++i) {
    kernel::ReleaseRecord(kernel_.record, written.Record(i), context);
  }
  report.push_back(fmt::format("owned {}", context.owned_bytes));
  return report;
}

}  // namespace varpulis::jit
