#pragma once

// Reads what a StateWriter wrote, or bytes that only claim to be that: every read stays in bounds,
// every count is checked against the bytes that are left before memory is taken for it, and every value is
// one that the runtime may hold. The first thing that is wrong is remembered, and from then on all reads
// give zeros and empty texts, so that whoever reads needs to ask once, at the end.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/status.h"
#include "compiler/ir/kernel_abi.h"

namespace varpulis::state {

class StateReader {
 public:
  // The bytes outlive the reader, and all texts that it gives.
  explicit StateReader(std::string_view bytes) : bytes_(bytes) {}
  StateReader(const StateReader&) = delete;
  StateReader& operator=(const StateReader&) = delete;

  bool ok() const { return reason_.empty(); }
  // Malformed with the first reason.
  Status status() const;
  // Whoever reads knows that something cannot be; the first reason counts.
  void Fail(std::string_view reason);
  // Fails with the reason unless the condition holds.
  void Require(bool condition, std::string_view reason) {
    if (!condition) [[unlikely]]
      Fail(reason);
  }
  // Nothing may be left.
  void ExpectEnd() { Require(bytes_.empty(), "more bytes than the state has"); }
  size_t left() const { return bytes_.size(); }

  uint8_t Byte() { return Read<uint8_t>(); }
  bool Flag();
  uint32_t U32() { return Read<uint32_t>(); }
  uint64_t U64() { return Read<uint64_t>(); }
  int64_t I64() { return Read<int64_t>(); }
  double F64() { return Read<double>(); }
  // A number of things that was written as U64: at most `limit`, and each takes at least `least_bytes`.
  uint64_t Count(size_t least_bytes, uint64_t limit = UINT64_MAX);
  // UTF-8.
  std::string_view Text();
  std::string_view Bytes(size_t size);
  // Texts are borrowed from the bytes; containers live until the next call.
  abi::Cell Value();

 private:
  template <typename T>
  T Read() {
    T value{};
    if (bytes_.size() < sizeof value) [[unlikely]] {
      Fail("it ends too early");
      return value;
    }
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  abi::Cell Value(int depth);
  abi::Cell Array(int depth);
  abi::Cell Map(int depth);

  std::string_view bytes_;
  std::string reason_;
  base::Arena containers_{4 << 10};
};

}  // namespace varpulis::state
