#pragma once

// A checkpoint as the API shows and takes it (operations.md 6.4): what people look for in it as JSON, and the
// state itself as one text, which alone is what a restore reads (docs/decisions/0042).

#include "base/status.h"
#include "runtime/state/checkpoint.h"
#include "server/api/answers.h"
#include "server/host/version_change.h"

namespace varpulis::api {

// Of an image with its view.
Json CheckpointJson(const host::PipelineImage& image);
// From the body of a restore, `{"checkpoint":{...}}` or the checkpoint itself. InvalidArgument: it is none;
// Unavailable: it is of a newer version, which the message names with ours; Malformed: it is damaged.
Result<state::Checkpoint> ReadCheckpointJson(const Json& body);

}  // namespace varpulis::api
