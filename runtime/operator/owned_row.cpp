#include "runtime/operator/owned_row.h"

#include <optional>
#include <utility>
#include <vector>

#include "runtime/kernel/ownership.h"

namespace varpulis::op {
namespace {

// Calls visit(column) for the columns whose values may lie outside of the row.
template <typename Visit>
void ForOwning(const ir::Table& schema, const Visit& visit) {
  for (uint32_t column = 0; column < schema.columns.size(); ++column) {
    const ir::Type type = schema.columns[column].type;
    if (type == ir::Type::Str || type == ir::Type::Any) visit(column);
  }
}

}  // namespace

uint32_t OwnRow(abi::KernelContext& context, row::RowTable& rows, uint32_t row) {
  uint32_t too_large = 0;
  ForOwning(rows.schema(), [&](uint32_t column) {
    const abi::Cell value = rows.Get(column, row);
    if (value.absent()) return;
    const std::optional<abi::Cell> owned = kernel::OwnCell(context, value);
    if (!owned) ++too_large;
    rows.Set(column, row, owned.value_or(abi::Cell::Missing()));
  });
  return too_large;
}

bool TryOwnRow(abi::KernelContext& context, row::RowTable& rows, uint32_t row) {
  std::vector<std::pair<uint32_t, abi::Cell>> copies;
  bool fits = true;
  ForOwning(rows.schema(), [&](uint32_t column) {
    const abi::Cell value = rows.Get(column, row);
    if (!fits || value.absent()) return;
    const std::optional<abi::Cell> owned = kernel::OwnCell(context, value);
    fits = owned.has_value();
    if (fits) copies.emplace_back(column, *owned);
  });
  for (const auto& [column, copy] : copies) {
    if (fits) {
      rows.Set(column, row, copy);
    } else {
      kernel::RetireCell(context, copy);
    }
  }
  return fits;
}

void RetireRow(abi::KernelContext& context, const row::RowTable& rows, uint32_t row) {
  ForOwning(rows.schema(),
            [&](uint32_t column) { kernel::RetireCell(context, rows.Get(column, row)); });
}

}  // namespace varpulis::op
