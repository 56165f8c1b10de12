#pragma once

// LLVM ORC behind our types: object files in, addresses out. One session per process; each loaded
// object has a JITDylib of its own, linked to one that holds the helpers.

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "runtime/kernel/kernel_table.h"

namespace varpulis::jit {

struct LoadedCode {
  std::shared_ptr<kernel::CodeOwner> owner;  // frees code and memory with its last copy
  std::vector<abi::KernelEntry> entries;     // parallel to the symbols asked for
};

class OrcSession : public std::enable_shared_from_this<OrcSession> {
 public:
  // The session of the process, made at the first call. It lives while somebody holds it.
  static Result<std::shared_ptr<OrcSession>> Shared();
  ~OrcSession();

  // Links an object file. Thread-safe.
  Result<LoadedCode> Load(const std::string& object, std::span<const std::string> symbols);

 private:
  friend class CodeModule;
  struct Impl;
  explicit OrcSession(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace varpulis::jit
