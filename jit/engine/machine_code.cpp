#include "jit/engine/machine_code.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>

namespace varpulis::jit {

Result<std::string> EmitMachineCode(llvm::Module& module, llvm::TargetMachine& machine,
                                    MachineForm form) {
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  const auto type = form == MachineForm::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                                  : llvm::CodeGenFileType::ObjectFile;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type)) {
    return Status(StatusCode::Internal, "LLVM cannot write this kind of file");
  }
  passes.run(module);
  return std::string(bytes);
}

}  // namespace varpulis::jit
