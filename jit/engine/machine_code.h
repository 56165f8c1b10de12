#pragma once

// A module as assembly text or object file.

#include <string>

#include "base/status.h"

namespace llvm {
class Module;
class TargetMachine;
}  // namespace llvm

namespace varpulis::jit {

enum class MachineForm { Assembly, Object };
Result<std::string> EmitMachineCode(llvm::Module& module, llvm::TargetMachine& machine,
                                    MachineForm form);

}  // namespace varpulis::jit
