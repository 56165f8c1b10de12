#include "tests/oracle/generator.h"

namespace varpulis::oracle {

namespace {

Value RandomValue(Dice& dice, int64_t first, size_t size, size_t missing) {
  if (dice.Chance(missing)) return {};
  if (dice.Chance(3)) return {Value::Kind::Null, 0};
  return {Value::Kind::Int, first + static_cast<int64_t>(dice.Roll(size))};
}

}  // namespace

std::vector<Event> RandomStream(Dice& dice, const StreamLimits& limits) {
  const size_t count = 4 + dice.Roll(limits.most_events - 3);
  const size_t types = 2 + dice.Roll(3);
  const size_t pace = 1 + dice.Roll(4);
  std::vector<Event> events;
  int64_t now = 0;
  for (size_t i = 0; i < count; ++i) {
    // Times repeat often.
    now += static_cast<int64_t>(dice.Roll(pace));
    Event event;
    event.type = static_cast<uint32_t>(dice.Roll(types));
    event.ms = now;
    if (limits.disordered && dice.Chance(25))
      event.ms = std::max<int64_t>(0, now - static_cast<int64_t>(dice.Roll(8)));
    event.fields[kI] = {Value::Kind::Int, static_cast<int64_t>(i)};
    event.fields[kX] = RandomValue(dice, 0, 5, 8);
    event.fields[kY] = RandomValue(dice, 0, 3, 8);
    event.fields[kK] = RandomValue(dice, 1, 2, 4);
    events.push_back(event);
  }
  return events;
}

}  // namespace varpulis::oracle
