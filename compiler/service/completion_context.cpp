#include "compiler/service/completion_context.h"

#include <algorithm>
#include <string_view>

#include "compiler/service/call_site.h"
#include "compiler/syntax/read_tokens.h"

namespace varpulis::service {

using syntax::PlacedToken;
using syntax::TokenRole;

namespace {

bool IsWordPart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsUpper(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

class ContextReader {
 public:
  // `before` is the text up to the word at the place.
  explicit ContextReader(const source::SourceFile& before) : source_(before) {
    auto statements = syntax::ReadTokens(source_);
    if (!statements.empty()) tokens_ = std::move(statements.back());
    while (!tokens_.empty() && tokens_.back().role == TokenRole::Layout) tokens_.pop_back();
    FindOpenBrackets();
  }

  CompletionContext Read() {
    CompletionContext context;
    context.want = Choose(context);
    for (size_t opener = open_.size(); opener-- > 0;) {
      const std::string_view text = Text(open_[opener]);
      context.closers += text == "(" ? ')' : text == "[" ? ']' : '}';
    }
    return context;
  }

 private:
  std::string_view Text(size_t i) const { return source_.Text(tokens_[i].span); }
  TokenRole Role(size_t i) const { return tokens_[i].role; }
  size_t Last() const { return tokens_.size() - 1; }
  bool StartsWith(std::string_view keyword) const {
    return Role(0) == TokenRole::Keyword && Text(0) == keyword;
  }
  bool IsChain() const { return StartsWith("stream") || StartsWith("pattern"); }
  bool HasLineBreak(uint32_t from, uint32_t to) const {
    return source_.Text({from, to}).find('\n') != std::string_view::npos;
  }

  void FindOpenBrackets() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (Role(i) == TokenRole::Opener || Role(i) == TokenRole::CallOpener) open_.push_back(i);
      if (Role(i) == TokenRole::Closer && !open_.empty()) open_.pop_back();
    }
  }

  // What stands before the place is complete, so that a new line starts something new.
  bool IsComplete() const {
    if (!open_.empty()) return false;
    switch (Role(Last())) {
      case TokenRole::Name:
      case TokenRole::Number:
      case TokenRole::Text:
      case TokenRole::Constant:
      case TokenRole::Closer:
      case TokenRole::TypeCloser:
      case TokenRole::Postfix:
      case TokenRole::Colon:
      case TokenRole::Keyword:
        return true;
      default:
        return false;
    }
  }

  Want Choose(CompletionContext& context) {
    if (tokens_.empty()) return Want::Statement;
    const auto end = static_cast<uint32_t>(source_.text().size());
    if (HasLineBreak(tokens_[Last()].span.end, end) && IsComplete()) return Want::Statement;
    context.call = EnclosingCall(source_, tokens_, tokens_.size());
    context.in_stream = IsChain() && open_.empty();
    switch (Role(Last())) {
      case TokenRole::Dot:
      case TokenRole::OperatorDot:
        return BehindDot(context);
      case TokenRole::Binary:
        return BehindSymbol();
      case TokenRole::Keyword:
        return BehindKeyword();
      case TokenRole::WordOperator:
        return IsUpper(Text(Last())) ? Want::Steps : Want::Expression;
      case TokenRole::Colon:
        return BehindColon();
      case TokenRole::Opener:
      case TokenRole::CallOpener:
      case TokenRole::Comma:
        return InList(context);
      case TokenRole::Prefix:
      case TokenRole::Range:
      case TokenRole::SliceColon:
      case TokenRole::Semicolon:
        return Want::Expression;
      case TokenRole::TypeOpener:
        return Want::Types;
      default:
        return Want::Words;
    }
  }

  // After `where`, up to the end of the step.
  bool InCondition() const {
    for (size_t i = Last(); i-- > 0;) {
      if (Role(i) == TokenRole::OperatorDot || Text(i) == "->") return false;
      if (Role(i) == TokenRole::Keyword) return Text(i) == "where";
    }
    return false;
  }

  Want BehindDot(CompletionContext& context) const {
    const size_t dot = Last();
    if (dot == 0) return Want::Operators;
    const PlacedToken& before = tokens_[dot - 1];
    const bool stands_apart = before.span.end < tokens_[dot].span.begin;
    const bool in_path = context.call != nullptr && context.call->name == "fork";
    const bool may_be_operator = (StartsWith("stream") && open_.empty()) || in_path;
    if (may_be_operator && (stands_apart || !InCondition())) return Want::Operators;
    if (before.role == TokenRole::Name && (dot < 2 || Role(dot - 2) != TokenRole::Dot))
      context.object = Text(dot - 1);
    return Want::Members;
  }

