#include "compiler/lower/kernel_builder.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace varpulis::lower {
namespace {

uint32_t IndexIn(std::vector<std::string>& list, std::unordered_map<std::string, uint32_t>& places,
                 const std::string& text) {
  const auto [place, is_new] = places.emplace(text, static_cast<uint32_t>(list.size()));
  if (is_new) list.push_back(text);
  return place->second;
}

}  // namespace

KernelBuilder::KernelBuilder(std::string name, std::string table) {
  kernel_.name = std::move(name);
  kernel_.table = std::move(table);
  kernel_.blocks.emplace_back();
  open_blocks_.push_back(0);
  shared_.emplace_back();
}

ir::ValueId KernelBuilder::Add(ir::Inst inst, std::string value_name, const std::string& share) {
  if (!share.empty()) {
    for (const auto& scope : shared_) {
      auto found = scope.find(share);
      if (found != scope.end()) return found->second;
    }
  }
  auto id = static_cast<ir::ValueId>(kernel_.insts.size());
  kernel_.insts.push_back(std::move(inst));
  kernel_.value_names.push_back(std::move(value_name));
  kernel_.blocks[open_blocks_.back()].insts.push_back(id);
  if (!share.empty()) shared_.back()[share] = id;
  return id;
}

uint32_t KernelBuilder::String(const std::string& text) {
  return IndexIn(kernel_.strings, string_places_, text);
}
uint32_t KernelBuilder::Regex(const std::string& pattern) {
  return IndexIn(kernel_.regexes, regex_places_, pattern);
}

uint32_t KernelBuilder::Column(const std::string& name, ir::Type type, uint32_t table_column) {
  const auto [place, is_new] =
      column_places_.emplace(table_column, static_cast<uint32_t>(kernel_.columns.size()));
  if (is_new) kernel_.columns.push_back({name, type, table_column});
  return place->second;
}

uint32_t KernelBuilder::Out(const std::string& name, ir::Type type) {
  kernel_.outs.push_back({name, type});
  return static_cast<uint32_t>(kernel_.outs.size() - 1);
}

namespace {
uint32_t NameAt(std::vector<std::string>& names, uint32_t index, const std::string& name) {
  if (names.size() <= index) names.resize(index + 1);
  names[index] = name;
  return index;
}
}  // namespace

uint32_t KernelBuilder::GlobalName(uint32_t index, const std::string& name) {
  return NameAt(kernel_.globals, index, name);
}
uint32_t KernelBuilder::FunctionName(uint32_t index, const std::string& name) {
  return NameAt(kernel_.functions, index, name);
}
uint32_t KernelBuilder::EventName(uint32_t index, const std::string& name) {
  return NameAt(kernel_.events, index, name);
}

uint32_t KernelBuilder::Local(const std::string& name, ir::Type type) {
  auto taken = [&](const std::string& wanted) {
    return std::any_of(kernel_.locals.begin(), kernel_.locals.end(),
                       [&](const ir::KernelLocal& local) { return local.name == wanted; });
  };
  std::string unique = name;
  for (int i = 2; taken(unique); ++i) unique = fmt::format("{}_{}", name, i);
  kernel_.locals.push_back({std::move(unique), type});
  return static_cast<uint32_t>(kernel_.locals.size() - 1);
}

ir::ValueId KernelBuilder::Int(int64_t value) {
  return Add(ir::ConstInt{ir::Type::Int, value}, {}, fmt::format("int {}", value));
}
ir::ValueId KernelBuilder::Bool(bool value) {
  return Add(ir::ConstBool{value}, {}, value ? "true" : "false");
}
ir::ValueId KernelBuilder::Float(double value) {
  return Add(ir::ConstFloat{value}, {}, fmt::format("float {}", std::bit_cast<uint64_t>(value)));
}
ir::ValueId KernelBuilder::Str(const std::string& text) {
  uint32_t index = String(text);
  return Add(ir::ConstStr{index}, {}, fmt::format("str {}", index));
}
ir::ValueId KernelBuilder::Absent(ir::Type type, bool is_null) {
  return Add(ir::ConstAbsent{type, is_null}, {},
             fmt::format("absent {} {}", static_cast<int>(type), is_null));
}

ir::ValueId KernelBuilder::Convert(ir::ValueId value, ir::Type to) {
  ir::Type from = TypeOf(value);
  if (from == to) return value;
  if (to == ir::Type::Any) return Add(ir::Box{value}, {}, fmt::format("box {}", value));
  if (from == ir::Type::Int && to == ir::Type::Float) {
    return Add(ir::IntToFloat{value}, {}, fmt::format("i2f {}", value));
  }
  if (from != ir::Type::Any) value = Convert(value, ir::Type::Any);
  return Add(ir::Unbox{to, value}, {}, fmt::format("unbox {} {}", static_cast<int>(to), value));
}

ir::BlockId KernelBuilder::InBlock(const std::function<ir::ValueId()>& emit) {
  auto block = static_cast<ir::BlockId>(kernel_.blocks.size());
  kernel_.blocks.emplace_back();
  open_blocks_.push_back(block);
  shared_.emplace_back();
  ir::ValueId value = emit();
  open_blocks_.pop_back();
  shared_.pop_back();
  kernel_.blocks[block].yield = value;
  return block;
}

ir::ValueId KernelBuilder::If(ir::ValueId condition, ir::Type type,
                              const std::function<ir::ValueId()>& then_value,
                              const std::function<ir::ValueId()>& else_value) {
  ir::BlockId then_block = InBlock([&] { return Convert(then_value(), type); });
  ir::BlockId else_block = InBlock([&] { return Convert(else_value(), type); });
  return Add(ir::If{type, condition, then_block, else_block});
}

void KernelBuilder::Do(ir::ValueId condition, const std::function<void()>& body) {
  If(
      condition, ir::Type::Bool,
      [&] {
        body();
        return Bool(true);
      },
      [&] { return Bool(false); });
}

void KernelBuilder::While(int64_t limit, const std::function<ir::ValueId()>& condition,
                          const std::function<void()>& body) {
  ir::BlockId condition_block = InBlock(condition);
  ir::BlockId body_block = InBlock([&] {
    body();
    return ir::kNoValue;
  });
  Add(ir::While{condition_block, body_block, limit});
}

ir::ValueId KernelBuilder::Truth(ir::ValueId value) {
  if (TypeOf(value) != ir::Type::Any && AlwaysPresent(value)) return value;
  return Add(ir::Truth{value}, {}, fmt::format("truth {}", value));
}

ir::Kernel KernelBuilder::Finish(ir::KernelResult result, ir::ValueId returned) {
  kernel_.result = result;
  kernel_.returned = returned;
  // Programs have thousands of kernels, which stay as long as they run.
  kernel_.insts.shrink_to_fit();
  kernel_.value_names.shrink_to_fit();
  return std::move(kernel_);
}

}  // namespace varpulis::lower
