// What does a forecast cost per event, beyond the pattern that it is about? A two-step sequence on an equal
// key with about a thousand runs open, which is foretold after every event.

#include <string>

#include <fmt/format.h>

#include "bench/bench_main.h"
#include "bench/engine_contest.h"
#include "bench/orders.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kEvents = 500'000;

std::string ProgramText(const std::string& behind) {
  return fmt::format(R"({}
stream Paid = Order as o
    -> Payment where id == o.id and amount >= o.amount as p
    .within(1m)
    {}
)",
                     kOrderEvents, behind);
}

Question Mode(const std::string& mode, uint32_t events) {
  const std::string forecast = fmt::format(
      ".forecast(mode: \"{}\", confidence: 0) .emit(id: o.id, p: forecast_probability, t: "
      "forecast_time)",
      mode);
  return ProgramQuestion(
      {"forecast/" + mode, ProgramText(forecast),
       ProgramText(".emit(id: o.id, ordered: o.amount, paid: p.amount)"), MakeOrders},
      events);
}

std::vector<Question> Questions(uint32_t events) {
  return {Mode("fast", events), Mode("balanced", events), Mode("accurate", events)};
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"forecast", "pattern", Questions, kEvents}, argc, argv);
}
