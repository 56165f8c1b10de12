// Kinds and conversions: to_string to_int to_float type_of is_* coalesce.

#include <charconv>

#include "runtime/kernel/builtins.h"
#include "runtime/kernel/display.h"

namespace varpulis::kernel {
namespace {

template <class T>
bool ReadAll(std::string_view text, T& value) {
  // from_chars takes a minus but no plus, and for doubles also the words inf and nan.
  bool digits = !text.empty() && (text.back() == '.' || (text.back() >= '0' && text.back() <= '9'));
  if (!digits) return false;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

std::string_view TypeOfCell(const Cell& cell) {
  switch (cell.tag) {
    case Tag::Missing:
    case Tag::Null:
      return "null";
    case Tag::Bool:
      return "bool";
    case Tag::Int:
    case Tag::IntText:
      return "int";
    case Tag::Float:
      return "float";
    case Tag::Str:
      return "string";
    case Tag::Timestamp:
      return "timestamp";
    case Tag::Duration:
      return "duration";
    case Tag::Array:
      return "array";
    case Tag::Map:
      return "map";
  }
  return "null";
}

// A float without its fraction; what does not fit an int is no error here, just no value.
Cell Truncated(double value) {
  IntOutcome outcome = TruncateToInt(value);
  return outcome.ok ? Cell::Int(outcome.value) : Cell::Missing();
}

}  // namespace

namespace builtin {

Cell to_string(const Call& call) {
  if (call[0].tag == Tag::Str) return call[0];
  return call.Text(Display(call[0]));
}

Cell to_int(const Call& call) {
  const Cell& x = call[0];
  if (IsInt(x)) return Cell::Int(x.integer);
  if (x.tag == Tag::Float) return Truncated(x.number);
  if (x.tag == Tag::Bool) return Cell::Int(x.boolean);
  if (x.tag != Tag::Str) return Cell::Missing();
  int64_t whole = 0;
  if (ReadAll(x.string.view(), whole)) return Cell::Int(whole);
  double number = 0;
  return ReadAll(x.string.view(), number) ? Truncated(number) : Cell::Missing();
}

Cell to_float(const Call& call) {
  const Cell& x = call[0];
  if (IsNumber(x)) return Cell::Float(NumberOf(x));
  double number = 0;
  if (x.tag != Tag::Str || !ReadAll(x.string.view(), number)) return Cell::Missing();
  return Cell::Float(number);
}

Cell type_of(const Call& call) { return Cell::Str(abi::VplString::Borrow(TypeOfCell(call[0]))); }

Cell is_null(const Call& call) { return Cell::Bool(call[0].absent()); }
Cell is_int(const Call& call) { return Cell::Bool(IsInt(call[0])); }
Cell is_float(const Call& call) { return Cell::Bool(call[0].tag == Tag::Float); }
Cell is_string(const Call& call) { return Cell::Bool(call[0].tag == Tag::Str); }
Cell is_bool(const Call& call) { return Cell::Bool(call[0].tag == Tag::Bool); }
Cell is_array(const Call& call) { return Cell::Bool(call[0].tag == Tag::Array); }
Cell is_map(const Call& call) { return Cell::Bool(call[0].tag == Tag::Map); }
Cell is_timestamp(const Call& call) { return Cell::Bool(call[0].tag == Tag::Timestamp); }
Cell is_duration(const Call& call) { return Cell::Bool(call[0].tag == Tag::Duration); }

Cell coalesce(const Call& call) {
  for (size_t i = 0; i < call.count; ++i) {
    if (!call[i].absent()) return call[i];
  }
  return Cell::Missing();
}

}  // namespace builtin
}  // namespace varpulis::kernel
