// How fast is a two-step sequence on an equal key? Half of the events open a run, half close one;
// a few runs are never closed and expire.

#include <deque>
#include <string>

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>

#include "bench/bench_main.h"
#include "bench/columns.h"
#include "bench/engine_contest.h"
#include "bench/orders.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kEvents = 1'000'000;
constexpr DurationNs kWithin = kNsPerMinute;
// Row 5 of the design's goals.
constexpr Goal kGoal = {.over_interpreter = 0, .behind_baseline = 3};

const std::string kProgram = std::string(kOrderEvents) + R"(
stream Paid = Order as o
    -> Payment where id == o.id and amount >= o.amount as p
    .within(1m)
    .emit(id: o.id, ordered: o.amount, paid: p.amount)
)";

struct Run {
  TimestampNs start;
  double ordered;
};

// Orders that wait for a payment. An id may be ordered again before it is paid: one payment then
// answers all orders that it covers.
class OpenOrders {
 public:
  void Open(TimestampNs time, int64_t id, double ordered) {
    Expire(time);
    by_id_[id].push_back({time, ordered});
    starts_.push_back({time, id});
  }

  void Pay(TimestampNs time, int64_t id, double paid, Answer& answer) {
    auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    Runs& runs = found->second;
    auto keep = runs.begin();
    for (const Run& run : runs) {
      if (time - run.start <= kWithin && paid >= run.ordered) {
        AddResult(answer, time, id, run.ordered, paid);
      } else {
        *keep++ = run;
      }
    }
    runs.erase(keep, runs.end());
    if (runs.empty()) by_id_.erase(found);
  }

 private:
  using Runs = absl::InlinedVector<Run, 1>;
  struct Start {
    TimestampNs time;
    int64_t id;
  };

  void Expire(TimestampNs clock) {
    for (; !starts_.empty() && clock - starts_.front().time > kWithin; starts_.pop_front()) {
      auto found = by_id_.find(starts_.front().id);
      if (found == by_id_.end()) continue;
      Runs& runs = found->second;
      auto live = runs.begin();
      while (live != runs.end() && clock - live->start > kWithin) ++live;
      runs.erase(runs.begin(), live);
      if (runs.empty()) by_id_.erase(found);
    }
  }

  absl::flat_hash_map<int64_t, Runs> by_id_;
  std::deque<Start> starts_;
};

// One event type of a batch.
struct Amounts {
  explicit Amounts(const row::RowTable& rows) : id(rows, "id"), amount(rows, "amount") {}
  bool complete(uint32_t row) const { return id.present(row) && amount.present(row); }

  Column<int64_t> id;
  Column<double> amount;
};

Answer Loop(const Batches& batches) {
  Answer answer;
  OpenOrders open;
  for (const auto& batch : batches) {
    const Amounts orders(batch->tables[0]);
    const Amounts payments(batch->tables[1]);
    for (const row::RowRef& event : batch->order) {
      const TimestampNs time = batch->tables[event.table].time(event.row);
      const Amounts& rows = event.table == 0 ? orders : payments;
      // What is not there compares with nothing.
      if (!rows.complete(event.row)) continue;
      if (event.table == 0) {
        open.Open(time, rows.id[event.row], rows.amount[event.row]);
      } else {
        open.Pay(time, rows.id[event.row], rows.amount[event.row], answer);
      }
    }
  }
  return answer;
}

std::vector<Question> Questions(uint32_t events) {
  return {EngineQuestion({"sequence/order_payment", kProgram, kGoal, MakeOrders, Loop}, events)};
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"sequence", "loop", Questions, kEvents}, argc, argv);
}
