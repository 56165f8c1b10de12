#include "runtime/trend/sharing_choice.h"

namespace varpulis::trend {
namespace {

constexpr uint32_t kBurstsPerChoice = 10;
constexpr double kLeastStreams = 2;
constexpr double kLeastEvents = 4;
constexpr double kSnapshots = 1;
// The benefit goes so far beyond nothing before the choice changes, so that it does not go to and fro.
constexpr double kHysteresis = 100;

double Benefit(double events, double streams) {
  return events * events * (streams - kSnapshots) - streams * kSnapshots;
}

}  // namespace

void SharingChoice::EndBurst(uint64_t events, uint64_t streams) {
  if (sharing_ != Sharing::Automatic) return;
  events_ += events;
  streams_ += streams;
  if (++bursts_seen_ < kBurstsPerChoice) return;
  const double mean_events = static_cast<double>(events_) / bursts_seen_;
  const double mean_streams = static_cast<double>(streams_) / bursts_seen_;
  const bool is_worth_it = mean_streams >= kLeastStreams && mean_events >= kLeastEvents;
  const double benefit = Benefit(mean_events, mean_streams);
  const bool shares = is_worth_it && benefit > (shares_ ? -kHysteresis : kHysteresis);
  if (shares != shares_) ++changes_;
  shares_ = shares;
  bursts_seen_ = 0;
  events_ = streams_ = 0;
}

}  // namespace varpulis::trend
