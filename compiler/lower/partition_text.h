#pragma once

// The text of a partition's key. Private to compiler/lower.

#include <cstdint>
#include <vector>

#include "compiler/lower/kernel_builder.h"

namespace varpulis::lower {

// `_partition`: the display form of the key that lies in these slots of the kernel's record, `default`
// when it is absent, composites joined by `|`.
ir::ValueId PartitionText(KernelBuilder& k, const std::vector<uint32_t>& key_slots);

}  // namespace varpulis::lower
