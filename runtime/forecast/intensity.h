#pragma once

// Whether events of one symbol come in a burst: the intensity of a Hawkes process (Hawkes: Spectra of Some
// Self-Exciting and Mutually Exciting Point Processes, Biometrika 58, 1971), whose parameters follow the
// times between its events (language.md 8.2).

#include <cstdint>

#include "base/time.h"
#include "runtime/forecast/moving_average.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::forecast {

class Intensity {
 public:
  // An event of the symbol. A late one counts as one at the time of the latest.
  void Arrive(TimestampNs time);
  // By how much the symbol is more likely than usual, from 1 to 5; 1 before ten events have come.
  double Boost(TimestampNs time) const;
  // model_restore.cpp
  void Save(state::StateWriter& out) const;
  void Restore(state::StateReader& in);

 private:
  static constexpr uint64_t kLeastEvents = 10;
  // Seconds: of events that come more often the times say nothing, and their inverse is no number soon.
  static constexpr double kLeastGap = 1e-9;

  bool IsKnown() const { return events_ >= kLeastEvents && gaps_.mean() >= kLeastGap; }
  double SecondsSince(TimestampNs time) const;
  // The intensity that long after the latest event.
  double After(double seconds) const;
  double usual() const { return 1 / gaps_.mean(); }  // events a second

  uint64_t events_ = 0;
  TimestampNs latest_ = 0;
  MovingAverage gaps_;  // seconds
  bool is_known_ = false;
  double intensity_ = 0;  // when the latest event came, without what it adds
};

}  // namespace varpulis::forecast
