#include "compiler/modules/load.h"

#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/modules/merge.h"
#include "compiler/modules/module.h"
#include "compiler/syntax/parse.h"

namespace varpulis::modules {

using diagnostics::DiagnosticKind;
using source::SourceSpan;

namespace {

// `lib/b.vpl` imported by `rules/a.vpl` is `rules/lib/b.vpl`.
std::string PathOf(const std::string& importer, const std::string& path) {
  return (std::filesystem::path(importer).parent_path() / path).lexically_normal().string();
}

class Loader {
 public:
  Loader(source::SourceMap& sources, const source::FileReader& files,
         diagnostics::DiagnosticEmitter& diagnostics, const syntax::ParseOptions& options)
      : sources_(sources), files_(files), diagnostics_(diagnostics), options_(options) {}

  Modules Run() {
    const source::SourceFile& main = sources_.main();
    modules_.push_back({&main, syntax::Parse(sources_, diagnostics_, options_), {}, {}});
    bytes_ = main.text().size();
    if (files_.identity) known_.emplace(files_.identity(main.path()), 0);
    LoadImportsOf(0);
    return std::move(modules_);
  }

 private:
  // The recursion is as deep as imports may be.
  void LoadImportsOf(size_t importer) {
    std::vector<const ast::ImportDecl*> imports;
    for (const auto& statement : modules_[importer].program.statements) {
      const auto* import = std::get_if<ast::ImportDecl>(&statement->node);
      if (import != nullptr) imports.push_back(import);
    }
    std::map<std::string, SourceSpan> aliases;
    for (const ast::ImportDecl* import : imports) {
      CheckAlias(import->alias, aliases);
      const auto module = Find(*modules_[importer].file, *import);
      if (module) {
        modules_[importer].imports.push_back({*module, import->alias.name});
      } else {
        modules_[importer].program.incomplete = true;
      }
    }
  }

  void CheckAlias(const ast::Identifier& alias, std::map<std::string, SourceSpan>& aliases) {
    if (alias.empty()) return;
    const auto [first, is_new] = aliases.emplace(alias.name, alias.span);
    if (is_new) return;
    diagnostics_.Emit({DiagnosticKind::DuplicateName,
                       alias.span,
                       fmt::format("two imports are called `{}`", alias.name),
                       {},
                       {{first->second, "the other one"}},
                       "rename one of them"});
  }

  std::optional<size_t> Find(const source::SourceFile& importer, const ast::ImportDecl& import) {
    if (!files_.read) {
      Fail(import, "this program cannot import files", {}, "write out what they declare");
      return std::nullopt;
    }
    const std::string path = PathOf(importer.path(), import.path);
    const std::string identity = files_.identity(path);
    if (identity.empty()) {
      Fail(import, fmt::format("`{}` cannot be imported: there is no file {}", import.path, path),
           {}, "the path is relative to the file that imports");
      return std::nullopt;
    }
    const auto known = known_.find(identity);
    if (known != known_.end()) return known->second;
    if (chain_.size() >= limits::kMaxImportDepth) {
      Fail(import,
           fmt::format("`{}` is imported through more than {} files", import.path,
                       limits::kMaxImportDepth),
           {{chain_.front()->path_span, "the first of them"}}, "import it nearer to the program");
      return std::nullopt;
    }
    return Read(import, path, identity);
  }

  std::optional<size_t> Read(const ast::ImportDecl& import, const std::string& path,
                             const std::string& identity) {
    Result<std::string> text = files_.read(path);
    if (!text.ok()) {
      Fail(import, fmt::format("`{}` cannot be imported: {}", import.path, text.status().message()),
           {}, {});
      return std::nullopt;
    }
    bytes_ += text->size();
    if (bytes_ > limits::kMaxProgramBytes) {
      diagnostics_.Emit({DiagnosticKind::ProgramTooLarge,
                         import.path_span,
                         fmt::format("a program may have {} MiB with all that it imports",
                                     limits::kMaxProgramBytes >> 20),
                         {},
                         {},
                         "split it into several programs"});
      return std::nullopt;
    }
    const source::SourceFile& file = sources_.AddFile(path, std::move(*text));
    diagnostics::DiagnosticEmitter found;
    ast::Program program = syntax::Parse(sources_, file, found, options_);
    diagnostics_.Append(found);
    if (found.has_errors()) {
      SourceSpan first = found.Sorted().front().span;
      for (const diagnostics::Diagnostic& diagnostic : found.Sorted()) {
        if (diagnostic.severity() != diagnostics::Severity::Error) continue;
        first = diagnostic.span;
        break;
      }
      Fail(import, fmt::format("`{}` has errors", import.path), {{first, "the first of them"}}, {});
    }
    const size_t index = modules_.size();
    known_.emplace(identity, index);
    modules_.push_back({&file, std::move(program), {}, {}});
    chain_.push_back(&import);
    LoadImportsOf(index);
    chain_.pop_back();
    return index;
  }

  void Fail(const ast::ImportDecl& import, std::string message,
            std::vector<diagnostics::Label> related, std::string help) {
    if (related.empty() && !chain_.empty()) {
      related.push_back({chain_.back()->path_span, "this file is imported here"});
    }
    diagnostics_.Emit({DiagnosticKind::ImportFailed,
                       import.path_span,
                       std::move(message),
                       {},
                       std::move(related),
                       std::move(help)});
  }

  source::SourceMap& sources_;
  const source::FileReader& files_;
  diagnostics::DiagnosticEmitter& diagnostics_;
  const syntax::ParseOptions& options_;
  Modules modules_;
  std::map<std::string, size_t> known_;        // by identity
  std::vector<const ast::ImportDecl*> chain_;  // from the program to the file at hand
  size_t bytes_ = 0;
};

}  // namespace

ast::Program Load(source::SourceMap& sources, const source::FileReader& files,
                  diagnostics::DiagnosticEmitter& diagnostics,
                  const syntax::ParseOptions& options) {
  diagnostics::DiagnosticEmitter found = diagnostics.Fresh(sources);
  Modules modules = Loader(sources, files, found, options).Run();
  ast::Program program = Merge(std::move(modules), found);
  diagnostics.Append(found);
  return program;
}

}  // namespace varpulis::modules
