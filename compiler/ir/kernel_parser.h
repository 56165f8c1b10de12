#pragma once

// Reads kernel text (words in kernel_words.h). One object per kernel; the first mistake stops it, later
// steps then do nothing, so that no step has to look at what went wrong before it.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/ir/kernel.h"
#include "compiler/ir/kernel_lexer.h"

namespace varpulis::ir {

// Nesting of If blocks: Verify and the parser refuse more, so walks over blocks may recurse.
inline constexpr int kMaxBlockNesting = 1000;

class KernelParser {
 public:
  explicit KernelParser(std::string_view text) : lexer_(text) { Advance(); }
  Result<Kernel> Parse();

 private:
  // What a name of row, run, out, var or global denotes.
  struct Place {
    std::string_view space;
    std::string name;
  };

  void Advance();
  void Fail(const std::string& message);
  bool Is(std::string_view text) const { return IsToken() && token_.text == text; }
  bool IsToken() const {
    return token_.kind == TokenKind::Word || token_.kind == TokenKind::Punctuation;
  }
  bool Accept(std::string_view text);
  void Expect(std::string_view text);
  std::string ExpectName();
  std::string ExpectText();
  std::string_view ExpectWord(const char* what);
  Place ExpectPlace();

  void ParseHeader();
  void ParseBlock(BlockId block, int depth);
  void ParseStatement(BlockId block, int depth);
  void ParseEffect(BlockId block, std::string_view word, int depth);
  void ParseStore(BlockId block, Type type);
  // The instruction after `%name =`; false if the word is unknown.
  bool ParseInst(std::string_view word, int depth, Inst& inst);
  bool ParsePlain(std::string_view word, Inst& inst);
  bool ParseTyped(std::string_view op, Type type, Inst& inst);
  bool ParseBinary(std::string_view op, Type type, Inst& inst);
  bool ParseUnary(std::string_view op, Type type, Inst& inst);
  Inst ParseConst(Type type);
  Inst ParseLoad(Type type);
  Inst ParseCall();
  bool ParseForEach(std::string_view op, bool pair, Inst& inst);
  While ParseWhile(int depth);
  Inst ParseMap();
  Inst ParseIf(Type type, int depth);

  ValueId Value();
  std::vector<ValueId> Values();
  uint32_t SlotIndex(const Place& place, Type type);
  // A slot like run.users, of type set or list.
  uint32_t OwnedSlot(Type type);
  uint32_t LocalIndex(const Place& place, Type type);
  static uint32_t Intern(std::vector<std::string>& texts, const std::string& text);
  void Append(BlockId block, Inst inst, std::string name);

  KernelLexer lexer_;
  Token token_;
  int last_line_ = 1;
  std::string error_;
  Kernel kernel_;
  std::unordered_map<std::string, ValueId> values_;
};

}  // namespace varpulis::ir
