#include "connectors/contract/appending_file.h"
#include "connectors/contract/parameters.h"
#include "connectors/file/file_driver.h"
#include "connectors/file/file_path.h"

namespace varpulis::connectors {
namespace {

class FileSink final : public Sink {
 public:
  explicit FileSink(const AppendingFileOptions& options) : file_(options) {}

  Delivery Deliver(std::span<const OutgoingEvent> events, const Deadline&) override {
    lines_.clear();
    for (const OutgoingEvent& event : events) {
      lines_ += event.event;
      lines_ += '\n';
    }
    const Status status = file_.Append(lines_);
    if (!status.ok()) return {0, status.message()};
    return {events.size(), {}};
  }

 private:
  AppendingFile file_;
  std::string lines_;
};

}  // namespace

Result<std::unique_ptr<Sink>> MakeFileSink(const Link& link) {
  Result<std::string> path = FilePath(link);
  if (!path.ok()) return path.status();
  AppendingFileOptions options{.path = std::move(*path)};
  options.max_bytes = static_cast<uint64_t>(IntOf(link.parameters, "rotate_mb", 0)) << 20;
  options.sync = BoolOf(link.parameters, "fsync", false);
  return std::unique_ptr<Sink>(std::make_unique<FileSink>(options));
}

}  // namespace varpulis::connectors
