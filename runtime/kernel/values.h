#pragma once

// Making text, arrays and maps that live in the arena of a kernel context until the batch ends.

#include <cstdint>
#include <string_view>

#include "compiler/ir/kernel_abi.h"
#include "runtime/kernel/kernel_context.h"

namespace varpulis::kernel {

// A copy of the text.
abi::VplString MakeText(abi::KernelContext& context, std::string_view text);

// Memory for that many elements or entries, which the caller must all write.
abi::ArrayValue* NewArray(abi::KernelContext& context, uint64_t size);
abi::MapValue* NewMap(abi::KernelContext& context, uint64_t size);

abi::Cell ArrayCell(const abi::ArrayValue* array);
abi::Cell MapCell(const abi::MapValue* map);

// What an absent value becomes inside a container.
inline abi::Cell Element(const abi::Cell& cell) { return cell.absent() ? abi::Cell::Null() : cell; }

// True if the value may become an element: containers never nest deeper than kMaxEventNesting, so
// that every walk over a value may recurse, and hold at most kMaxNestedValues.
bool FitsInContainer(const abi::Cell& cell);

// The array of the cells, or a missing cell and an error of kind Limit if it would nest too deeply.
abi::Cell MakeArray(abi::KernelFrame& frame, const abi::Cell* elements, uint64_t count);

}  // namespace varpulis::kernel
