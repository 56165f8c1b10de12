#pragma once

// The checkpoints of one program in a folder: `FOLDER/checkpoint/<number>`, counted up from 1, of which the
// newest limits::kKeptCheckpoints are kept. One process at a time writes to a folder.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "runtime/state/checkpoint.h"

namespace varpulis::state {

class CheckpointStore {
 public:
  // Makes the folder if it is not there. IoError or NotFound with the path.
  static Result<CheckpointStore> Open(const std::string& folder);

  // Numbers of the checkpoints that are there, readable or not, the newest first.
  Result<std::vector<uint64_t>> Numbers() const;
  std::string PathOf(uint64_t number) const;
  // As Decode, with the path in front; ResourceExhausted if it is larger than kMaxCheckpointBytes.
  Result<Checkpoint> Read(uint64_t number) const;
  // Writes under the next number and returns it, then removes what is too old. The file appears whole:
  // it is written under another name, brought to the disk, and renamed. IoError: nothing has changed but
  // for a file of that other name.
  Result<uint64_t> Write(std::string_view bytes);

 private:
  explicit CheckpointStore(std::string folder) : folder_(std::move(folder)) {}
  Status RemoveOld() const;

  std::string folder_;  // with the files
};

}  // namespace varpulis::state
