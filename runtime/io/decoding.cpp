#include "runtime/io/decoding.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"

namespace varpulis::io {

Decoding::Decoding(const ir::Plan& plan, ReaderOptions reader_options)
    : options(std::move(reader_options)),
      keys(plan, std::span(&options.time_field, options.time_field.empty() ? 0u : 1u)),
      writer(plan, keys),
      time_field_key(options.time_field.empty() ? keys.unknown() : keys.Find(options.time_field)),
      previous_time(options.start) {
  if (options.keep_unread_types) writer.KeepUnreadTypes();
  options.batch_rows = std::clamp(options.batch_rows, 1u, limits::kBatchRows);
}

bool Decoding::Bad(uint64_t line, std::string_view reason) {
  std::string message = fmt::format("{}:{}: {}", file, line, reason);
  ++statistics.bad_lines;
  if (statistics.first_bad.size() < 3) statistics.first_bad.push_back(message);
  if (options.skip_bad) return true;
  error = Status(StatusCode::Malformed, std::move(message));
  return false;
}

void Decoding::Deliver(row::Batch& batch, const RowHead& head, std::span<const Field> fields) {
  writer.Write(batch, head, fields);
  previous_time = head.time;
  ++statistics.events;
}

}  // namespace varpulis::io
