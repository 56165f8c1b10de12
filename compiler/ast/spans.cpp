#include "compiler/ast/spans.h"

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <variant>
#include <vector>

namespace varpulis::ast {
namespace {

// Stands for a value of any type where fields are counted; nobody ever asks for it.
struct AnyValue {
  template <typename T>
  operator T() const {  // NOLINT: implicit on purpose
    std::terminate();
  }
};

template <typename T, typename... Values>
constexpr size_t FieldCount() {
  if constexpr (requires { T{Values{}..., AnyValue{}}; }) {
    return FieldCount<T, Values..., AnyValue>();
  } else {
    return sizeof...(Values);
  }
}

// Walks the structs of the AST by their fields, whatever these are: a field that is added later is
// visited without anybody thinking of it.
class SpanWalk {
 public:
  explicit SpanWalk(const std::function<void(SourceSpan&)>& visit) : visit_(visit) {}

  void Walk(SourceSpan& span) { visit_(span); }
  void Walk(Expr& expr) { All(expr.span, expr.node); }
  void Walk(std::string&) {}
  template <typename T>
  void Walk(std::vector<T>& items) {
    for (T& item : items) Walk(item);
  }
  template <typename T>
  void Walk(std::unique_ptr<T>& item) {
    if (item != nullptr) Walk(*item);
  }
  template <typename T>
  void Walk(std::optional<T>& item) {
    if (item) Walk(*item);
  }
  template <typename... Kinds>
  void Walk(std::variant<Kinds...>& item) {
    std::visit([this](auto& kind) { this->Walk(kind); }, item);
  }
  template <typename T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void Walk(T&) {}
  template <typename T>
    requires std::is_aggregate_v<T>
  void Walk(T& item) {
    constexpr size_t kFields = FieldCount<T>();
    static_assert(kFields <= 10, "one more line below");
    if constexpr (kFields == 1) {
      auto& [a] = item;
      All(a);
    } else if constexpr (kFields == 2) {
      auto& [a, b] = item;
      All(a, b);
    } else if constexpr (kFields == 3) {
      auto& [a, b, c] = item;
      All(a, b, c);
    } else if constexpr (kFields == 4) {
      auto& [a, b, c, d] = item;
      All(a, b, c, d);
    } else if constexpr (kFields == 5) {
      auto& [a, b, c, d, e] = item;
      All(a, b, c, d, e);
    } else if constexpr (kFields == 6) {
      auto& [a, b, c, d, e, f] = item;
      All(a, b, c, d, e, f);
    } else if constexpr (kFields == 7) {
      auto& [a, b, c, d, e, f, g] = item;
      All(a, b, c, d, e, f, g);
    } else if constexpr (kFields == 8) {
      auto& [a, b, c, d, e, f, g, h] = item;
      All(a, b, c, d, e, f, g, h);
    } else if constexpr (kFields == 9) {
      auto& [a, b, c, d, e, f, g, h, i] = item;
      All(a, b, c, d, e, f, g, h, i);
    } else if constexpr (kFields == 10) {
      auto& [a, b, c, d, e, f, g, h, i, j] = item;
      All(a, b, c, d, e, f, g, h, i, j);
    }
  }

 private:
  template <typename... Fields>
  void All(Fields&... fields) {
    (Walk(fields), ...);
  }

  const std::function<void(SourceSpan&)>& visit_;
};

}  // namespace

void EachSpan(Statement& statement, const std::function<void(SourceSpan&)>& visit) {
  SpanWalk(visit).Walk(statement);
}

void Shift(Statement& statement, int64_t by) {
  if (by == 0) return;
  EachSpan(statement, [by](SourceSpan& span) {
    if (span == SourceSpan{}) return;
    span.begin = static_cast<uint32_t>(span.begin + by);
    span.end = static_cast<uint32_t>(span.end + by);
  });
}

}  // namespace varpulis::ast
