#pragma once

// Why a program has stopped: an evaluation error in front of `.on_error("stop")`, or a bound that its
// operator wants to be an error.

#include <string>
#include <string_view>

#include "compiler/ir/kernel_abi.h"
#include "runtime/exec/output_order.h"

namespace varpulis::exec {

struct Failure {
  OutputOrder order;  // of the row that failed; what comes later is no output any more
  std::string stream;
  std::string reason;    // `div_zero`
  std::string asked_by;  // who made it stop: `.on_error("stop")`
  std::string row;       // type, time, and the fields that the program reads

  // `Risky: div_zero in event 3: Login 2026-03-01T00:00:00Z {"n":0}`.
  std::string Text() const;
};

// `div_zero`.
std::string_view ErrorName(abi::EvalError error);

}  // namespace varpulis::exec
