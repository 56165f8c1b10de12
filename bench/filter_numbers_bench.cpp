// How fast are conditions over numbers? The loops read all columns first, so that the compiler may
// do without branches and turn them into vector code, as it does with the kernels.

#include "bench/bench_main.h"
#include "bench/columns.h"
#include "bench/filter_contest.h"

namespace varpulis::bench {
namespace {

FilterLoop BindPrice(const row::RowTable& ticks) {
  return [price = Column<double>(ticks, "price")](uint32_t first, uint32_t count,
                                                  uint8_t* __restrict mask) {
    for (uint32_t i = 0; i < count; ++i) {
      const double p = price[first + i];
      mask[i] = price.present(first + i) && p > 50.0;
    }
  };
}

FilterLoop BindRange(const row::RowTable& ticks) {
  return [price = Column<double>(ticks, "price"), volume = Column<int64_t>(ticks, "volume")](
             uint32_t first, uint32_t count, uint8_t* __restrict mask) {
    for (uint32_t i = 0; i < count; ++i) {
      const double p = price[first + i];
      const int64_t v = volume[first + i];
      const bool has_price = price.present(first + i);
      const bool has_volume = volume.present(first + i);
      mask[i] = has_price && has_volume && p > 20.0 && p < 180.0 && v >= 100;
    }
  };
}

FilterLoop BindArithmetic(const row::RowTable& ticks) {
  return [price = Column<double>(ticks, "price"), volume = Column<int64_t>(ticks, "volume")](
             uint32_t first, uint32_t count, uint8_t* __restrict mask) {
    for (uint32_t i = 0; i < count; ++i) {
      const double p = price[first + i];
      const int64_t v = volume[first + i];
      const bool has_price = price.present(first + i);
      const bool has_volume = volume.present(first + i);
      int64_t more = 0;  // an overflow has no value, as in the program
      const bool overflow = __builtin_add_overflow(v, int64_t{5}, &more);
      const double turnover = p * static_cast<double>(v);
      mask[i] = has_price && has_volume && !overflow && more >= 100 && turnover > 1000.0 &&
                turnover < 90000.0;
    }
  };
}

std::vector<Question> Questions(uint32_t rows) {
  return FilterQuestions(
      {
          {"filter_numbers/price", "price > 50.0", BindPrice},
          {"filter_numbers/range", "price > 20.0 and price < 180.0 and volume >= 100", BindRange},
          {"filter_numbers/arithmetic",
           "volume + 5 >= 100 and price * volume > 1000.0 and price * volume < 90000.0",
           BindArithmetic},
      },
      rows);
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"filter_numbers", "loop", Questions, kFilterRows}, argc, argv);
}
