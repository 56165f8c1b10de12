// The instructions that RandomKernel makes, by family. No test of its own.

#include <iterator>
#include <string>

#include "jit/engine/random_kernel.h"

namespace varpulis::jit {

using ir::Type;
using ir::ValueId;

void RandomKernel::Number() {
  switch (Draw(with_calls_ ? 6 : 7)) {
    case 0: {
      auto op = DrawEnum<ir::IntOp>(11);
      if (op == ir::IntOp::Pow && !with_calls_) op = ir::IntOp::Add;
      Add(ir::IntBinary{op, Pick(Type::Int), Pick(Type::Int)}, Type::Int);
      return;
    }
    case 1:
      Add(ir::IntUnary{DrawEnum<ir::IntUnaryOp>(3), Pick(Type::Int)}, Type::Int);
      return;
    case 2: {
      auto op = DrawEnum<ir::FloatOp>(with_calls_ ? 6 : 4);
      Add(ir::FloatBinary{op, Pick(Type::Float), Pick(Type::Float)}, Type::Float);
      return;
    }
    case 3:
      Add(ir::FloatUnary{DrawEnum<ir::FloatUnaryOp>(3), Pick(Type::Float)}, Type::Float);
      return;
    case 4:
      Add(ir::IntToFloat{Pick(Type::Int)}, Type::Float);
      return;
    case 5:
      Add(ir::LoadTime{}, Type::Timestamp);
      return;
    default:
      Add(ir::HashCombine{Pick(Type::Int), Pick(Type::Int)}, Type::Int);
      return;
  }
}

void RandomKernel::Truths() {
  switch (Draw(6)) {
    case 0:
      Present(ir::Logic{DrawEnum<ir::LogicOp>(3), Pick(Type::Set), Pick(Type::Set)});
      return;
    case 1:
      Present(ir::Not{Pick(Type::Set)});
      return;
    case 2:
      Present(ir::Truth{Pick(Draw(2) == 0 ? Type::Bool : Type::Any)});
      return;
    case 3:
      Add(ir::NotValue{Pick(Draw(2) == 0 ? Type::Bool : Type::Any)}, Type::Bool);
      return;
    case 4:
      Present(ir::IsAbsent{Pick(DrawType())});
      return;
    default: {
      Type type = DrawType();
      auto predicate = DrawEnum<ir::Predicate>(6);
      if (type == Type::Str && !with_calls_) predicate = DrawEnum<ir::Predicate>(2);
      ir::Compare compare{predicate, type, Pick(type), Pick(type)};
      if (type == Type::Any && (!with_calls_ || Draw(2) == 0))
        (Draw(2) == 0 ? compare.a : compare.b) = BoxedConstant();
      if (type == Type::Any) {
        Add(compare, Type::Bool);
      } else {
        Present(compare);
      }
    }
  }
}

void RandomKernel::Choice() {
  Type type = DrawType();
  switch (Draw(4)) {
    case 0:
      Add(ir::Select{Pick(Type::Bool), Pick(type), Pick(type)}, type);
      return;
    case 1:
      Add(ir::Box{Pick(type == Type::Any ? Type::Str : type)}, Type::Any);
      return;
    case 2:
      Add(ir::ToNumber{Pick(Type::Any)}, Type::Float);
      return;
    default:
      if (!with_calls_) return;
      if (type == Type::Any) type = Type::Str;
      Add(ir::Unbox{type, Pick(Type::Any)}, type);
  }
}

void RandomKernel::Texts() {
  switch (Draw(3)) {
    case 0:
      Add(ir::StrTest{DrawEnum<ir::StrTestOp>(3), Pick(Type::Str), Pick(Type::Str)}, Type::Bool);
      return;
    case 1:
      Add(ir::StrCase{DrawEnum<ir::StrCaseOp>(2), Pick(Type::Str)}, Type::Str);
      return;
    default:
      Add(ir::RegexTest{static_cast<uint32_t>(Draw(2)), Pick(Type::Str)}, Type::Bool);
  }
}

void RandomKernel::Cells() {
  switch (Draw(7)) {
    case 0:
    case 1:
      Add(ir::BinaryAny{DrawEnum<ir::AnyOp>(14), Pick(Type::Any), Pick(Type::Any)}, Type::Any);
      return;
    case 2:
      Add(ir::UnaryAny{DrawEnum<ir::AnyUnaryOp>(2), Pick(Type::Any)}, Type::Any);
      return;
    case 3: {
      static constexpr const char* kCalls[] = {"abs", "type_of", "is_null", "len", "to_string"};
      auto builtin = static_cast<uint32_t>(ir::FindBuiltin(kCalls[Draw(std::size(kCalls))]));
      Add(ir::CallBuiltin{builtin, {Pick(Type::Any)}}, Type::Any);
      return;
    }
    case 4:
      Add(ir::MakeArray{PickCells()}, Type::Any);
      return;
    case 5: {
      ir::MakeMap map{{}, PickCells()};
      for (size_t i = 0; i < map.values.size(); ++i) {
        map.keys.push_back(static_cast<uint32_t>(kernel_.strings.size()));
        kernel_.strings.push_back((i == 0 ? "a key of more than twelve bytes " : "k") +
                                  std::to_string(i));
      }
      Add(std::move(map), Type::Any);
      return;
    }
    default:
      Add(ir::LoadGlobal{static_cast<uint32_t>(Draw(2))}, Type::Any);
  }
}

void RandomKernel::Keys() {
  Type type = DrawType();
  switch (Draw(3)) {
    case 0:
      Add(ir::Hash{Pick(type)}, Type::Int);
      return;
    case 1: {
      ValueId hash = Add(ir::Hash{Pick(type)}, Type::Int);
      Add(ir::HashCombine{hash, Pick(Type::Int)}, Type::Int);
      return;
    }
    default:
      Present(ir::SameKey{Pick(type), Pick(type)});
  }
}

void RandomKernel::Collections() {
  const auto kind = DrawEnum<ir::Collection>(4);
  const auto slot = static_cast<uint32_t>(std::size(kTypes) + static_cast<size_t>(kind));
  Effect(ir::CollectionAdd{kind, slot, Pick(Type::Any)});
  if (Draw(4) == 0) Effect(ir::CollectionRemove{kind, slot, Pick(Type::Any)});
  Add(ir::CollectionRead{kind, slot, static_cast<double>(Draw(5)) / 4}, Type::Any);
}

void RandomKernel::Stores() {
  auto slot = static_cast<uint32_t>(Draw(std::size(kTypes)));
  switch (Draw(6)) {
    case 0:
    case 1:
      Effect(ir::StoreSlot{slot, Pick(kTypes[slot])});
      return;
    case 2:
      Add(ir::LoadSlot{slot}, kTypes[slot]);
      return;
    case 3:
      Effect(ir::StoreOut{NewOut(kTypes[slot]), Pick(kTypes[slot])});
      return;
    case 4:
      Effect(ir::ListAppend{std::size(kTypes) + 4, Pick(Type::Any)});
      Add(ir::ListValues{std::size(kTypes) + 4}, Type::Any);
      return;
    default:
      Collections();
  }
}

}  // namespace varpulis::jit
