#pragma once

// Events that come in a request (operations.md 4.3): read once without a plan, which finds out what is
// wrong with them, and decoded later by whoever has the plan.
//
//   {"event_type":T,"fields":{...},"timestamp":...}      `data` is a synonym of `fields`
//   {"events":[...]}

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/status.h"
#include "runtime/io/decoding.h"
#include "runtime/io/event_time.h"
#include "runtime/io/json_scan.h"
#include "runtime/io/typed_event.h"

namespace varpulis::io {

// Why an event of a request is not taken.
enum class Refusal : uint8_t {
  Malformed,  // no event, or its time cannot be read
  Limit,      // it breaks a limit of operations.md 4.1.4
  Rate,       // nobody looked at it, the tenant's rate was used up
};
struct RefusedEvent {
  size_t index;  // in the request
  Refusal refusal;
  std::string reason;
};

struct InjectedEvent {
  size_t begin;  // of its `{` in the text
  TimestampNs time;
  uint32_t index;  // in the request
  bool timed;      // false: its time is when it arrived
};

struct Injection {
  std::string text;                   // without line breaks, with kPadding bytes behind its end
  std::vector<InjectedEvent> events;  // those that are taken, in order
  std::vector<RefusedEvent> refused;  // the first limits::kMaxReportedRefusals, in order
  uint64_t refusals = 0;              // all of them
  uint64_t over_limit = 0;            // those of them that break a limit

  void Refuse(size_t index, Refusal refusal, std::string reason);
};

// Reads requests. Not thread-safe.
class InjectionReader {
 public:
  InjectionReader();

  // A body that is one event; Malformed: it is none, ResourceExhausted: it breaks a limit.
  Result<Injection> ReadEvent(std::string body);
  // A body that is a batch; what is wrong with one event does not hurt the others. Malformed: the body
  // as a whole is none.
  Result<Injection> ReadBatch(std::string body);

 private:
  const char* ReadEvents(const char* at, Injection& injection);
  const char* ReadItem(const char* at, size_t index, Injection& injection);
  // The event that was just scanned; false: `reason_`.
  bool Take(const char* begin, const char* end, size_t index, Injection& injection);
  bool ReadTime(const Field* field, InjectedEvent& event);
  const char* Malformed(std::string reason);

  KeyTable keys_;
  JsonScanner scanner_;
  TimeParser times_;
  base::Arena arena_;
  std::string scratch_;
  std::string reason_;
  Refusal refusal_ = Refusal::Malformed;
};

// Events by type: the first limits::kMaxCountedTypes types, further ones together.
class TypeCounts {
 public:
  void Count(std::string_view event_type, uint64_t events = 1);
  // What All of another one says.
  void Add(const std::vector<std::pair<std::string, uint64_t>>& counts);
  // By name; `_other` stands last if there is one.
  std::vector<std::pair<std::string, uint64_t>> All() const;

 private:
  NameTable names_;
  std::vector<uint64_t> counts_;  // parallel to the names
  uint64_t other_ = 0;
};

// From accepted events to rows of one plan. Not thread-safe.
class InjectionDecoder {
 public:
  // `plan` must outlive it.
  explicit InjectionDecoder(const ir::Plan& plan);

  // Clears the batch, decodes events from number `first` on until it is full or there are no more, and
  // returns the number of the next one. Events without a time get `stamp`.
  size_t Decode(const Injection& injection, size_t first, TimestampNs stamp, row::Batch& batch);

  const TypeCounts& types() const { return types_; }
  // Of another decoder, whose counts go on here.
  void AddTypes(const std::vector<std::pair<std::string, uint64_t>>& counts) { types_.Add(counts); }

 private:
  void CountType(const Field& type);

  Decoding decoding_;
  JsonScanner scanner_;
  EventTyper typer_;
  TypeCounts types_;
  std::string scratch_;
};

}  // namespace varpulis::io
