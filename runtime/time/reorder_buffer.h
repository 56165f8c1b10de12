#pragma once

// Rows of a stream with a watermark that its clock has not reached (language.md 7.2): they come in as they
// arrive and go on in the order of (time, arrival).

#include <cstdint>
#include <map>
#include <queue>
#include <vector>

#include <absl/container/inlined_vector.h>
#include <absl/functional/function_ref.h>

#include "base/time.h"
#include "compiler/ir/plan.h"
#include "runtime/kernel/kernel_context.h"
#include "runtime/row/table.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::time {

// Which ways into its stream a row has passed, as whoever asked for them numbers them.
using PassedInputs = absl::InlinedVector<uint32_t, 2>;

class ReorderBuffer {
 public:
  // The plan outlives the buffer.
  explicit ReorderBuffer(const ir::Plan& plan) : plan_(plan) {}
  ReorderBuffer(const ReorderBuffer&) = delete;
  ReorderBuffer& operator=(const ReorderBuffer&) = delete;

  // Keeps a copy of the row, which is one of `table`, and of all that it holds. The result is how many of its
  // values are missing in the copy because they reach more than kMaxOwnedBytes.
  uint32_t Add(abi::KernelContext& context, ir::TableId table, const row::RowTable& rows,
               uint32_t row, uint32_t consumer, const PassedInputs& passed);

  bool empty() const { return waiting_.empty(); }
  size_t size() const { return waiting_.size(); }
  // Time of the row that is next; there must be one.
  TimestampNs next_time() const { return waiting_.top().time; }

  struct Row {
    ir::TableId table;
    const row::RowTable* rows;
    uint32_t row;
    uint32_t consumer;
    const PassedInputs* passed;
  };
  // The row that is next. It stays until Pop.
  Row Front() const;
  // Takes that row out; the text and containers that it held are valid until the end of the batch.
  void Pop(abi::KernelContext& context);
  // Takes all rows out.
  void Release(abi::KernelContext& context);

  // The rows in the order in which they go on. A table is known by its place in `tables`, those of the
  // stream's inputs. `reader` finds out who of the table's consumers the stream is, and in how many ways
  // rows of the table may enter it. Into a new buffer; after a failure of the reader nothing may
  // follow but Release.
  struct Reader {
    uint32_t consumer;
    size_t inputs;
  };
  void Save(state::StateWriter& out, const std::vector<ir::TableId>& tables) const;
  void Restore(abi::KernelContext& context, state::StateReader& in,
               const std::vector<ir::TableId>& tables,
               absl::FunctionRef<Reader(ir::TableId)> reader);

  size_t bytes() const;

 private:
  // Rows of one table; places are used again.
  struct Rows {
    explicit Rows(const ir::Table& schema) : table(schema) {}
    row::RowTable table;
    std::vector<uint32_t> free;
    struct Way {
      uint32_t consumer = 0;
      PassedInputs passed;
    };
    std::vector<Way> ways;  // parallel to the rows
  };
  struct Waiting {
    TimestampNs time;
    uint64_t arrival;
    ir::TableId table;
    uint32_t row;
    bool operator>(const Waiting& other) const {
      return time != other.time ? time > other.time : arrival > other.arrival;
    }
  };

  // A place for one more row of the table; it owns nothing yet.
  uint32_t NewPlace(Rows& rows);
  void RestoreRow(abi::KernelContext& context, state::StateReader& in, ir::TableId table,
                  const Reader& reader);

  const ir::Plan& plan_;
  std::map<ir::TableId, Rows> rows_;
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> waiting_;
  uint64_t arrivals_ = 0;
};

}  // namespace varpulis::time
