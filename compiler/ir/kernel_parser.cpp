#include "compiler/ir/kernel_parser.h"

#include <fmt/format.h>

#include "compiler/ir/kernel_words.h"

namespace varpulis::ir {

Result<Kernel> ParseKernel(std::string_view text) { return KernelParser(text).Parse(); }

Result<Kernel> KernelParser::Parse() {
  kernel_.blocks.emplace_back();
  ParseHeader();
  Expect("{");
  ParseBlock(0, 0);
  Expect("}");
  if (error_.empty() && token_.kind != TokenKind::End) Fail("text after the kernel");
  if (error_.empty() && (kernel_.result == KernelResult::None) != (kernel_.returned == kNoValue)) {
    Fail(kernel_.returned == kNoValue ? "the kernel has a result but no `return`"
                                      : "`return` in a kernel without result");
  }
  if (!error_.empty()) return Status(StatusCode::Malformed, error_);
  kernel_.record.Finish();
  return std::move(kernel_);
}

void KernelParser::Advance() {
  if (!error_.empty()) return;
  last_line_ = token_.line;
  token_ = lexer_.Next();
  if (token_.kind == TokenKind::Bad) Fail(fmt::format("unexpected `{}`", token_.text));
}

// After the first failure the text has ended for everybody.
void KernelParser::Fail(const std::string& message) {
  if (!error_.empty()) return;
  error_ = fmt::format("line {}: {}", token_.line, message);
  token_ = Token{};
}

bool KernelParser::Accept(std::string_view text) {
  if (!Is(text)) return false;
  Advance();
  return true;
}

void KernelParser::Expect(std::string_view text) {
  if (!Accept(text)) Fail(fmt::format("expected `{}`", text));
}

std::string_view KernelParser::ExpectWord(const char* what) {
  if (token_.kind != TokenKind::Word) {
    Fail(fmt::format("expected {}", what));
    return {};
  }
  std::string_view word = token_.text;
  Advance();
  return word;
}

std::string KernelParser::ExpectText() {
  if (token_.kind != TokenKind::Text) {
    Fail("expected a text in quotes");
    return {};
  }
  std::string text = std::move(token_.content);
  Advance();
  return text;
}

std::string KernelParser::ExpectName() {
  return token_.kind == TokenKind::Text ? ExpectText() : std::string(ExpectWord("a name"));
}

// `row.amount`, `row."id.orig_h"`: the space ends at the first dot.
KernelParser::Place KernelParser::ExpectPlace() {
  std::string_view word = ExpectWord("a name like row.field");
  size_t dot = word.find('.');
  if (dot == std::string_view::npos) {
    Fail("expected a name like row.field");
    return {};
  }
  Place place{word.substr(0, dot), std::string(word.substr(dot + 1))};
  if (place.name.empty()) {
    if (!token_.glued) Fail("expected a name after the dot");
    place.name = ExpectText();
  }
  return place;
}

// kernel name(row: Table) -> bool
void KernelParser::ParseHeader() {
  Expect("kernel");
  kernel_.name = ExpectName();
  Expect("(");
  if (Accept("row")) {
    Expect(":");
    kernel_.table = ExpectName();
  }
  Expect(")");
  if (!Accept("->")) return;
  if (Accept("bool")) {
    kernel_.result = KernelResult::Bool;
  } else if (Accept("i64")) {
    kernel_.result = KernelResult::Int;
  } else {
    Fail("a kernel returns bool or i64");
  }
}

void KernelParser::ParseBlock(BlockId block, int depth) {
  if (depth > kMaxBlockNesting) Fail("blocks are nested too deeply");
  while (error_.empty() && !Is("}")) ParseStatement(block, depth);
}

void KernelParser::ParseStatement(BlockId block, int depth) {
  if (token_.kind == TokenKind::Value) {
    std::string name(token_.text);
    Advance();
    Expect("=");
    std::string_view word = ExpectWord("an instruction");
    Inst inst;
    if (error_.empty() && !ParseInst(word, depth, inst)) {
      Fail(fmt::format("unknown instruction `{}`", word));
    }
    if (error_.empty()) Append(block, std::move(inst), std::move(name));
    return;
  }
  std::string_view word = ExpectWord("an instruction");
  if (word == "return" && block == 0) {
    kernel_.returned = Value();
    if (!Is("}")) Fail("`return` must be last");
  } else if (word == "yield" && block != 0) {
    kernel_.blocks[block].yield = Value();
    if (!Is("}")) Fail("`yield` must be last");
  } else if (error_.empty()) {
    ParseEffect(block, word, depth);
  }
}

void KernelParser::ParseEffect(BlockId block, std::string_view word, int depth) {
  if (word.starts_with("store.")) {
    std::optional<Type> type = ParseTypeName(word.substr(6));
    if (!type || IsSlotOnly(*type)) return Fail("unknown type to store");
    return ParseStore(block, *type);
  }
  if (word == "while") return Append(block, ParseWhile(depth), {});
  if (word == "collect") {
    uint32_t event = Intern(kernel_.events, ExpectName());
    Expect(",");
    return Append(block, Collect{event, Value()}, {});
  }
  const auto add = words::Find<Collection>(words::kCollectionAdds, word);
  const auto remove = words::Find<Collection>(words::kCollectionRemoves, word);
  if (!add && !remove && word != "list_append") {
    return Fail(fmt::format("unknown instruction `{}`", word));
  }
  const uint32_t slot = OwnedSlot(add || remove ? Type::Set : Type::List);
  Expect(",");
  const ValueId value = Value();
  if (add) return Append(block, CollectionAdd{*add, slot, value}, {});
  if (remove) return Append(block, CollectionRemove{*remove, slot, value}, {});
  Append(block, ListAppend{slot, value}, {});
}

void KernelParser::ParseStore(BlockId block, Type type) {
  Place place = ExpectPlace();
  Expect(",");
  ValueId value = Value();
  if (place.space == "run") {
    return Append(block, StoreSlot{SlotIndex(place, type), value}, {});
  }
  if (place.space == "var") {
    return Append(block, StoreLocal{LocalIndex(place, type), value}, {});
  }
  if (place.space == "global") {
    if (type != Type::Any) return Fail("a global is any");
    return Append(block, StoreGlobal{Intern(kernel_.globals, place.name), value}, {});
  }
  if (place.space != "out") return Fail("only run, out, var and global can be stored to");
  for (size_t i = 0; i < kernel_.outs.size(); ++i) {
    if (kernel_.outs[i].name != place.name) continue;
    if (kernel_.outs[i].type != type) return Fail("out with two types");
    return Append(block, StoreOut{static_cast<uint32_t>(i), value}, {});
  }
  kernel_.outs.push_back({place.name, type});
  Append(block, StoreOut{static_cast<uint32_t>(kernel_.outs.size() - 1), value}, {});
}

ValueId KernelParser::Value() {
  if (token_.kind != TokenKind::Value) {
    Fail("expected a value like %x");
    return kNoValue;
  }
  auto found = values_.find(std::string(token_.text));
  if (found == values_.end()) {
    Fail(fmt::format("%{} is not defined", token_.text));
    return kNoValue;
  }
  Advance();
  return found->second;
}

// (%a, %b, ...)
std::vector<ValueId> KernelParser::Values() {
  std::vector<ValueId> values;
  Expect("(");
  if (Accept(")")) return values;
  do {
    values.push_back(Value());
  } while (error_.empty() && Accept(","));
  Expect(")");
  return values;
}

uint32_t KernelParser::OwnedSlot(Type type) {
  Place place = ExpectPlace();
  if (place.space == "run") return SlotIndex(place, type);
  Fail("expected a slot like run.users");
  return 0;
}

uint32_t KernelParser::SlotIndex(const Place& place, Type type) {
  int index = kernel_.record.Find(place.name);
  if (index < 0) return kernel_.record.Add(place.name, type);
  if (kernel_.record.slots[static_cast<size_t>(index)].type != type) Fail("slot with two types");
  return static_cast<uint32_t>(index);
}

uint32_t KernelParser::LocalIndex(const Place& place, Type type) {
  for (size_t i = 0; i < kernel_.locals.size(); ++i) {
    if (kernel_.locals[i].name != place.name) continue;
    if (kernel_.locals[i].type != type) Fail("variable with two types");
    return static_cast<uint32_t>(i);
  }
  kernel_.locals.push_back({place.name, type});
  return static_cast<uint32_t>(kernel_.locals.size() - 1);
}

uint32_t KernelParser::Intern(std::vector<std::string>& texts, const std::string& text) {
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i] == text) return static_cast<uint32_t>(i);
  }
  texts.push_back(text);
  return static_cast<uint32_t>(texts.size() - 1);
}

void KernelParser::Append(BlockId block, Inst inst, std::string name) {
  if (!error_.empty()) return;
  auto id = static_cast<ValueId>(kernel_.insts.size());
  if (!name.empty() && !values_.emplace(name, id).second) {
    return Fail(fmt::format("%{} is defined twice", name));
  }
  kernel_.insts.push_back(std::move(inst));
  kernel_.value_names.push_back(std::move(name));
  kernel_.blocks[block].insts.push_back(id);
}

}  // namespace varpulis::ir
