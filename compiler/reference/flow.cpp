#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Flow() {
  return {
      Family::Operator,
      "Flow and connections",
      {
          {"from",
           "Type.from(connector, name: value, ...)",
           "Events of this type that a connector delivers.",
           "connector Mq = mqtt(host: \"localhost\")\nstream Live = Purchase.from(Mq, topic: "
           "\"shop\")",
           {},
           {{"topic", "what to subscribe to"}}},
          {"on", ".on(Left.key == Right.key)", "What pairs the rows of a join.",
           "stream Paid = join(Order, Payment)\n    .on(Order.id == Payment.order)\n    "
           ".window(10m)\n"
           "    .emit(id: Order.id)"},
          {"process", ".process(call)",
           "Calls a function per row; the events that it emits replace the row.",
           "fn split_up(n: int):\n    emit Part(n: n)\nstream Parts = Purchase\n    "
           ".process(split_up(1))"},
          {"enrich",
           ".enrich(connector, key: expression, fields: [name, ...])",
           "Looks a key up at an http, database or redis connector and adds fields of the answer, "
           "and "
           "`enrich_status` (`ok`, `cached`, `error`, `timeout`) and `enrich_latency_ms`.",
           "connector Crm = http(url: \"http://localhost\")\n"
           "stream Known = Purchase\n    .enrich(Crm, key: user_id, fields: [segment], cache_ttl: "
           "5m)",
           {},
           {{"key", "what to look up"},
            {"fields", "which fields to add; what the answer lacks is null"},
            {"cache_ttl", "how long an answer is remembered; without it every event asks"},
            {"timeout", "how long to wait, 5s by default"},
            {"fallback",
             "the value of the fields after a failure; without it the event is dropped"}}},
          {"score",
           ".score(model: path, inputs: [name, ...], outputs: [name, ...])",
           "Runs a model on fields of the row and adds its results.",
           "stream Scored = Purchase\n    .score(model: \"m.onnx\", inputs: [amount], outputs: "
           "[risk])",
           {},
           {{"model", "path of the model"},
            {"inputs", "fields that go in"},
            {"outputs", "fields that come out"}}},
          {"context", ".context(name)", "Runs the stream in a declared context.",
           "context fast (cores: [0])\nstream Shown = Purchase\n    .context(fast)"},
          {"concurrent",
           ".concurrent(workers: n)",
           "Allows the stream to run on several threads; results stay the same.",
           "stream Shown = Purchase\n    .concurrent(workers: 4)",
           {},
           {{"workers", "how many threads"}, {"partition_by", "the field that shares the work"}}},
          {"on_error", ".on_error(policy), .on_error(err => expression)",
           "What happens to a row on which an operator before this one fails: \"skip\", \"null\" "
           "or \"stop\", or what the lambda makes of `err.stage`, `err.message` and `err.event` "
           "goes "
           "on instead.",
           "stream Shown = Purchase\n    .on_error(\"skip\")"},
          {"fork", ".fork(name: .operator(...), ...)",
           "Sends every row through each path; what comes out carries `_path`.",
           "stream Paths = Purchase\n    .fork(large: .where(amount > 800.0), tiny: .where(amount "
           "< 5.0))"},
          {"any", ".any(), .any(n)",
           "Behind `.fork`: passes a row for which at least one, or `n`, of the paths has output.",
           "stream Paths = Purchase\n    .fork(large: .where(amount > 800.0), known: .where(ok))\n "
           "   .any()"},
          {"all", ".all()", "Behind `.fork`: passes a row for which each of the paths has output.",
           "stream Paths = Purchase\n    .fork(large: .where(amount > 800.0), known: .where(ok))\n "
           "   .all()"},
      }};
}

}  // namespace varpulis::reference
