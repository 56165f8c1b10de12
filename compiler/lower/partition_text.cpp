#include "compiler/lower/partition_text.h"

#include <utility>

namespace varpulis::lower {

ir::ValueId PartitionText(KernelBuilder& k, const std::vector<uint32_t>& key_slots) {
  ir::ValueId text = ir::kNoValue;
  for (uint32_t slot : key_slots) {
    ir::ValueId key = k.Convert(k.Add(ir::LoadSlot{slot}), ir::Type::Any);
    ir::ValueId part = k.If(
        k.Add(ir::IsAbsent{key}), ir::Type::Str, [&] { return k.Str("default"); },
        [&] {
          ir::CallBuiltin call{static_cast<uint32_t>(ir::FindBuiltin("to_string")), {key}};
          return k.Convert(k.Add(std::move(call)), ir::Type::Str);
        });
    if (text == ir::kNoValue) {
      text = part;
      continue;
    }
    ir::CallBuiltin concat{static_cast<uint32_t>(ir::FindBuiltin("concat")),
                           {k.Convert(text, ir::Type::Any), k.Convert(k.Str("|"), ir::Type::Any),
                            k.Convert(part, ir::Type::Any)}};
    text = k.Convert(k.Add(std::move(concat)), ir::Type::Str);
  }
  return text;
}

}  // namespace varpulis::lower
