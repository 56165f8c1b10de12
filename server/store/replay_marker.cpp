#include "server/store/replay_marker.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"

namespace varpulis::store {
namespace {

Status Failure(const std::string& path) {
  return Status(StatusCode::IoError, fmt::format("{}: {}", path, std::strerror(errno)));
}

}  // namespace

Result<ReplayMarker> ReplayMarker::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return Failure(path);
  void* memory = MAP_FAILED;
  // Blocks that are there: a store to a file with holes ends the process when the disk is full.
  if (posix_fallocate(fd, 0, sizeof(Place)) == 0)
    memory = mmap(nullptr, sizeof(Place), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (memory == MAP_FAILED) return Failure(path);
  auto* place = static_cast<Place*>(memory);
  place->pipeline[sizeof place->pipeline - 1] = '\0';
  return ReplayMarker(place);
}

ReplayMarker::ReplayMarker(ReplayMarker&& other) noexcept
    : place_(std::exchange(other.place_, nullptr)), before_(other.before_) {}

ReplayMarker::~ReplayMarker() {
  if (place_ != nullptr) munmap(place_, sizeof(Place));
}

uint32_t ReplayMarker::EndedAt(std::string_view pipeline, uint64_t record) const {
  return pipeline == before_.pipeline && record == before_.record ? before_.ended : 0;
}

void ReplayMarker::Mark(std::string_view pipeline, uint64_t record) {
  VPL_CHECK(pipeline.size() < sizeof place_->pipeline, "{} bytes", pipeline.size());
  const uint32_t ended = EndedAt(pipeline, record) + 1;
  if (pipeline != place_->pipeline) {
    place_->pipeline[0] = '\0';  // between two pipelines there is none
    std::memcpy(place_->pipeline + 1, pipeline.data() + 1, pipeline.size() - 1);
    place_->pipeline[pipeline.size()] = '\0';
  }
  place_->record = record;
  place_->ended = ended;
  place_->pipeline[0] = pipeline[0];
}

void ReplayMarker::Clear() { place_->pipeline[0] = '\0'; }

}  // namespace varpulis::store
