#pragma once

// The kernels of one version of a program, ready to be called. A table is immutable once built;
// promotion from interpreter to native code replaces the whole table between two batches.

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "compiler/ir/kernel.h"
#include "compiler/ir/kernel_abi.h"

namespace varpulis::kernel {

// Compiled regular expressions of one program, shared by all its kernel tables.
class RegexSet;

struct BoundKernel {
  abi::KernelEntry entry = nullptr;
  const void* code = nullptr;            // the ir::Kernel when interpreted, null when native
  const void* const* regexes = nullptr;  // KernelFrame::regexes of this kernel

  void Call(abi::KernelFrame& frame) const {
    frame.regexes = regexes;
    entry(&frame, code);
  }
};

// Whatever must stay alive while a table is used: the native code module. Null when interpreted.
class CodeOwner {
 public:
  virtual ~CodeOwner() = default;
};

class KernelTable {
 public:
  const BoundKernel& operator[](ir::KernelId id) const { return kernels_[id]; }
  bool native() const { return code_ != nullptr; }
  size_t size() const { return kernels_.size(); }

  std::vector<BoundKernel> kernels_;
  std::shared_ptr<CodeOwner> code_;
  std::shared_ptr<const RegexSet> regexes_;
};

// Compiles the regular expressions of all kernels. The kernels were checked by the compiler, so a
// pattern that RE2 refuses is an Internal status. Works on `threads` threads, this one included.
Result<std::shared_ptr<const RegexSet>> CompileRegexes(const std::vector<ir::Kernel>& kernels,
                                                       unsigned threads = 1);
// RE2's objection to a pattern, empty if it compiles. `position` receives the byte offset in the
// pattern where RE2 objects, as far as it says.
std::string CheckRegex(std::string_view pattern, size_t* position);

// KernelFrame::regexes of kernel `id`.
const void* const* RegexesOf(const RegexSet& regexes, ir::KernelId id);

// Turns kernels into native code. Implemented by jit/engine; the runtime knows only this interface.
class KernelCompiler {
 public:
  virtual ~KernelCompiler() = default;
  // Compiles all kernels. Thread-safe; takes tens of milliseconds, for thousands of rules many seconds. Unavailable
  // soon after `stop` was asked for.
  Result<KernelTable> Compile(const std::vector<ir::Kernel>& kernels,
                              std::shared_ptr<const RegexSet> regexes, std::stop_token stop = {}) {
    return DoCompile(kernels, std::move(regexes), std::move(stop));
  }

 private:
  virtual Result<KernelTable> DoCompile(const std::vector<ir::Kernel>& kernels,
                                        std::shared_ptr<const RegexSet> regexes,
                                        std::stop_token stop) = 0;
};

// Frees what a record owns (text, containers, sets) and zeroes it. `context` gets the bytes back.
void ReleaseRecord(const ir::RecordLayout& layout, uint8_t* record, abi::KernelContext& context);
// Makes `to`, which owns nothing yet, a record with the values of `from` that owns them itself. Not for
// records with sets.
void CopyRecord(const ir::RecordLayout& layout, const uint8_t* from, uint8_t* to,
                abi::KernelContext& context);
// The same for the slots from `first` on, without sets; and for the sets alone.
void ClearSlots(const ir::RecordLayout& layout, uint8_t* record, size_t first,
                abi::KernelContext& context);
void ReleaseSets(const ir::RecordLayout& layout, uint8_t* record, abi::KernelContext& context);

}  // namespace varpulis::kernel
