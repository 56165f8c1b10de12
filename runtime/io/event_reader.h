#pragma once

// Event files to batches (design.md D4, language-later.md 12, language.md 10.1).

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "compiler/ir/plan.h"
#include "runtime/row/table.h"

namespace varpulis::io {

struct ReaderOptions {
  bool skip_bad = false;     // count malformed lines and go on
  bool streaming = false;    // never reorder by arrival offset: bounded memory
  bool timed = false;        // a batch holds events of one arrival offset (row::Batch::arrival)
  std::string default_type;  // --event-type: type of lines without one
  std::string time_field;    // --time-field: field that carries the event time
  std::string time_format;   // --time-format: strptime format of that field
  TimestampNs start = 0;     // --start
  bool keep_unread_types = false;  // for a trace: Batch::unread_types
  uint32_t batch_rows = 4096;      // rows per batch, at most limits::kBatchRows
  // Of a pipe or terminal nothing more is read once this descriptor has something to read: behind the whole
  // entries so far Next is Unavailable. -1: reading waits for the input alone.
  int stop_fd = -1;
};

// How far the input was read: files in front of `file` to their ends.
struct ReaderPosition {
  size_t file = 0;
  uint64_t events = 0;            // of that file, those that were skipped among them
  TimestampNs previous_time = 0;  // of the last entry
};

struct ReaderStatistics {
  uint64_t events = 0;  // without those that were skipped, as all counters of entries are
  uint64_t bytes = 0;
  uint64_t total_bytes = 0;  // of all files; 0 when unknown (standard input)
  uint64_t bad_lines = 0;
  std::vector<std::string> first_bad;  // "file:line: reason" of the first three
  uint64_t schema_violations = 0;      // declared fields that were absent or of another type
  uint64_t unreadable_times = 0;
  uint64_t truncated_strings = 0;
};

// Reads files one after the other as one input. Every file may mix JSON lines and text events, or
// be one JSON array of objects, or CSV with a header line (`.csv`); `-` is standard input. Only the
// columns of the plan's event tables are filled. Memory is bounded by one batch plus one line,
// except that a file with BATCH or @ offsets is held in memory to be ordered, unless streaming.
class EventReader {
 public:
  virtual ~EventReader() = default;

  // NotFound or IoError when a file cannot be opened, before anything is read.
  static Result<std::unique_ptr<EventReader>> Open(const std::vector<std::string>& paths,
                                                   const ir::Plan& plan, ReaderOptions options);
  // The same over text in memory; `name` stands for the file in messages.
  static std::unique_ptr<EventReader> OverText(std::string name, std::string text,
                                               const ir::Plan& plan, ReaderOptions options);

  // Before the first call of Next: the input goes on with another one. The entry before its first one had
  // that time (decision D26), and of each file so many events are read over, as somebody has
  // processed them before; of files behind the end of the list none.
  virtual void GoOn(TimestampNs previous_time, std::vector<uint64_t> skip) = 0;

  // Clears the batch and fills it with up to options.batch_rows events, which it owns: several batches
  // of one reader may be in use. False: end of input, batch
  // empty. A malformed line is Malformed with "file:line: reason"; events before it have been
  // delivered by earlier calls; once it was returned, further calls return it again.
  virtual Result<bool> Next(row::Batch& batch) = 0;

  virtual const ReaderStatistics& statistics() const = 0;

  // Behind the events of all batches so far.
  virtual ReaderPosition position() const = 0;
  // Of a file in front of the position's.
  virtual uint64_t events_of(size_t file) const = 0;
};

}  // namespace varpulis::io
