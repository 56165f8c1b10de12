#pragma once

// Values of code under construction, typed at compile time: adding a flag to a number does not
// compile. A Val is an SSA value of LLVM with the builder it belongs to; copying it costs nothing.

#include <string_view>

#include "compiler/ir/kernel_abi.h"

namespace llvm {
class Value;
}

namespace varpulis::jit {

class Builder;

// Kinds of values and how LLVM sees them.
struct Bool {};     // i1; one byte in memory
struct Byte {};     // i8: states and tags
struct Int64 {};    // i64
struct Float64 {};  // double
struct Str {};      // abi::VplString: two i64 words
struct Cell {};     // abi::Cell: a tag and two i64 words
template <typename T>
struct Ptr {};  // ptr to T; T is a type of kernel_abi.h, or void

template <typename T>
class Val {
 public:
  Val() = default;
  Val(Builder* builder, llvm::Value* raw) : builder_(builder), raw_(raw) {}
  Builder& builder() const { return *builder_; }
  llvm::Value* raw() const { return raw_; }
  bool exists() const { return raw_ != nullptr; }

 private:
  Builder* builder_ = nullptr;
  llvm::Value* raw_ = nullptr;
};

// Logic on flags, without branches: both sides are computed.
Val<Bool> operator&(Val<Bool> a, Val<Bool> b);
Val<Bool> operator|(Val<Bool> a, Val<Bool> b);
Val<Bool> operator^(Val<Bool> a, Val<Bool> b);
Val<Bool> operator!(Val<Bool> a);

// Text. `address` exists if the same 16 bytes also stand in memory that nothing writes to.
template <>
class Val<Str> {
 public:
  Val<Int64> head;  // size and the first four bytes
  Val<Int64> tail;  // the other eight bytes, or the pointer
  Val<Ptr<abi::VplString>> address;
};

// A value of any type; its state is part of the tag. `address` as for Str.
template <>
class Val<Cell> {
 public:
  Val<Byte> tag;
  Val<Int64> head;
  Val<Int64> tail;
  Val<Ptr<abi::Cell>> address;
};

// A value that may be absent, with its abi::State.
template <typename T>
struct Nullable {
  Val<T> value;
  Val<Byte> state;
};

// Joins two values of one shape; `f(llvm::Value*, llvm::Value*, name)` joins their parts.
// Select and If are both made of it.
template <typename T, typename F>
Val<T> Merge(const Val<T>& a, const Val<T>& b, const F& f, const char* name = "") {
  return {&a.builder(), f(a.raw(), b.raw(), name)};
}
template <typename T, typename F>
Val<Ptr<T>> MergeAddress(const Val<Ptr<T>>& a, const Val<Ptr<T>>& b, const F& f) {
  if (!a.exists() || !b.exists()) return {};
  return Merge(a, b, f, "address");
}
template <typename F>
Val<Str> Merge(const Val<Str>& a, const Val<Str>& b, const F& f) {
  return {Merge(a.head, b.head, f, "head"), Merge(a.tail, b.tail, f, "tail"),
          MergeAddress(a.address, b.address, f)};
}
template <typename F>
Val<Cell> Merge(const Val<Cell>& a, const Val<Cell>& b, const F& f) {
  return {Merge(a.tag, b.tag, f, "tag"), Merge(a.head, b.head, f, "head"),
          Merge(a.tail, b.tail, f, "tail"), MergeAddress(a.address, b.address, f)};
}
template <typename T, typename F>
Nullable<T> Merge(const Nullable<T>& a, const Nullable<T>& b, const F& f) {
  return {Merge(a.value, b.value, f), Merge(a.state, b.state, f, "state")};
}

}  // namespace varpulis::jit
