#pragma once

// Prototypes of the helpers of compiler/ir/kernel_abi.def.

#include "compiler/ir/kernel_abi.h"

namespace varpulis::abi {

extern "C" {
#define I8 uint8_t
#define I64 int64_t
#define F64 double
#define Void void
#define StrIn const ::varpulis::abi::VplString*
#define StrOut ::varpulis::abi::VplString*
#define CellIn const ::varpulis::abi::Cell*
#define CellOut ::varpulis::abi::Cell*
#define Frame ::varpulis::abi::KernelFrame*
#define Bytes void*
#define VPL_HELPER(result, name, ...) result name(__VA_ARGS__) noexcept;
#include "compiler/ir/kernel_abi.def"
#undef I8
#undef I64
#undef F64
#undef Void
#undef StrIn
#undef StrOut
#undef CellIn
#undef CellOut
#undef Frame
#undef Bytes
}

}  // namespace varpulis::abi
