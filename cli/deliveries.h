#pragma once

// What `.to` of a replayed program delivers goes out while it is replayed (decision D25); offline it does not.

#include <memory>
#include <string>
#include <vector>

#include "compiler/ir/plan.h"
#include "runtime/exec/json_sink.h"
#include "server/host/pipeline_connectors.h"

namespace varpulis::cli {

// For the thread that receives outputs.
class Deliveries {
 public:
  // `plan` outlives it.
  explicit Deliveries(const ir::Plan& plan) : plan_(plan) {}

  // kSuccess, or the exit code after saying which parameter makes no sense.
  int Begin();
  // Says where events go.
  void Announce() const;
  // Whether `.to` is served at all.
  bool is_on() const { return connectors_ != nullptr; }
  // Waits while a service cannot keep up.
  void Deliver(uint32_t egress, std::string_view topic, std::string_view event);
  // Waits, for a bounded time, until all is delivered, and says what came of it.
  void Finish();

 private:
  const ir::Plan& plan_;
  std::shared_ptr<host::PipelineConnectors> connectors_;
  size_t staged_ = 0;
};

// The program's output, with somebody to take what `.to` delivers.
class DeliveringSink final : public exec::JsonSink {
 public:
  // `deliveries` outlives it.
  DeliveringSink(Deliveries& deliveries, Write write, PrintLine print)
      : JsonSink(std::move(write), std::move(print)), deliveries_(deliveries) {}
  bool Takes(uint32_t) const override { return deliveries_.is_on(); }
  void Deliver(uint32_t egress, std::string_view topic, std::string_view event) override {
    deliveries_.Deliver(egress, topic, event);
  }

 private:
  Deliveries& deliveries_;
};

}  // namespace varpulis::cli
