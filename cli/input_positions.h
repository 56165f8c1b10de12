#pragma once

// How far event files have been read when a checkpoint was taken: what `--resume` reads over. A file is known
// by its path and by how it begins, so that another one under the same name is read from its beginning.

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "runtime/io/event_reader.h"
#include "runtime/state/checkpoint.h"

namespace varpulis::cli {

class InputPositions {
 public:
  struct File {
    std::string path;  // absolute
    uint64_t prefix_bytes = 0;
    uint64_t prefix_sum = 0;
    uint64_t events = 0;
  };

  // What the checkpoint says; nothing if it says nothing. Malformed if it cannot be understood.
  static Result<InputPositions> Of(const state::Checkpoint& checkpoint);

  // For each of the paths the events that were read of it before.
  std::vector<uint64_t> ToSkip(const std::vector<std::string>& paths) const;
  // Takes note that the files were read up to a position of the reader over them. Standard input and
  // pipes have none.
  void Update(const std::vector<std::string>& paths, const io::EventReader& reader,
              const io::ReaderPosition& position);
  state::Section Save() const;

  TimestampNs previous_time = 0;
  bool is_known = false;  // some input has been read
  bool is_streaming =
      false;  // in file order, whatever the offsets; else a position means another event

 private:
  void Set(File file);

  std::vector<File> files_;   // the one read last behind
  std::vector<File> begins_;  // of the paths of Update, once they were looked at; without events
};

}  // namespace varpulis::cli
