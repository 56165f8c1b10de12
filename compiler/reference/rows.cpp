#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Rows() {
  return {
      Family::Operator,
      "Rows",
      {
          {"where", ".where(condition)",
           "Passes a row if the condition is true; one without a value is not.",
           "stream Large = Purchase\n    .where(amount > 800.0 and country != \"CH\")"},
          {"filter", ".filter(condition), .filter(x => condition)",
           "As `.where`; a lambda gets the whole row.",
           "stream Large = Purchase\n    .filter(amount > 800.0)"},
          {"select", ".select(field, name: expression, ...)",
           "Rows with exactly these fields. A bare field keeps its name.",
           "stream Slim = Purchase\n    .select(user_id, cents: amount * 100.0)"},
          {"map", ".map(x => expression)",
           "The entries of the resulting map are the new fields; any other value is the field "
           "`value`.",
           "stream Slim = Purchase\n    .map(p => { user: p.user_id })"},
          {"limit", ".limit(n)", "Passes the first `n` rows of the stream, then nothing.",
           "stream Few = Purchase\n    .limit(100)"},
          {"distinct", ".distinct(), .distinct(key)",
           "Drops a row whose fields, or whose key, were seen before.",
           "stream FirstSeen = Login\n    .distinct(ip)"},
          {"first", ".first()",
           "Passes the first row only; behind `.fork`, the output of the first path that has one.",
           "stream Opening = Login\n    .first()"},
          {"tap",
           ".tap(name: expression, ...)",
           "Records values for metrics and passes rows on.",
           "stream Seen = Purchase\n    .tap(counter: \"purchases\", labels: [country])",
           {},
           {{"counter", "name of a counter that grows by one"},
            {"gauge", "name of a gauge that is set to `value`"},
            {"value", "what the gauge is set to"},
            {"labels", "fields that label the metric"}}},
      }};
}

}  // namespace varpulis::reference
