#include "runtime/kernel/display.h"

#include <cmath>

#include <fmt/format.h>

#include "base/limits.h"
#include "base/time.h"
#include "runtime/kernel/cell_ops.h"

namespace varpulis::kernel {
namespace {

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  out += '"';
}

void Append(std::string& out, const Cell& cell, int depth);

void AppendArray(std::string& out, const abi::ArrayValue& array, int depth) {
  out += '[';
  for (uint64_t i = 0; i < array.size; ++i) {
    if (i > 0) out += ", ";
    Append(out, array.elements()[i], depth);
  }
  out += ']';
}

void AppendMap(std::string& out, const abi::MapValue& map, int depth) {
  out += '{';
  for (uint64_t i = 0; i < map.size; ++i) {
    if (i > 0) out += ", ";
    out += map.entries()[i].key.view();
    out += ": ";
    Append(out, map.entries()[i].value, depth);
  }
  out += '}';
}

void Append(std::string& out, const Cell& cell, int depth) {
  switch (cell.tag) {
    case Tag::Missing:
    case Tag::Null:
      out += "null";
      break;
    case Tag::Bool:
      out += cell.boolean != 0 ? "true" : "false";
      break;
    case Tag::Int:
    case Tag::IntText:
      fmt::format_to(std::back_inserter(out), "{}", cell.integer);
      break;
    case Tag::Float:
      AppendFloat(out, cell.number);
      break;
    case Tag::Str:
      if (depth > 0) {
        AppendQuoted(out, cell.string.view());
      } else {
        out += cell.string.view();
      }
      break;
    case Tag::Timestamp:
      base::AppendTimestamp(out, cell.integer);
      break;
    case Tag::Duration:
      out += base::FormatDuration(cell.integer);
      break;
    case Tag::Array:
      if (depth < limits::kMaxEventNesting) AppendArray(out, *cell.array, depth + 1);
      break;
    case Tag::Map:
      if (depth < limits::kMaxEventNesting) AppendMap(out, *cell.map, depth + 1);
      break;
  }
}

}  // namespace

void AppendDisplay(std::string& out, const Cell& cell) { Append(out, cell, 0); }

std::string Display(const Cell& cell) {
  std::string out;
  AppendDisplay(out, cell);
  return out;
}

void AppendFloat(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    return;
  }
  size_t start = out.size();
  fmt::format_to(std::back_inserter(out), "{}", value);
  if (out.find_first_of(".e", start) == std::string::npos) out += ".0";
}

}  // namespace varpulis::kernel
