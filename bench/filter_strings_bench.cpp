// How fast are conditions over texts? The loops use std::string_view like any C++ program.

#include <string_view>

#include "bench/bench_main.h"
#include "bench/columns.h"
#include "bench/filter_contest.h"

namespace varpulis::bench {
namespace {

using Text = abi::VplString;

FilterLoop BindEqual(const row::RowTable& ticks) {
  return [venue = Column<Text>(ticks, "venue")](uint32_t first, uint32_t count,
                                                uint8_t* __restrict mask) {
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t row = first + i;
      mask[i] = venue.present(row) && venue[row].view() == "XETRA";
    }
  };
}

FilterLoop BindAnyOf(const row::RowTable& ticks) {
  return [venue = Column<Text>(ticks, "venue"), symbol = Column<Text>(ticks, "symbol")](
             uint32_t first, uint32_t count, uint8_t* __restrict mask) {
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t row = first + i;
      mask[i] =
          (venue.present(row) && (venue[row].view() == "XETRA" || venue[row].view() == "PARIS")) ||
          (symbol.present(row) && symbol[row].view() == "S0042");
    }
  };
}

FilterLoop BindLongEqual(const row::RowTable& ticks) {
  return [note = Column<Text>(ticks, "note")](uint32_t first, uint32_t count,
                                              uint8_t* __restrict mask) {
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t row = first + i;
      mask[i] = note.present(row) && note[row].view() == "trading halted for news";
    }
  };
}

FilterLoop BindPrefix(const row::RowTable& ticks) {
  return [symbol = Column<Text>(ticks, "symbol")](uint32_t first, uint32_t count,
                                                  uint8_t* __restrict mask) {
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t row = first + i;
      mask[i] = symbol.present(row) && symbol[row].view().starts_with("S00");
    }
  };
}

FilterLoop BindContains(const row::RowTable& ticks) {
  return [symbol = Column<Text>(ticks, "symbol"), note = Column<Text>(ticks, "note")](
             uint32_t first, uint32_t count, uint8_t* __restrict mask) {
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t row = first + i;
      mask[i] = symbol.present(row) && symbol[row].view() != "S0001" && note.present(row) &&
                note[row].view().find("news") != std::string_view::npos;
    }
  };
}

std::vector<Question> Questions(uint32_t rows) {
  return FilterQuestions(
      {
          {"filter_strings/equal", "venue == \"XETRA\"", BindEqual},
          {"filter_strings/any_of",
           "venue == \"XETRA\" or venue == \"PARIS\" or symbol == \"S0042\"", BindAnyOf},
          {"filter_strings/long_equal", "note == \"trading halted for news\"", BindLongEqual},
          {"filter_strings/prefix", "starts_with(symbol, \"S00\")", BindPrefix},
          {"filter_strings/contains", "symbol != \"S0001\" and contains(note, \"news\")",
           BindContains},
      },
      rows);
}

}  // namespace
}  // namespace varpulis::bench

int main(int argc, char** argv) {
  using namespace varpulis::bench;
  return Main({"filter_strings", "loop", Questions, kFilterRows}, argc, argv);
}
