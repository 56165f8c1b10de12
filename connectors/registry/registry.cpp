#include "connectors/registry/registry.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "connectors/console/console_sink.h"
#include "connectors/contract/parameters.h"
#include "connectors/file/file_driver.h"
#include "connectors/http/http_sink.h"
#include "connectors/kafka/kafka_driver.h"
#include "connectors/mqtt/mqtt_driver.h"
#include "connectors/nats/nats_driver.h"

namespace varpulis::connectors {
namespace {

// One line per kind, as programs write it.
struct Entry {
  std::string_view kind;
  Result<std::unique_ptr<Sink>> (*make_sink)(const Link&);      // null: there is none
  Result<std::unique_ptr<Source>> (*make_source)(const Link&);  // null: there is none
};
constexpr std::array kEntries = {
    Entry{"console", MakeConsoleSink, nullptr},  Entry{"file", MakeFileSink, MakeFileSource},
    Entry{"http", MakeHttpSink, nullptr},        Entry{"rest", MakeHttpSink, nullptr},
    Entry{"api", MakeHttpSink, nullptr},         Entry{"mqtt", MakeMqttSink, MakeMqttSource},
    Entry{"nats", MakeNatsSink, MakeNatsSource}, Entry{"kafka", MakeKafkaSink, MakeKafkaSource},
};

const Entry* Find(std::string_view kind) {
  const auto* at = std::find_if(kEntries.begin(), kEntries.end(),
                                [&](const Entry& entry) { return entry.kind == kind; });
  return at == kEntries.end() ? nullptr : at;
}

// `make` of the kind, with the references in its parameters resolved.
template <typename Made>
Result<std::unique_ptr<Made>> Make(Result<std::unique_ptr<Made>> (*make)(const Link&),
                                   const Link& link, const char* side) {
  if (make == nullptr) {
    return Status(
        StatusCode::Unavailable,
        fmt::format("this build has no driver for {} of connector kind `{}`", side, link.kind));
  }
  auto parameters = ResolveReferences(link.kind, link.parameters);
  if (!parameters.ok()) return parameters.status().Within("connector " + link.connector);
  Link resolved = link;
  resolved.parameters = std::move(*parameters);
  auto made = make(resolved);
  if (!made.ok()) return made.status().Within("connector " + link.connector);
  return made;
}

}  // namespace

bool HasDriver(std::string_view kind) { return Find(kind) != nullptr; }

Result<std::unique_ptr<Sink>> MakeSink(const Link& link) {
  const Entry* entry = Find(link.kind);
  return Make(entry == nullptr ? nullptr : entry->make_sink, link, ".to");
}

Result<std::unique_ptr<Source>> MakeSource(const Link& link) {
  const Entry* entry = Find(link.kind);
  return Make(entry == nullptr ? nullptr : entry->make_source, link, ".from");
}

}  // namespace varpulis::connectors
