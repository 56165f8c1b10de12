#include "bench/orders.h"

#include "base/check.h"

namespace varpulis::bench {
namespace {

constexpr uint32_t kOrderTable = 0;
constexpr uint32_t kPaymentTable = 1;
constexpr size_t kWaiting = 1000;

struct ShopOrder {
  int64_t id;
  double amount;
};

class OrderSource {
 public:
  void Append(row::Batch& batch) {
    time_ += kNsPerMs;
    const bool is_order = waiting_.size() < kWaiting || random_.OneIn(2);
    const ShopOrder event = is_order ? NextOrder() : NextPayment();
    const uint32_t index = is_order ? kOrderTable : kPaymentTable;
    row::RowTable& table = batch.tables[index];
    const uint32_t row = table.AppendRow(time_);
    // One value in a hundred is missing.
    if (!random_.OneIn(100)) table.SetInt(ColumnOf(table, "id"), row, event.id);
    if (!random_.OneIn(100)) table.SetFloat(ColumnOf(table, "amount"), row, event.amount);
    batch.order.push_back({index, row});
  }

 private:
  static uint32_t ColumnOf(const row::RowTable& table, const char* name) {
    const int column = table.schema().Find(name);
    VPL_CHECK(column >= 0, "{} has no {}", table.schema().name, name);
    return static_cast<uint32_t>(column);
  }

  ShopOrder NextOrder() {
    const ShopOrder order = {next_id_++, static_cast<double>(random_.Between(100, 100'000)) / 100};
    waiting_.push_back(order);
    return order;
  }

  // Any waiting order; one payment in a hundred is too small.
  ShopOrder NextPayment() {
    const auto last = static_cast<int64_t>(waiting_.size()) - 1;
    std::swap(waiting_[static_cast<size_t>(random_.Between(0, last))], waiting_.back());
    ShopOrder payment = waiting_.back();
    waiting_.pop_back();
    if (random_.OneIn(100)) payment.amount -= 1;
    return payment;
  }

  generate::Random random_{42};
  TimestampNs time_ = 1'750'000'000 * kNsPerSecond;
  int64_t next_id_ = 1;
  std::vector<ShopOrder> waiting_;
};

}  // namespace

Batches MakeOrders(const ir::Plan& plan, uint32_t count) {
  OrderSource source;
  return FillBatches(plan, count, [&](row::Batch& batch, uint32_t rows) {
    for (uint32_t i = 0; i < rows; ++i) source.Append(batch);
  });
}

}  // namespace varpulis::bench
