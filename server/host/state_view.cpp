#include "server/host/state_view.h"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "runtime/io/event_json.h"

namespace varpulis::host {
namespace {

// Open runs of one stream that are shown; of further ones it is said that there are more.
constexpr size_t kMaxShownRuns = 1'000;

// Arrays and maps nest at most limits::kMaxNesting levels.
void AppendValue(std::string& out, const abi::Cell& value) {
  const auto tagged = [&](std::string_view tag, const auto& append) {
    out += fmt::format("{{\"{}\":", tag);
    append();
    out += '}';
  };
  switch (value.tag) {
    case abi::Tag::Missing:
    case abi::Tag::Null:
      out += "\"Null\"";
      return;
    case abi::Tag::Bool:
      return tagged("Bool", [&] { out += value.boolean != 0 ? "true" : "false"; });
    case abi::Tag::Int:
    case abi::Tag::IntText:
      return tagged("Int", [&] { out += fmt::format("{}", value.integer); });
    case abi::Tag::Float:
      return tagged("Float", [&] {
        if (std::isfinite(value.number)) {
          io::AppendJsonFloat(out, value.number);
        } else {
          io::AppendJsonString(out, fmt::format("{}", value.number));
        }
      });
    case abi::Tag::Str:
      return tagged("String", [&] { io::AppendJsonString(out, value.string.view()); });
    case abi::Tag::Timestamp:
      return tagged("Timestamp", [&] { out += fmt::format("{}", value.integer); });
    case abi::Tag::Duration:
      return tagged("Duration", [&] { out += fmt::format("{}", value.integer); });
    case abi::Tag::Array:
      return tagged("Array", [&] {
        out += '[';
        for (uint64_t i = 0; i < value.array->size; ++i) {
          if (i > 0) out += ',';
          AppendValue(out, value.array->elements()[i]);
        }
        out += ']';
      });
    case abi::Tag::Map:
      return tagged("Map", [&] {
        out += '[';
        for (uint64_t i = 0; i < value.map->size; ++i) {
          out += i > 0 ? ",[" : "[";
          io::AppendJsonString(out, value.map->entries()[i].key.view());
          out += ',';
          AppendValue(out, value.map->entries()[i].value);
          out += ']';
        }
        out += ']';
      });
  }
}

int64_t InMs(TimestampNs time) { return time / kNsPerMs; }

// The type of the step's events, if there is one.
std::string TypeOf(const ir::Plan& plan, const ir::PatternPlan& pattern, std::string_view alias) {
  for (const ir::PatternStepPlan& step : pattern.steps) {
    if (step.alias == alias && step.inputs.size() == 1)
      return plan.tables[step.inputs.front().table].name;
  }
  return {};
}

// Slots `a.user` as fields of an event of the alias `a`; others are the run's own.
void AppendCaptured(std::string& out, const ir::Plan& plan, const ir::PatternPlan& pattern,
                    const exec::Engine::OpenRun& run) {
  std::string_view open;
  for (const auto& [name, value] : run.captured) {
    const size_t dot = name.find('.');
    if (dot == std::string_view::npos || value.tag == abi::Tag::Missing) continue;
    const std::string_view alias = name.substr(0, dot);
    if (alias != open) {
      if (!open.empty()) out += "}},";
      open = alias;
      io::AppendJsonString(out, alias);
      out += ":{\"event_type\":";
      io::AppendJsonString(out, TypeOf(plan, pattern, alias));
      out += ",\"timestamp_ms\":null,\"fields\":{";
    } else {
      out += ',';
    }
    io::AppendJsonString(out, name.substr(dot + 1));
    out += ':';
    AppendValue(out, value);
  }
  if (!open.empty()) out += "}}";
}

void AppendRun(std::string& out, const ir::Plan& plan, const ir::PatternPlan& pattern,
               const exec::Engine::OpenRun& run) {
  out += fmt::format("{{\"current_state\":{},\"captured\":{{", run.state);
  AppendCaptured(out, plan, pattern, run);
  out += fmt::format("}},\"event_time_started_at_ms\":{},\"event_time_deadline_ms\":",
                     InMs(run.start));
  const bool ends = pattern.within > 0 && run.start <= kTimeMax - pattern.within;
  out += ends ? fmt::format("{}", InMs(run.start + pattern.within)) : std::string("null");
  out += '}';
}

void AppendPattern(std::string& out, const ir::Plan& plan, exec::Engine& engine, uint32_t stream) {
  const exec::StreamStatistics statistics = engine.Statistics()[stream];
  out += "{\"active_runs\":[";
  size_t shown = 0;
  engine.VisitRuns(stream, kMaxShownRuns, [&](const exec::Engine::OpenRun& run) {
    if (shown++ > 0) out += ',';
    AppendRun(out, plan, *plan.streams[stream].pattern, run);
  });
  const pattern::PatternCounters& counters = statistics.pattern;
  out += fmt::format(
      "],\"truncated\":{},\"partitioned_runs\":{{}},\"total_runs_created\":{},"
      "\"total_runs_completed\":{},\"total_runs_dropped\":{},\"total_runs_evicted\":{}}}",
      shown < statistics.open_runs, counters.opened, counters.matched, counters.dropped,
      counters.evicted);
}

}  // namespace

std::string ViewOf(const ir::Plan& plan, exec::Engine& engine) {
  std::string out = "{\"sase_states\":{";
  bool is_first = true;
  for (uint32_t stream = 0; stream < plan.streams.size(); ++stream) {
    if (!plan.streams[stream].pattern) continue;
    if (!is_first) out += ',';
    is_first = false;
    io::AppendJsonString(out, plan.streams[stream].name);
    out += ':';
    AppendPattern(out, plan, engine, stream);
  }
  out += "},\"variables\":{";
  is_first = true;
  engine.VisitVariables([&](std::string_view name, const abi::Cell& value) {
    if (!is_first) out += ',';
    is_first = false;
    io::AppendJsonString(out, name);
    out += ':';
    AppendValue(out, value);
  });
  return out + "}}";
}

}  // namespace varpulis::host
