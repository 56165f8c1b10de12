#pragma once

// Questions about whole streams: the engine over batches that were built before, against a loop
// over the same batches.

#include <functional>
#include <memory>
#include <string>

#include "bench/contest.h"
#include "bench/program.h"
#include "bench/ticks.h"
#include "runtime/exec/engine.h"

namespace varpulis::bench {

// Adds up what comes out: the time and the numbers of every output event.
class CountingSink final : public exec::OutputSink {
 public:
  void Emit(uint32_t stream, const std::vector<std::string>& keys, const row::RowTable& rows,
            uint32_t row) override;
  void Print(std::string_view line) override;

  const Answer& answer() const { return answer_; }
  void Forget() { answer_ = {}; }

 private:
  Answer answer_;
};

// Place of the first emitted value in Answer::Add; the time is in front of it.
inline constexpr uint32_t kFirstValue = 1;
// One result of a loop, as CountingSink sees it.
template <typename... Values>
void AddResult(Answer& answer, TimestampNs time, Values... values) {
  ++answer.results;
  answer.Add(0, time);
  uint32_t place = kFirstValue;
  (answer.Add(place++, values), ...);
}

struct EngineCase {
  std::string name;
  std::string program;
  Goal goal;
  Batches (*input)(const ir::Plan& plan, uint32_t events);
  Answer (*loop)(const Batches& batches);
};
// The baseline is another program over the same events, native, which says something else: what the one costs
// beyond the other.
struct ProgramCase {
  std::string name;
  std::string program;
  std::string baseline;
  Batches (*input)(const ir::Plan& plan, uint32_t events);
};

// The baseline is the same program, native, whose streams of trends share nothing.
struct SharingCase {
  std::string name;
  std::string program;
  Batches (*input)(const ir::Plan& plan, uint32_t events);
};

Question SharingQuestion(const SharingCase& sharing_case, uint32_t events);
Question EngineQuestion(const EngineCase& engine_case, uint32_t events);
Question ProgramQuestion(const ProgramCase& program_case, uint32_t events);

}  // namespace varpulis::bench
