#pragma once

// A progress bar on standard error, only on a terminal.

#include "runtime/io/event_reader.h"

namespace varpulis::cli {

class Progress {
 public:
  // `input` outlives the bar.
  explicit Progress(const io::ReaderStatistics& input);
  // Redraws at most ten times a second.
  void Update();
  // Clears the line.
  void Done();

 private:
  const io::ReaderStatistics& input_;
  bool shown_;
  double begin_;
  double last_ = 0;
};

}  // namespace varpulis::cli
