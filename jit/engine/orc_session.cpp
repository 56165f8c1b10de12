// The only file that includes LLJIT.h, which takes ten seconds.

#include "jit/engine/orc_session.h"

#include <atomic>
#include <cstring>

#include <llvm/ExecutionEngine/Orc/AbsoluteSymbols.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/TargetSelect.h>

#include "jit/engine/helper_addresses.h"

namespace varpulis::jit {

namespace orc = llvm::orc;

namespace {
Status ToStatus(llvm::Error error, StatusCode code, const char* doing) {
  return Status(code, llvm::toString(std::move(error))).Within(doing);
}
}  // namespace

struct OrcSession::Impl {
  std::unique_ptr<orc::LLJIT> jit;
  orc::JITDylib* helpers = nullptr;
  std::atomic<uint64_t> loaded = 0;
};

// Code of one object file. Whoever runs the code holds it.
class CodeModule : public kernel::CodeOwner {
 public:
  CodeModule(std::shared_ptr<OrcSession> session, orc::JITDylib& dylib)
      : session_(std::move(session)), dylib_(&dylib) {}
  ~CodeModule() override {
    auto& execution = session_->impl_->jit->getExecutionSession();
    auto error = execution.removeJITDylib(*dylib_);
    // Nothing to do about it but to lose the memory.
    llvm::consumeError(std::move(error));
    // The session keeps the names of all symbols it ever saw until it is asked to look.
    execution.getSymbolStringPool()->clearDeadEntries();
  }

 private:
  std::shared_ptr<OrcSession> session_;
  orc::JITDylib* dylib_;
};

OrcSession::OrcSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OrcSession::~OrcSession() = default;

Result<std::shared_ptr<OrcSession>> OrcSession::Shared() {
  static std::mutex mutex;
  static std::weak_ptr<OrcSession> current;
  std::lock_guard lock(mutex);
  if (auto session = current.lock()) return session;

  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto jit = orc::LLJITBuilder()
                 .setLinkProcessSymbolsByDefault(false)
                 .setPlatformSetUp(orc::setUpInactivePlatform)
                 .create();
  if (!jit) return ToStatus(jit.takeError(), StatusCode::Unavailable, "starting LLVM ORC");
  auto impl = std::make_unique<Impl>();
  impl->jit = std::move(*jit);
  auto& execution = impl->jit->getExecutionSession();
  // Failures are returned to the caller; ORC would also print them.
  execution.setErrorReporter([](llvm::Error error) { llvm::consumeError(std::move(error)); });
  impl->helpers = &execution.createBareJITDylib("helpers");
  orc::SymbolMap symbols;
  for (const auto& [name, address] : HelperAddresses()) {
    symbols[impl->jit->mangleAndIntern(name)] = {
        orc::ExecutorAddr::fromPtr(address),
        llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
  }
  if (auto error = impl->helpers->define(orc::absoluteSymbols(std::move(symbols)))) {
    return ToStatus(std::move(error), StatusCode::Internal, "defining helpers");
  }
  std::shared_ptr<OrcSession> session(new OrcSession(std::move(impl)));
  current = session;
  return session;
}

Result<LoadedCode> OrcSession::Load(const std::string& object,
                                    std::span<const std::string> symbols) {
  auto& jit = *impl_->jit;
  auto& execution = jit.getExecutionSession();
  auto& dylib = execution.createBareJITDylib("kernels." + std::to_string(++impl_->loaded));
  dylib.addToLinkOrder(*impl_->helpers);
  LoadedCode loaded{std::make_shared<CodeModule>(shared_from_this(), dylib), {}};

  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(object, "kernels");
  if (auto error = jit.addObjectFile(dylib, std::move(buffer))) {
    return ToStatus(std::move(error), StatusCode::Internal, "adding an object file");
  }
  orc::SymbolLookupSet wanted;
  for (const auto& symbol : symbols) wanted.add(jit.mangleAndIntern(symbol));
  auto found = execution.lookup(orc::makeJITDylibSearchOrder(&dylib), std::move(wanted));
  if (!found) return ToStatus(found.takeError(), StatusCode::Internal, "linking");
  for (const auto& symbol : symbols) {
    auto address = found->find(jit.mangleAndIntern(symbol))->second.getAddress();
    loaded.entries.push_back(address.toPtr<abi::KernelEntry>());
  }
  return loaded;
}

}  // namespace varpulis::jit
