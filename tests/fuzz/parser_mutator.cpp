// Changes programs by their tokens: bytes alone seldom turn one program into another one. Words come
// from the grammar itself, so that new ones are used without anybody listing them here.

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ast/stream_operators.h"
#include "compiler/ir/kernel.h"
#include "compiler/sema/aggregate_kind.h"
#include "compiler/syntax/token.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace varpulis::fuzz {
namespace {

using Random = std::minstd_rand;

size_t Below(Random& random, size_t count) { return count == 0 ? 0 : random() % count; }

const std::vector<std::string>& Words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all = {"x",
                                    "E",
                                    "1",
                                    "2.5",
                                    "9223372036854775807",
                                    "'a'",
                                    "\"b\\n\"",
                                    "e\"\\u{41}\"",
                                    "`f g`",
                                    "5m",
                                    "100ns",
                                    "@2024-02-29T12:00:00Z",
                                    "\n",
                                    "\n    ",
                                    "# c\n",
                                    "/* */",
                                    "\t"};
    constexpr size_t kMostTypes = 200;
    for (size_t type = 1; type < kMostTypes; ++type) {
      const std::string text = syntax::TokenText(type);
      if (!text.empty()) all.push_back(text);
    }
    for (const std::string& name : ast::StreamOperators()) all.push_back("." + name + "(");
    for (const auto& builtin : ir::Builtins()) all.push_back(std::string(builtin.name) + "(");
    for (const std::string& name : sema::AggregateNames()) all.push_back(name + "(x)");
    return all;
  }();
  return words;
}

// The text in pieces: each a token with the space before it.
std::vector<std::string> Pieces(const std::string& text) {
  const source::SourceFile source("fuzz.vpl", text);
  diagnostics::DiagnosticEmitter unused;
  std::vector<std::string> pieces;
  uint32_t at = 0;
  for (const syntax::Token& token : syntax::Lex(source, unused)) {
    pieces.push_back(text.substr(at, token.span.end - at));
    at = token.span.end;
  }
  if (at < text.size()) pieces.push_back(text.substr(at));
  return pieces;
}

std::string Word(Random& random) {
  const std::string& word = Words()[Below(random, Words().size())];
  return word.front() == '.' || word.front() == '\n' ? word : " " + word;
}

using Range = std::pair<std::ptrdiff_t, std::ptrdiff_t>;

Range SomeRange(const std::vector<std::string>& pieces, Random& random) {
  const size_t begin = Below(random, pieces.size());
  const size_t most = Below(random, 8) == 0 ? pieces.size() : 6;
  const size_t length = 1 + Below(random, std::min(most, pieces.size() - begin));
  return {begin, begin + length};
}

void Bracket(std::vector<std::string>& pieces, Range range, Random& random) {
  static constexpr std::string_view kBrackets[] = {"()", "[]", "{}"};
  const std::string_view both = kBrackets[Below(random, 3)];
  pieces.insert(pieces.begin() + range.second, std::string(1, both[1]));
  pieces.insert(pieces.begin() + range.first, std::string(1, both[0]));
}

void MutatePieces(std::vector<std::string>& pieces, Random& random) {
  if (pieces.empty()) pieces.push_back(Word(random));
  const Range range = SomeRange(pieces, random);
  const auto begin = pieces.begin() + range.first, end = pieces.begin() + range.second;
  const std::vector<std::string> copy(begin, end);
  const auto place = pieces.begin() + static_cast<std::ptrdiff_t>(Below(random, pieces.size()));
  switch (Below(random, 8)) {
    case 0:
      pieces.erase(begin, end);
      break;
    case 1:
      pieces.insert(place, copy.begin(), copy.end());
      break;
    case 2:
      std::iter_swap(begin, place);
      break;
    case 3:
      *begin = *place;
      break;
    case 4:
      *begin = Word(random);
      break;
    case 5:
      pieces.insert(place, Word(random));
      break;
    case 6:
      Bracket(pieces, range, random);
      break;
    default:
      // What grows faster than the text shows when something is there many times.
      for (size_t times = 1 + Below(random, 40); times > 0; --times) {
        pieces.insert(pieces.begin() + range.first, copy.begin(), copy.end());
      }
  }
}

size_t Put(const std::vector<std::string>& pieces, uint8_t* data, size_t max_size) {
  size_t size = 0;
  for (const std::string& piece : pieces) {
    if (size + piece.size() > max_size) break;
    std::memcpy(data + size, piece.data(), piece.size());
    size += piece.size();
  }
  return size;
}

// Lines that start a statement, with those that belong to them.
std::vector<std::string> Statements(std::string_view text) {
  std::vector<std::string> statements;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const bool goes_on = text.front() == ' ' || text.front() == '\t';
    if (statements.empty() || !goes_on) statements.emplace_back();
    statements.back() += text.substr(0, end);
    text.remove_prefix(end);
  }
  return statements;
}

}  // namespace
}  // namespace varpulis::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  using namespace varpulis::fuzz;
  Random random(seed);
  if (Below(random, 4) == 0) return LLVMFuzzerMutate(data, size, max_size);
  std::vector<std::string> pieces = Pieces({reinterpret_cast<const char*>(data), size});
  for (size_t changes = 1 + Below(random, 4); changes > 0; --changes) MutatePieces(pieces, random);
  return Put(pieces, data, max_size);
}

// Statements of both programs.
extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* first, size_t first_size,
                                            const uint8_t* second, size_t second_size, uint8_t* out,
                                            size_t max_out, unsigned seed) {
  using namespace varpulis::fuzz;
  Random random(seed);
  std::vector<std::string> mixed;
  for (const auto& text : {std::string_view(reinterpret_cast<const char*>(first), first_size),
                           std::string_view(reinterpret_cast<const char*>(second), second_size)}) {
    for (std::string& statement : Statements(text)) {
      if (Below(random, 2) == 0) mixed.push_back(std::move(statement));
    }
  }
  std::shuffle(mixed.begin(), mixed.end(), random);
  return Put(mixed, out, max_out);
}
