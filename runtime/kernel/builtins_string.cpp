// Text: trim lower upper starts_with ends_with replace split join concat substring regex_match
// format, and the text side of contains, len, reverse and slice (builtins_array.cpp).

#include <algorithm>

#include "runtime/kernel/builtins.h"
#include "runtime/kernel/display.h"
#include "runtime/kernel/regex.h"
#include "runtime/kernel/text.h"
#include "runtime/kernel/time_format.h"
#include "runtime/kernel/utf8.h"

namespace varpulis::kernel {
namespace {

bool AllText(const Call& call) {
  for (size_t i = 0; i < call.count; ++i) {
    if (!IsText(call[i])) return false;
  }
  return true;
}

// Unicode's White_Space.
bool IsSpace(uint32_t point) {
  return (point >= 9 && point <= 13) || point == 0x20 || point == 0x85 || point == 0xa0 ||
         point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
         point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

std::string_view Trimmed(std::string_view text) {
  size_t begin = 0;
  while (begin < text.size() && IsSpace(CodePoint(text, begin)))
    begin += CharacterBytes(text, begin);
  size_t end = begin;  // behind the last character that is no blank
  for (size_t at = begin; at < text.size();) {
    size_t next = at + CharacterBytes(text, at);
    if (!IsSpace(CodePoint(text, at))) end = next;
    at = next;
  }
  return text.substr(begin, end - begin);
}

Cell MapCaseOf(const Call& call, Case target) {
  if (!IsText(call[0])) return call.WrongType();
  if (call[0].tag == Tag::IntText) return call.Text(CellText(call[0]).view());
  return Cell::Str(MapCase(call.context(), call[0].string, target));
}

// The parts of a text between separators, or its characters if the separator is empty.
class Splitter {
 public:
  Splitter(std::string_view text, std::string_view separator)
      : text_(text), separator_(separator), done_(separator.empty() && text.empty()) {}

  bool Next(std::string_view& part) {
    if (done_) return false;
    if (separator_.empty()) {
      part = text_.substr(at_, CharacterBytes(text_, at_));
      at_ += part.size();
      done_ = at_ == text_.size();
      return true;
    }
    size_t end = text_.find(separator_, at_);
    done_ = end == std::string_view::npos;
    part = text_.substr(at_, done_ ? std::string_view::npos : end - at_);
    at_ = end + separator_.size();
    return true;
  }

 private:
  std::string_view text_;
  std::string_view separator_;
  size_t at_ = 0;
  bool done_;
};

// `{}` takes the next argument; without one it stays.
std::string FillPlaceholders(const Call& call, std::string_view format) {
  std::string out;
  size_t next = 1;
  for (size_t at = 0; at < format.size();) {
    size_t hole = next < call.count ? format.find("{}", at) : std::string_view::npos;
    out += format.substr(at, hole == std::string_view::npos ? hole : hole - at);
    if (hole == std::string_view::npos) break;
    AppendDisplay(out, call[next++]);
    at = hole + 2;
    if (out.size() > limits::kMaxStringBytes) break;
  }
  return out;
}

Cell ConcatenateArrays(const Call& call) {
  uint64_t size = 0;
  for (size_t i = 0; i < call.count; ++i) size += call[i].absent() ? 0 : call[i].array->size;
  if (!Call::ArrayFits(size)) return call.Fail(EvalError::Limit);
  abi::ArrayValue* array = NewArray(call.context(), size);
  Cell* at = array->elements();
  for (size_t i = 0; i < call.count; ++i) {
    if (!call[i].absent()) {
      at = std::copy_n(call[i].array->elements(), call[i].array->size, at);
    }
  }
  return ArrayCell(array);
}

}  // namespace

namespace builtin {

Cell trim(const Call& call) {
  if (!IsText(call[0])) return call.WrongType();
  return call.Text(Trimmed(CellText(call[0]).view()));
}
Cell lower(const Call& call) { return MapCaseOf(call, Case::Lower); }
Cell upper(const Call& call) { return MapCaseOf(call, Case::Upper); }

Cell starts_with(const Call& call) {
  if (!AllText(call)) return call.WrongType();
  return Cell::Bool(CellText(call[0]).view().starts_with(CellText(call[1]).view()));
}
Cell ends_with(const Call& call) {
  if (!AllText(call)) return call.WrongType();
  return Cell::Bool(CellText(call[0]).view().ends_with(CellText(call[1]).view()));
}

Cell replace(const Call& call) {
  if (!AllText(call)) return call.WrongType();
  CellText text(call[0]);
  CellText from(call[1]);
  CellText to(call[2]);
  if (from.view().empty()) return call.Text(text.view());
  std::string out;
  std::string_view rest = text.view();
  while (out.size() <= limits::kMaxStringBytes) {
    size_t at = rest.find(from.view());
    out += rest.substr(0, at);
    if (at == std::string_view::npos) break;
    out += to.view();
    rest.remove_prefix(at + from.view().size());
  }
  return call.Text(out);
}

Cell split(const Call& call) {
  if (!AllText(call)) return call.WrongType();
  CellText text(call[0]);
  CellText separator(call[1]);
  uint64_t count = 0;
  std::string_view part;
  for (Splitter parts(text.view(), separator.view()); parts.Next(part);) ++count;
  if (!Call::ArrayFits(count)) return call.Fail(EvalError::Limit);
  abi::ArrayValue* array = NewArray(call.context(), count);
  Cell* at = array->elements();
  for (Splitter parts(text.view(), separator.view()); parts.Next(part); ++at) {
    *at = Cell::Str(MakeText(call.context(), part));
  }
  return ArrayCell(array);
}

Cell join(const Call& call) {
  if (call[0].tag != Tag::Array || !IsText(call[1])) return call.WrongType();
  CellText separator(call[1]);
  std::string out;
  for (uint64_t i = 0; i < call[0].array->size && out.size() <= limits::kMaxStringBytes; ++i) {
    if (i > 0) out += separator.view();
    AppendDisplay(out, call[0].array->elements()[i]);
  }
  return call.Text(out);
}

// Arrays are joined to an array; anything else to a text, in which absent values are empty.
Cell concat(const Call& call) {
  bool arrays = false;
  bool others = false;
  for (size_t i = 0; i < call.count; ++i) {
    arrays |= call[i].tag == Tag::Array;
    others |= !call[i].absent() && call[i].tag != Tag::Array;
  }
  if (arrays && !others) return ConcatenateArrays(call);
  std::string out;
  for (size_t i = 0; i < call.count && out.size() <= limits::kMaxStringBytes; ++i) {
    if (!call[i].absent()) AppendDisplay(out, call[i]);
  }
  return call.Text(out);
}

// Characters start .. end-1, clamped to the text.
Cell substring(const Call& call) {
  bool typed = IsText(call[0]) && IsInt(call[1]) && (call.count < 3 || IsInt(call[2]));
  if (!typed) return call.WrongType();
  CellText text(call[0]);
  size_t begin = CharacterOffset(text.view(), call[1].integer);
  if (call.count < 3) return call.Text(text.view().substr(begin));
  size_t end = CharacterOffset(text.view(), call[2].integer);
  return call.Text(begin < end ? text.view().substr(begin, end - begin) : std::string_view());
}

Cell regex_match(const Call& call) {
  if (!AllText(call)) return call.WrongType();
  auto matches = MatchesDynamic(CellText(call[0]).view(), CellText(call[1]).view());
  return matches ? Cell::Bool(*matches) : call.Fail(EvalError::Domain);
}

Cell format(const Call& call) {
  if (call[0].tag == Tag::Timestamp && call.count == 2 && IsText(call[1])) {
    auto text = FormatTime(call[0].integer, CellText(call[1]).view());
    return text ? call.Text(*text) : call.Fail(EvalError::Domain);
  }
  if (!IsText(call[0])) return call.WrongType();
  return call.Text(FillPlaceholders(call, CellText(call[0]).view()));
}

}  // namespace builtin
}  // namespace varpulis::kernel
