#include "cli/lsp/semantic_tokens.h"

#include <algorithm>

#include "cli/lsp/line_map.h"

namespace varpulis::lsp {
namespace {

using service::Highlight;
using service::HighlightKind;

enum TokenType : uint32_t {
  Keyword,
  Type,
  Function,
  Variable,
  String,
  Number,
  Operator,
  Comment,
  Class,
  Parameter,
  Property,
  Namespace,
};
constexpr uint32_t kDeclaration = 1;
constexpr uint32_t kDefaultLibrary = 2;

TokenType TypeOf(HighlightKind kind) {
  switch (kind) {
    case HighlightKind::Keyword:
      return Keyword;
    case HighlightKind::Number:
      return Number;
    case HighlightKind::Text:
      return String;
    case HighlightKind::Comment:
      return Comment;
    case HighlightKind::Operator:
      return Operator;
    case HighlightKind::Event:
      return Class;
    case HighlightKind::Stream:
    case HighlightKind::Type:
      return Type;
    case HighlightKind::Field:
      return Property;
    case HighlightKind::Variable:
      return Variable;
    case HighlightKind::Parameter:
      return Parameter;
    case HighlightKind::Function:
    case HighlightKind::Builtin:
      return Function;
    case HighlightKind::Resource:
      return Namespace;
  }
  return Variable;
}

// Goes forward through a text and knows its position.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  Position MoveTo(uint32_t offset) {
    while (at_ < offset && at_ < text_.size()) {
      const char c = text_[at_++];
      const bool is_pair = c == '\r' && at_ < text_.size() && text_[at_] == '\n';
      if (c == '\n' || (c == '\r' && !is_pair)) {
        ++position_.line;
        position_.character = 0;
      } else if ((c & 0xC0) != 0x80) {
        position_.character += static_cast<unsigned char>(c) >= 0xf0 ? 2 : 1;
      }
    }
    return position_;
  }

 private:
  std::string_view text_;
  uint32_t at_ = 0;
  Position position_;
};

}  // namespace

const std::vector<std::string>& SemanticTokenTypes() {
  // In the order of TokenType.
  static const std::vector<std::string> kTypes = {"keyword", "type",      "function", "variable",
                                                  "string",  "number",    "operator", "comment",
                                                  "class",   "parameter", "property", "namespace"};
  return kTypes;
}

const std::vector<std::string>& SemanticTokenModifiers() {
  static const std::vector<std::string> kModifiers = {"declaration", "defaultLibrary"};
  return kModifiers;
}

std::vector<uint32_t> EncodeSemanticTokens(std::string_view text,
                                           const std::vector<Highlight>& highlights) {
  std::vector<uint32_t> data;
  Cursor cursor(text);
  Position last;
  for (const Highlight& highlight : highlights) {
    uint32_t modifiers = highlight.declares ? kDeclaration : 0;
    if (highlight.kind == HighlightKind::Builtin) modifiers |= kDefaultLibrary;
    for (uint32_t begin = highlight.span.begin; begin < highlight.span.end;) {
      const auto line_end = std::min<size_t>(text.find_first_of("\r\n", begin), highlight.span.end);
      const Position start = cursor.MoveTo(begin);
      const Position end = cursor.MoveTo(static_cast<uint32_t>(line_end));
      if (end.character > start.character) {
        const uint32_t lines = start.line - last.line;
        data.insert(data.end(),
                    {lines, lines == 0 ? start.character - last.character : start.character,
                     end.character - start.character, TypeOf(highlight.kind), modifiers});
        last = start;
      }
      begin = static_cast<uint32_t>(line_end);
      while (begin < highlight.span.end && (text[begin] == '\r' || text[begin] == '\n')) ++begin;
    }
  }
  return data;
}

}  // namespace varpulis::lsp
