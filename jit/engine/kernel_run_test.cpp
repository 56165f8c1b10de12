// The data and the report of KernelRun. No test of its own.

#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "jit/engine/kernel_run.h"
#include "runtime/kernel/helpers.h"

namespace varpulis::jit {

namespace {

constexpr uint32_t kOutFirst = 3;

std::string FloatText(double value) {
  return value != value ? "nan" : fmt::format("{:016x}", std::bit_cast<uint64_t>(value));
}

std::string CellText(const abi::Cell& cell) {
  using abi::Tag;
  switch (cell.tag) {
    case Tag::Missing:
      return "missing";
    case Tag::Null:
      return "null";
    case Tag::Bool:
      return cell.boolean != 0 ? "true" : "false";
    case Tag::Int:
      return fmt::format("{}", cell.integer);
    case Tag::IntText:
      return fmt::format("text {}", cell.integer);
    case Tag::Float:
      return FloatText(cell.number);
    case Tag::Str:
      return fmt::format("'{}'", cell.string.view());
    case Tag::Timestamp:
      return fmt::format("ts {}", cell.integer);
    case Tag::Duration:
      return fmt::format("dur {}", cell.integer);
    case Tag::Array: {
      std::string text = "[";
      for (uint64_t i = 0; i < cell.array->size; ++i)
        text += CellText(cell.array->elements()[i]) + ",";
      return text + "]";
    }
    case Tag::Map: {
      std::string text = "{";
      for (uint64_t i = 0; i < cell.map->size; ++i) {
        const auto& entry = cell.map->entries()[i];
        text += fmt::format("{}: {},", entry.key.view(), CellText(entry.value));
      }
      return text + "}";
    }
  }
  return "?";
}

// A value in memory; absent ones by their state alone.
std::string ValueText(ir::Type type, const void* at, uint8_t state) {
  if (type != ir::Type::Any && type != ir::Type::Set && state != abi::kPresent) {
    return state == abi::kNull ? "null" : state == abi::kMissing ? "missing" : "bad state";
  }
  switch (type) {
    case ir::Type::Bool:
      return *static_cast<const uint8_t*>(at) == 1 ? "true" : "false";
    case ir::Type::Int:
    case ir::Type::Timestamp:
    case ir::Type::Duration:
      return fmt::format("{}", *static_cast<const int64_t*>(at));
    case ir::Type::Float:
      return FloatText(*static_cast<const double*>(at));
    case ir::Type::Str:
      return fmt::format("'{}'", static_cast<const abi::VplString*>(at)->view());
    case ir::Type::Any:
      return CellText(*static_cast<const abi::Cell*>(at));
    case ir::Type::Set:
      return fmt::format("set of {}", abi::vpl_distinct_count(const_cast<void*>(at)));
  }
  return "?";
}

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

std::string KernelRun::RecordText(const uint8_t* record) const {
  std::string text;
  for (const auto& slot : kernel_.record.slots) {
    uint8_t state = slot.state_offset == ir::kNoState ? 0 : record[slot.state_offset];
    text += fmt::format(" {}={}", slot.name, ValueText(slot.type, record + slot.offset, state));
  }
  return text;
}

// Records start zeroed, as the runtime makes them: every state is present and every text empty.
// Four of them are shared by all items in turn, as groups of a window are.
std::vector<std::string> KernelRun::Run(const kernel::BoundKernel& bound, Rows rows) {
  constexpr size_t kRecords = 4;
  const bool dense = rows == Rows::Dense;
  const uint64_t first_row = dense && rows_ > 2 ? 1 : 0;
  const uint64_t count = dense ? rows_ - first_row : selected_.size();
  base::Arena arena;
  abi::KernelContext context;
  context.arena = &arena;

  std::vector<std::vector<uint64_t>> records(kRecords,
                                             std::vector<uint64_t>(kernel_.record.size / 8 + 1));
  std::vector<uint8_t*> record_of;
  for (uint64_t i = 0; i < count; ++i) {
    record_of.push_back(reinterpret_cast<uint8_t*>(records[i % kRecords].data()));
  }
  std::vector<Buffer> outs;
  std::vector<abi::OutRef> out_refs;
  for (const auto& out : kernel_.outs) {
    Buffer buffer;
    buffer.values.resize((count + kOutFirst) * ir::PayloadSize(out.type) / 8 + 1);
    buffer.states.resize(count + kOutFirst, 0xee);
    outs.push_back(std::move(buffer));
  }
  for (auto& out : outs) out_refs.push_back({out.values.data(), out.states.data()});
  std::vector<uint8_t> bytes(count, 0xee);
  std::vector<int64_t> ints(count, 0xee);

  abi::KernelFrame frame{};
  frame.columns = refs_.data();
  frame.row_times = times_.data();
  frame.rows = dense ? nullptr : selected_.data();
  frame.first_row = first_row;
  frame.count = count;
  frame.records = record_of.data();
  frame.outs = out_refs.data();
  frame.out_first = kOutFirst;
  frame.result_bytes = bytes.data();
  frame.result_ints = ints.data();
  frame.globals = globals_.data();
  frame.context = &context;
  bound.Call(frame);

  std::vector<std::string> report;
  for (uint64_t i = 0; i < count; ++i) {
    std::string line = fmt::format("{}:", i);
    if (kernel_.result == ir::KernelResult::Bool) line += fmt::format(" result={}", bytes[i]);
    if (kernel_.result == ir::KernelResult::Int) line += fmt::format(" result={}", ints[i]);
    for (size_t k = 0; k < outs.size(); ++k) {
      const auto* values = reinterpret_cast<const uint8_t*>(outs[k].values.data());
      const uint64_t row = i + kOutFirst;
      line += fmt::format(
          " {}={}", kernel_.outs[k].name,
          ValueText(kernel_.outs[k].type, values + row * ir::PayloadSize(kernel_.outs[k].type),
                    outs[k].states[row]));
    }
    report.push_back(line);
  }
  for (auto& record : records) {
    report.push_back("record" + RecordText(reinterpret_cast<const uint8_t*>(record.data())));
  }
  report.push_back(fmt::format("errors {} {} {} {} {}", frame.errors[0], frame.errors[1],
                               frame.errors[2], frame.errors[3], frame.errors[4]));
  for (auto& record : records) {
    kernel::ReleaseRecord(kernel_.record, reinterpret_cast<uint8_t*>(record.data()), context);
  }
  report.push_back(fmt::format("owned {}", context.owned_bytes));
  return report;
}

}  // namespace varpulis::jit
