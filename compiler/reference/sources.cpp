#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Sources() {
  return {Family::Source,
          "",
          {
              {"merge", "merge(branch, ...)",
               "The rows of several types or streams. A branch may have a label and a condition.",
               "stream Both = merge(Login, stream large = Purchase .where(amount > 800.0))\n    "
               ".print()"},
              {"join", "join(branch, ...)",
               "Pairs of rows with equal keys; `.on` says which, `.window` for how long rows wait "
               "for each other.",
               "stream Paid = join(Order, Payment)\n    .on(Order.id == Payment.order)\n    "
               ".window(10m)\n"
               "    .emit(id: Order.id)"},
              {"left_join", "left_join(left, right)",
               "As `join`, and the rows of the left side that found no partner.",
               "stream Unpaid = left_join(Order, Payment)\n    .on(Order.id == Payment.order)\n    "
               ".window(10m)\n"
               "    .where(Payment.amount == null)\n    .emit(id: Order.id)"},
              {"right_join", "right_join(left, right)",
               "As `join`, and the rows of the right side that found no partner.",
               "stream All = right_join(Order, Payment)\n    .on(Order.id == Payment.order)\n    "
               ".window(10m)"},
              {"full_join", "full_join(left, right)",
               "As `join`, and the rows of both sides that found no partner.",
               "stream All = full_join(Order, Payment)\n    .on(Order.id == Payment.order)\n    "
               ".window(10m)"},
              {"sequence", "sequence(alias: Type where condition, ...)",
               "One event after another, as arrows between types.",
               "stream Takeover = sequence(l: Login, p: Purchase where user_id == l.user_id)\n    "
               ".within(30m)\n"
               "    .emit(user: l.user_id)"},
              {"timer",
               "timer(interval)",
               "An event `Timer_<stream>` each time that so much event time has passed since the "
               "first event. Its field `timestamp` is the time in milliseconds.",
               "stream Tick = timer(5s, initial_delay: 1s)\n    .emit()",
               {},
               {{"initial_delay", "when the first one comes; after one interval if absent"}}},
          }};
}

}  // namespace varpulis::reference
