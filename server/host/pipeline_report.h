#pragma once

// What pipelines count (decision E13), and how that adds up to the series of the metrics.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "connectors/delivery/reports.h"

namespace varpulis::host {

// Why events were refused: values of the label `reason`.
enum class RejectReason : uint8_t { Limit, Rate, Queue, Parse };
inline constexpr std::array<const char*, 4> kRejectReasons = {"limit", "rate", "queue", "parse"};

// Seconds; the bounds are those of operations.md 7.2.
struct LatencyHistogram {
  static constexpr std::array<double, 9> kBounds = {0.0001, 0.0005, 0.001, 0.005, 0.01,
                                                    0.05,   0.1,    0.5,   1};
  std::array<uint64_t, kBounds.size() + 1> counts{};  // the last one is what is beyond
  double sum = 0;

  void Observe(double seconds, uint64_t times);
  void Add(const LatencyHistogram& other);
  void Subtract(const LatencyHistogram& other);
  uint64_t count() const;
  // An upper bound of the quantile, in seconds: the bound of its bucket; 0 when nothing was observed.
  double Quantile(double q) const;
};

struct StreamReport {
  std::string name;
  uint64_t events_processed = 0;
  uint64_t output_events = 0;
  uint64_t pattern_events = 0;
  uint64_t matches = 0;
  uint32_t active_runs = 0;
  bool is_pattern = false;
  bool is_gone = false;  // of an earlier version of the program
  LatencyHistogram latency = {};
};

struct ConnectorsReport {
  std::vector<connectors::SinkReport> sinks;
  std::vector<connectors::ConnectorReport> connectors;  // a name may stand there for each side
  std::map<std::string, uint64_t> dead;                 // dead letters by sink or source
};

struct PipelineReport {
  uint64_t events_processed = 0;
  uint64_t output_events = 0;
  std::array<uint64_t, kRejectReasons.size()> rejected{};
  uint64_t queue_size = 0;
  uint64_t peak_runs = 0;
  std::vector<std::pair<std::string, uint64_t>> events_by_type;
  std::vector<StreamReport> streams;
  std::map<std::pair<std::string, std::string>, uint64_t> outputs;  // by stream and event type
  ConnectorsReport connectors;

  uint64_t total_rejected() const;
  uint64_t active_runs() const;
  // Of all streams together.
  LatencyHistogram latency() const;

  // What has been counted since `earlier` was reported: what is no counter stays, and one that went back has
  // begun anew.
  PipelineReport Since(const PipelineReport& earlier) const;
  // Adds the counters of another one, streams that are not there included.
  void AddCounters(const PipelineReport& other);
};

// Sums over pipelines: streams of equal names share a series.
struct MetricTotals {
  struct Stream {
    uint64_t events_processed = 0;
    uint64_t queue_size = 0;
    uint64_t active_runs = 0;
    bool is_pattern = false;
    bool active = false;  // some pipeline that is there has it
    LatencyHistogram latency;
  };
  std::map<std::string, uint64_t> events_by_type;
  std::map<std::string, Stream> streams;
  std::map<std::pair<std::string, std::string>, uint64_t> outputs;
  std::array<uint64_t, kRejectReasons.size()> rejected{};
  uint64_t backlog = 0;
  uint64_t active_streams = 0;
  uint64_t pattern_events = 0;
  uint64_t matches = 0;
  uint64_t peak_runs = 0;
  struct Sink {
    uint64_t delivered = 0;
    uint64_t failed = 0;
    uint64_t rejected = 0;
    uint64_t transitions[3] = {};  // by connectors::Circuit
    bool active = false;           // some pipeline that is there has it
    connectors::Circuit circuit = connectors::Circuit::Closed;  // the worst of those
  };
  std::map<std::string, Sink> sinks;
  std::map<std::string, uint64_t> dead_letters;
  // By name and kind: whether all pipelines reach it.
  std::map<std::pair<std::string, std::string>, bool> connectors;

  void Add(const PipelineReport& report);
  // Only what must never go back; beyond limits::kMaxRetiredSeries names become `_other`.
  void AddRetired(const PipelineReport& report);

 private:
  void AddCounters(const PipelineReport& report, size_t most);
};

}  // namespace varpulis::host
