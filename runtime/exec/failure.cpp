#include "runtime/exec/failure.h"

#include <fmt/format.h>

namespace varpulis::exec {

std::string_view ErrorName(abi::EvalError error) {
  switch (error) {
    case abi::EvalError::IntOverflow:
      return "int_overflow";
    case abi::EvalError::DivZero:
      return "div_zero";
    case abi::EvalError::Domain:
      return "domain";
    case abi::EvalError::Type:
      return "type";
    case abi::EvalError::Limit:
      return "limit";
    case abi::EvalError::LookupError:
      return "lookup_error";
    case abi::EvalError::LookupTimeout:
      return "lookup_timeout";
  }
  return "";
}

std::string Failure::Text() const {
  const std::string where = order.event >= UINT64_MAX - 1
                                ? std::string("at the end of input")
                                : fmt::format("in event {}", order.event + 1);
  return fmt::format("{}: {} {}: {}", stream, reason, where, row);
}

}  // namespace varpulis::exec
