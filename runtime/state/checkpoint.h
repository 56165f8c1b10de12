#pragma once

// A checkpoint: all that a running program remembers at one place of its input, as named sections
// (language.md 12.1, operations.md 6.4, docs/decisions/0027). What is in a section is known to who
// wrote it; here it is bytes.
//
//   `VPLSTATE` | version:u32 | header | checksum:u64 | section ...
//   section: kind:u8 | shard:u32 | name | definition | body size:u64 | body | checksum:u64
//
// Magic and version stand there in every version, so that a newer one can be told from damage.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"

namespace varpulis::state {

inline constexpr uint32_t kCheckpointVersion = 1;

enum class SectionKind : uint8_t {
  Program,  // counters, clocks, timers and variables
  Stream,   // what the operators of one stream keep; of a stream on several shards, one for each
  Input,    // how far the input was read
  Host,     // what a server keeps of a pipeline beside its engine
};

struct Section {
  SectionKind kind = SectionKind::Program;
  uint32_t shard = 0;      // that wrote it
  std::string name;        // of the stream
  std::string definition;  // the form that the body has; another one cannot be read
  std::string body;
};

struct Checkpoint {
  uint64_t program = 0;     // hash of the program's text; 0: not known
  std::string engine;       // version of who wrote it, for people
  TimestampNs created = 0;  // by the wall
  uint64_t events = 0;      // that were processed
  uint64_t outputs = 0;     // that were put out
  uint32_t shards = 1;
  std::vector<Section> sections;
};

std::string Encode(const Checkpoint& checkpoint);
// Unavailable if it is of a newer version, which the message names with our own; Malformed if the bytes
// are no checkpoint or are damaged.
Result<Checkpoint> Decode(std::string_view bytes);

// Of bytes, to notice damage and difference; it keeps nobody from making others with the same sum.
uint64_t Checksum(std::string_view bytes);

}  // namespace varpulis::state
