#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Outputs() {
  return {
      Family::Operator,
      "Output",
      {
          {"emit",
           ".emit(name: expression, ...), .emit as Type(...)",
           "Outputs an event with these fields, all fields if there are none. Its type is the "
           "stream's name or "
           "`Type`.",
           "stream Alert = Purchase\n    .where(amount > 800.0)\n    .emit(user: user_id, "
           "amount: amount)",
           {},
           {{"context", "the context whose streams get the event"}}},
          {"print", ".print(expression, ...)",
           "Writes a line per row, with these values or all fields, and passes rows on.",
           "stream Shown = Purchase\n    .print(user_id, amount)"},
          {"log",
           ".log(level: text, message: text, data: value)",
           "Writes a log record per row and passes rows on.",
           "stream Logged = Purchase\n    .log(level: \"info\", message: user_id)",
           {},
           {{"level", "\"error\", \"warn\", \"info\", \"debug\" or \"trace\""},
            {"message", "the text; the event type if absent"},
            {"data", "a value; all fields if absent"}}},
          {"to",
           ".to(connector, name: value, ...)",
           "Sends rows to a connector and passes them on.",
           "connector Screen = console()\nstream Alert = Purchase\n    .to(Screen)",
           {},
           {{"topic", "where they go; may be computed per row"}}},
          {"alert",
           ".alert(webhook: url, message: text)",
           "Posts a message per row and passes rows on. `{field}` in it is replaced by that field.",
           "stream Alert = Purchase\n    .alert(webhook: \"http://localhost/hook\", message: "
           "\"{user_id}\")",
           {},
           {{"webhook", "where to post; without it the message is logged"},
            {"message", "the text; type and fields if absent"}}},
      }};
}

}  // namespace varpulis::reference
