#include "server/host/journal_record.h"

#include <utility>

#include "runtime/io/injection_bytes.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::host {

std::string EncodeEvents(const EventsHead& head, std::string_view events) {
  state::StateWriter out;
  out.Byte(static_cast<uint8_t>(RecordKind::Events));
  out.I64(head.stamp);
  out.U64(head.admitted);
  out.U64(head.refusals);
  out.Text(head.idempotency_key);
  return out.Take().append(events);
}

std::string EncodeClock(TimestampNs stamp) {
  state::StateWriter out;
  out.Byte(static_cast<uint8_t>(RecordKind::Clock));
  out.I64(stamp);
  return out.Take();
}

Result<JournalRecord> DecodeRecord(std::string_view bytes) {
  state::StateReader in(bytes);
  JournalRecord record;
  const uint8_t kind = in.Byte();
  record.stamp = in.I64();
  if (kind == static_cast<uint8_t>(RecordKind::Clock)) {
    record.kind = RecordKind::Clock;
    in.ExpectEnd();
    if (!in.ok()) return in.status();
    return record;
  }
  in.Require(kind == static_cast<uint8_t>(RecordKind::Events), "a record of no known kind");
  const uint64_t admitted = in.U64();
  record.refusals = in.U64();
  record.idempotency_key = in.Text();
  if (!in.ok()) return in.status();
  Result<io::Injection> injection = io::DecodeInjection(in.Bytes(in.left()), admitted);
  if (!injection.ok()) return injection.status();
  record.injection = std::move(*injection);
  return record;
}

}  // namespace varpulis::host
