#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Windows() {
  return {
      Family::Operator,
      "Groups and windows",
      {
          {"partition_by", ".partition_by(key, ...)",
           "Windows, aggregates and patterns of the stream are kept apart for each key. Stands "
           "before `.window`.",
           "stream PerUser = Purchase\n    .partition_by(user_id)\n    .window(1h)\n    "
           ".aggregate(n: count())"},
          {"window",
           ".window(duration), .window(events)",
           "Collects rows until a time has passed or a number is reached, for the operator "
           "behind it. Without `.aggregate` or `.collect` they go on one by one, as one "
           "batch.",
           "stream Hourly = Purchase\n    .window(1h)\n    .aggregate(total: sum(amount))",
           {},
           {{"tumbling", "the size, as without a name"},
            {"sliding", "how far the window moves between two results, as the size is given"},
            {"session", "the gap that ends a session"},
            {"policy", "what closes it: \"event\", or \"watermark\": only the clock"},
            {"delay", "outputs the row of so many rows before"}}},
          {"aggregate", ".aggregate(name: aggregate, ...)",
           "One row per window and key, with these fields. Without a window every row outputs "
           "the values so far.",
           "stream Totals = Purchase\n    .partition_by(user_id)\n    .window(1d)\n"
           "    .aggregate(n: count(), total: sum(amount))"},
          {"having", ".having(condition)", "As `.where`, on the rows of `.aggregate`.",
           "stream Busy = Login\n    .partition_by(ip)\n    .window(1m)\n    .aggregate(n: "
           "count())\n"
           "    .having(n > 100)"},
          {"order_by", ".order_by(key [asc|desc], ...)",
           "Sorts the rows of each batch of a window; equal ones keep their order, absent keys "
           "come last.",
           "stream Ranked = Purchase\n    .window(1h)\n    .order_by(amount desc)"},
          {"collect", ".collect()",
           "Makes one row of a window: `events`, an array of maps, and `count`.",
           "stream Batches = Purchase\n    .window(100)\n    .collect()"},
          {"watermark",
           ".watermark(out_of_order: duration)",
           "Rows may come so much out of order: they wait, and go on in order of time. Windows of "
           "time begin at multiples of their size. Later ones are dropped and counted.",
           "stream Ordered = Purchase\n    .watermark(out_of_order: 5s)\n    .window(1m)\n"
           "    .aggregate(n: count())",
           {},
           {{"out_of_order", "how late a row may be"}, {"delay", "the same"}}},
          {"allowed_lateness", ".allowed_lateness(duration)",
           "Rows that come too late for `.watermark` by no more than this still count: all that is "
           "due waits so much longer.",
           "stream Ordered = Purchase\n    .watermark(out_of_order: 5s)\n    "
           ".allowed_lateness(1m)\n"
           "    .window(1m)\n    .aggregate(n: count())"},
      }};
}

}  // namespace varpulis::reference