  Want BehindSymbol() const {
    const std::string_view symbol = Text(Last());
    if (symbol == "=" && open_.empty()) {
      if (StartsWith("stream")) return Want::Sources;
      if (StartsWith("pattern")) return Want::Steps;
      if (StartsWith("type")) return Want::Types;
      if (StartsWith("connector")) return Want::Nothing;
    }
    if (symbol == "->") return StartsWith("fn") || StartsWith("import") ? Want::Types : Want::Steps;
    return Want::Expression;
  }

  Want BehindKeyword() const {
    const std::string_view word = Text(Last());
    const bool declares = Last() == 0 && word != "return" && word != "emit" && word != "if" &&
                          word != "while" && word != "elif" && word != "else";
    if (declares || word == "from") return Want::Nothing;
    if (word == "all") return Want::Steps;
    if (word == "extends") return Want::Events;
    if (word == "emit") return Want::Events;
    if (word == "as") {
      const bool emits =
          Last() > 1 && Role(Last() - 2) == TokenRole::OperatorDot && Text(Last() - 1) == "emit";
      return emits ? Want::Events : Want::Nothing;
    }
    if (word == "let" || word == "var" || word == "const" || word == "for") return Want::Nothing;
    return Want::Expression;
  }

  Want BehindColon() const {
    if (StartsWith("event") || StartsWith("type")) {
      // Behind the name, and its base, fields follow.
      const bool opens = std::none_of(tokens_.begin(), tokens_.end() - 1, [](const auto& token) {
        return token.role == TokenRole::Colon || token.role == TokenRole::Opener;
      });
      return opens ? Want::Nothing : Want::Types;
    }
    const bool in_header = (StartsWith("fn") || StartsWith("import")) && !HasLayout();
    if (in_header) return open_.empty() ? Want::Statement : Want::Types;
    const size_t keyword = Last() < 2 ? 0 : Last() - 2;
    const std::string_view word = Text(keyword);
    if (Role(keyword) == TokenRole::Keyword && (word == "let" || word == "var" || word == "const"))
      return Want::Types;
    if (StartsWith("connector") || StartsWith("config") || (StartsWith("stream") && open_.empty()))
      return Want::Nothing;
    return open_.empty() ? Want::Statement : Want::Expression;
  }
  bool HasLayout() const {
    return std::any_of(tokens_.begin(), tokens_.end(),
                       [](const PlacedToken& token) { return token.role == TokenRole::Layout; });
  }

  Want InList(const CompletionContext& context) const {
    if (open_.empty()) return Want::Nothing;  // fields of an event on one line
    if (StartsWith("connector") || StartsWith("config") || StartsWith("event"))
      return Want::Nothing;
    if (StartsWith("fn") && !HasLayout()) return Want::Nothing;
    if (context.call == nullptr) return Want::Expression;
    const std::string_view call = context.call->name;
    const bool is_first = Role(Last()) == TokenRole::CallOpener;
    const bool is_source = reference::Find(reference::Family::Source, call) == context.call;
    if (is_source)
      return call == "sequence" ? Want::Nothing : call == "timer" ? Want::Arguments : Want::Steps;
    if (is_first && (call == "from" || call == "to" || call == "enrich")) return Want::Connectors;
    if (call == "context") return Want::Contexts;
    if (call == "not" && is_first) return Want::Steps;
    return Want::Arguments;
  }

  const source::SourceFile& source_;
  std::vector<PlacedToken> tokens_;
  std::vector<size_t> open_;  // indices of brackets
};

}  // namespace

CompletionContext ContextAt(const source::SourceFile& source, uint32_t offset) {
  const std::string_view text = source.text();
  uint32_t start = std::min(offset, static_cast<uint32_t>(text.size()));
  const uint32_t end = start;
  while (start > 0 && IsWordPart(text[start - 1])) --start;
  CompletionContext nothing;
  nothing.word = {start, end};
  if (start > 0 && text[start - 1] == '@' && syntax::IsCode(source, start - 1)) {
    nothing.want = Want::Times;
    return nothing;
  }
  if ((start < end && IsDigit(text[start])) || !syntax::IsCode(source, start)) return nothing;
  if (start > 0 && text[start - 1] == '`') return nothing;
  const source::SourceFile before(source.path(), std::string(text.substr(0, start)));
  CompletionContext context = ContextReader(before).Read();
  context.word = {start, end};
  return context;
}

}  // namespace varpulis::service
