#include "connectors/console/console_sink.h"

#include "connectors/contract/appending_file.h"
#include "connectors/contract/flat_event.h"

namespace varpulis::connectors {
namespace {

class ConsoleSink final : public Sink {
 public:
  ConsoleSink(int file, std::string no_label) : file_(file), no_label_(std::move(no_label)) {}

  Delivery Deliver(std::span<const OutgoingEvent> events, const Deadline&) override {
    std::string lines;
    for (const OutgoingEvent& event : events) {
      const FlatEventParts parts = SplitFlatEvent(event.event);
      lines += '[';
      lines += parts.timestamp.substr(11, 8);
      lines += "] ";
      if (!event.topic.empty() && event.topic != no_label_) lines += event.topic + " ";
      lines += parts.event_type;
      lines += " | {";
      lines += parts.members;
      lines += "}\n";
    }
    const Status status = WriteAll(file_, lines, "the console");
    if (!status.ok()) return {0, status.message()};
    return {events.size(), {}};
  }

 private:
  const int file_;
  const std::string no_label_;  // the topic of events for which the program names none
};

}  // namespace

Result<std::unique_ptr<Sink>> MakeConsoleSink(const Link& link) {
  return std::unique_ptr<Sink>(
      std::make_unique<ConsoleSink>(link.console, link.connector + "-output"));
}

}  // namespace varpulis::connectors
