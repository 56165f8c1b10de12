#include "bench/filter_contest.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/limits.h"
#include "bench/program.h"
#include "bench/ticks.h"
#include "runtime/operator/kernel_call.h"

namespace varpulis::bench {
namespace {

// The interpreter's tenth and half the loop's speed are what users were promised.
constexpr Goal kGoal = {.over_interpreter = 10, .behind_baseline = 2};

struct FilterInput {
  explicit FilterInput(const FilterCase& filter)
      : program(fmt::format("{}stream Out = Tick.where({}).emit(price: price, symbol: symbol)\n",
                            kTickEvent, filter.condition)) {}

  uint32_t rows() const { return batch->tables[0].rows(); }

  Program program;
  std::unique_ptr<row::Batch> batch;
};

Contestant OverFrames(const std::shared_ptr<FilterInput>& input, FilterLoop loop) {
  auto mask = std::make_shared<std::vector<uint8_t>>(input->rows());
  Contestant contestant;
  contestant.run = [=] {
    for (uint32_t first = 0; first < input->rows(); first += limits::kBatchRows) {
      const uint32_t count = std::min(limits::kBatchRows, input->rows() - first);
      loop(first, count, mask->data() + first);
    }
  };
  contestant.answer = [=] {
    Answer answer;
    for (uint32_t row = 0; row < mask->size(); ++row) {
      answer.results += (*mask)[row];
      answer.Add(row, int64_t{(*mask)[row]});
    }
    return answer;
  };
  return contestant;
}

// `input` outlives the loop.
FilterLoop BindKernel(const FilterInput& input, const kernel::KernelTable& table) {
  struct Bound {
    explicit Bound(const kernel::KernelTable& table) : call(&table, &context, nullptr) {}
    abi::KernelContext context;
    op::KernelCaller call;
  };
  auto bound = std::make_shared<Bound>(table);
  return [bound, &input](uint32_t first, uint32_t count, uint8_t* mask) {
    bound->call.Mask(input.program.filter(), input.batch->tables[0], first, count, mask);
  };
}

}  // namespace

std::vector<Question> FilterQuestions(const std::vector<FilterCase>& cases, uint32_t rows) {
  std::vector<Question> questions;
  for (const FilterCase& filter : cases) {
    auto input = std::make_shared<FilterInput>(filter);
    input->batch = MakeTickTable(input->program.plan, rows);
    Question question;
    question.name = filter.name;
    question.events = input->rows();
    question.goal = kGoal;
    question.native = OverFrames(input, BindKernel(*input, input->program.native));
    question.interpreted = OverFrames(input, BindKernel(*input, input->program.interpreted));
    question.baseline = OverFrames(input, filter.bind(input->batch->tables[0]));
    questions.push_back(std::move(question));
  }
  return questions;
}

}  // namespace varpulis::bench
