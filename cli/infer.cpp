#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "compiler/driver/compile.h"
#include "runtime/io/event_reader.h"
#include "runtime/io/type_inference.h"

// Event files to the declarations of their events. They are read twice: for the names of the types, which a plan
// must know, and for the fields.

namespace varpulis::cli {
namespace {

struct Options {
  std::vector<std::string> input;
  std::string output;
  uint64_t sample = UINT64_MAX;
  io::ReaderOptions reader;
};

int ExitCodeOf(const Status& status) {
  Say("{}\n", status.message());
  return status.code() == StatusCode::Malformed ? kProgramError : kUsageError;
}

// Calls visit(batch) until the sample has been read; the exit code.
template <typename Visit>
int ForBatches(const Options& options, const ir::Plan& plan, const Visit& visit) {
  auto reader = io::EventReader::Open(options.input, plan, options.reader);
  if (!reader.ok()) return ExitCodeOf(reader.status());
  row::Batch batch(plan);
  for (uint64_t events = 0; events < options.sample; events += batch.order.size()) {
    Result<bool> more = (*reader)->Next(batch);
    if (!more.ok()) return ExitCodeOf(more.status());
    if (!*more) break;
    visit(batch, std::min<uint64_t>(batch.order.size(), options.sample - events));
  }
  return kSuccess;
}

// A table for each type, whose rows are whole events.
int FindTypes(const Options& options, ir::Plan& plan) {
  std::vector<std::string> names;
  const int exit_code = ForBatches(options, ir::Plan(), [&](const row::Batch& batch, uint64_t) {
    names.insert(names.end(), batch.unread_types.begin(), batch.unread_types.end());
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  });
  for (const std::string& name : names) {
    ir::Table& table = plan.tables.emplace_back();
    table.name = name;
    table.event_type = name;
    table.event_column = static_cast<int>(table.AddColumn("*", ir::Type::Any));
  }
  return exit_code;
}

bool IsAccepted(const std::string& text) {
  source::SourceMap sources("inferred.vpl", text);
  diagnostics::DiagnosticEmitter diagnostics;
  return driver::Compile(sources, diagnostics, {}).ok;
}

// What cannot be declared, because its name is no identifier, is a comment: it can be read all the same.
std::string Declaration(const io::TypeInference::Event& event) {
  const std::string head = "event " + event.name;
  if (!IsAccepted(head + " {}\n")) {
    return fmt::format("# {} events of type `{}`, which is no name that can be declared\n",
                       event.events, event.name);
  }
  std::string fields;
  std::string others;
  for (const auto& [name, type] : event.fields) {
    const std::string line = fmt::format("    {}: {}\n", name, type);
    if (IsAccepted("event E:\n" + line)) {
      fields += line;
    } else {
      others +=
          fmt::format("# `{}` of {} is {}: in backticks it can be read\n", name, event.name, type);
    }
  }
  return (fields.empty() ? head + " {}\n" : head + ":\n" + fields) + others;
}

int Infer(Options& options) {
  if (std::count(options.input.begin(), options.input.end(), "-") > 0) {
    Say("infer reads its input twice, which standard input does not allow: give it a file\n");
    return kUsageError;
  }
  options.reader.keep_unread_types = true;
  options.reader.streaming = true;
  ir::Plan plan;
  if (const int failed = FindTypes(options, plan); failed != kSuccess) return failed;
  io::TypeInference inference;
  uint64_t events = 0;
  const int exit_code = ForBatches(options, plan, [&](const row::Batch& batch, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      const row::RowRef at = batch.order[i];
      if (at.table == row::kUnreadTable) continue;
      const ir::Table& table = plan.tables[batch.table_ids[at.table]];
      const auto column = static_cast<uint32_t>(table.event_column);
      inference.Add(table.name, batch.tables[at.table].Get(column, at.row));
      ++events;
    }
  });
  if (exit_code != kSuccess) return exit_code;
  const std::vector<io::TypeInference::Event> types = inference.Events();
  std::string text;
  for (const io::TypeInference::Event& type : types) {
    text += (text.empty() ? "" : "\n") + Declaration(type);
    if (type.left_out > 0) {
      Say("# {}: more than {} fields, the last ones are left out\n", type.name,
          limits::kMaxEventFields);
    }
  }
  if (const int failed = WriteResult(text, options.output); failed != kSuccess) return failed;
  Say("# {} event types in {} events\n", types.size(), events);
  return kSuccess;
}

}  // namespace

void AddInfer(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("infer", "Declare the event types of a recording");
  command->footer("Example: varpulis infer --input events.jsonl > events.vpl");
  command->add_option("-i,--input,-e,--events", options->input, "Event files (.jsonl, .evt, .csv)")
      ->required();
  command->add_option("--sample-size", options->sample, "Read that many events at most")
      ->check(CLI::PositiveNumber);
  command->add_option("-o,--output", options->output, "File to write, default standard output");
  command->add_flag("--skip-bad", options->reader.skip_bad, "Pass over malformed lines");
  command->add_option("--event-type", options->reader.default_type, "Type of lines without one");
  command->callback([options, &run] { run = [options] { return Infer(*options); }; });
}

}  // namespace varpulis::cli
