// The only file that includes PassBuilder.h, which takes ten seconds.

#include "jit/engine/optimise.h"

#include <llvm/Passes/PassBuilder.h>

namespace varpulis::jit {

void Optimise(llvm::Module& module, llvm::TargetMachine& machine, OptLevel level) {
  llvm::PassBuilder passes(&machine);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  passes.registerModuleAnalyses(modules);
  passes.registerCGSCCAnalyses(components);
  passes.registerFunctionAnalyses(functions);
  passes.registerLoopAnalyses(loops);
  passes.crossRegisterProxies(loops, functions, components, modules);
  auto pipeline = level == OptLevel::O0
                      ? passes.buildO0DefaultPipeline(llvm::OptimizationLevel::O0)
                      : passes.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2);
  pipeline.run(module, modules);
}

}  // namespace varpulis::jit
