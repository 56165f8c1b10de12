#include "bench/engine_contest.h"

namespace varpulis::bench {
namespace {

struct EngineInput {
  explicit EngineInput(std::string_view text) : program(text) {}

  Program program;
  Batches batches;
};

Contestant Remembering(std::function<Answer()> pass) {
  auto answer = std::make_shared<Answer>();
  return {[=, pass = std::move(pass)] { *answer = pass(); }, [=] { return *answer; }};
}

// Every pass begins with an engine without state.
Contestant EngineOver(const std::shared_ptr<EngineInput>& input, const kernel::KernelTable& kernels,
                      const exec::Bounds& bounds = {}) {
  return Remembering([input, &kernels, bounds] {
    CountingSink sink;
    exec::Engine engine(input->program.plan, kernels, sink, {}, bounds);
    for (const auto& batch : input->batches) engine.Process(*batch);
    engine.Finish(true);
    return sink.answer();
  });
}

}  // namespace

void CountingSink::Emit(uint32_t, const std::vector<std::string>&, const row::RowTable& rows,
                        uint32_t row) {
  ++answer_.results;
  answer_.Add(0, rows.time(row));
  const std::vector<ir::TableColumn>& columns = rows.schema().columns;
  for (uint32_t column = 0; column < columns.size(); ++column) {
    const ir::Type type = columns[column].type;
    if (type != ir::Type::Int && type != ir::Type::Float) continue;
    const abi::ColumnRef& values = rows.columns()[column];
    if (values.states[row] != abi::kPresent) continue;
    // Floats by their bits, as in Answer::Add.
    answer_.Add(kFirstValue + column, static_cast<const int64_t*>(values.values)[row]);
  }
}

void CountingSink::Print(std::string_view) {}

namespace {

using MakeInput = Batches (*)(const ir::Plan& plan, uint32_t events);

std::shared_ptr<EngineInput> InputOf(const std::string& program, MakeInput make, uint32_t events) {
  auto input = std::make_shared<EngineInput>(program);
  input->batches = make(input->program.plan, events);
  return input;
}

// Without a baseline.
Question Both(const std::string& name, const std::shared_ptr<EngineInput>& input, uint32_t events) {
  Question question;
  question.name = name;
  question.events = events;
  question.native = EngineOver(input, input->program.native);
  question.interpreted = EngineOver(input, input->program.interpreted);
  return question;
}

}  // namespace

Question ProgramQuestion(const ProgramCase& program_case, uint32_t events) {
  Question question =
      Both(program_case.name, InputOf(program_case.program, program_case.input, events), events);
  const auto other = InputOf(program_case.baseline, program_case.input, events);
  question.baseline = EngineOver(other, other->program.native);
  question.baseline.answer = nullptr;
  return question;
}

Question SharingQuestion(const SharingCase& sharing_case, uint32_t events) {
  const auto input = InputOf(sharing_case.program, sharing_case.input, events);
  Question question = Both(sharing_case.name, input, events);
  exec::Bounds unshared;
  unshared.trends = trend::Sharing::Never;
  question.baseline = EngineOver(input, input->program.native, unshared);
  return question;
}

Question EngineQuestion(const EngineCase& engine_case, uint32_t events) {
  const auto input = InputOf(engine_case.program, engine_case.input, events);
  Question question = Both(engine_case.name, input, events);
  question.goal = engine_case.goal;
  question.baseline =
      Remembering([input, loop = engine_case.loop] { return loop(input->batches); });
  return question;
}

}  // namespace varpulis::bench
