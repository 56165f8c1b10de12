#pragma once

// Kernels to machine code through LLVM ORC. The only door of jit/ for the rest of the project.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/kernel/kernel_table.h"

namespace varpulis::jit {

enum class OptLevel { O0, O2 };

class OrcSession;
struct LoadedCode;

class NativeCompiler : public kernel::KernelCompiler {
 public:
  // One ORC session for the process; Unavailable when the host cannot run generated code.
  static Result<std::unique_ptr<NativeCompiler>> Create(OptLevel level);
  ~NativeCompiler() override;

  // Kernels become modules of bounded size, each in a JITDylib of its own, linked to the helpers. Code and memory
  // are freed when the table's last copy is destroyed. Names of kernels become symbols. A very long
  // kernel is compiled alone, at O0. Between two modules the compiler looks whether it is still wanted.
 private:
  Result<kernel::KernelTable> DoCompile(const std::vector<ir::Kernel>& kernels,
                                        std::shared_ptr<const kernel::RegexSet> regexes,
                                        std::stop_token stop) override;
  Result<LoadedCode> CompileModule(std::span<const ir::Kernel> kernels,
                                   std::span<const std::string> symbols) const;
  NativeCompiler(std::shared_ptr<OrcSession> session, OptLevel level);

  std::shared_ptr<OrcSession> session_;
  OptLevel level_;
};

// Text of a stage for `varpulis compile`: LLVM IR as emitted, after optimisation, assembly, or the
// bytes of an object file. No addresses, deterministic.
enum class CodeForm { Llvm, LlvmOptimised, Assembly, Object };
Result<std::string> DumpCode(const std::vector<ir::Kernel>& kernels, CodeForm form);

}  // namespace varpulis::jit
