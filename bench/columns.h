#pragma once

// Columns of a table as a plain C++ loop reads them.

#include <cstdint>
#include <string>

#include "base/check.h"
#include "runtime/row/table.h"

namespace varpulis::bench {

template <typename T>
struct Column {
  Column(const row::RowTable& rows, const std::string& name) {
    const int index = rows.schema().Find(name);
    VPL_CHECK(index >= 0, "{} has no column {}", rows.schema().name, name);
    values = static_cast<const T*>(rows.columns()[index].values);
    states = rows.columns()[index].states;
  }
  bool present(uint32_t row) const { return states[row] == abi::kPresent; }
  const T& operator[](uint32_t row) const { return values[row]; }

  const T* values;
  const uint8_t* states;
};

}  // namespace varpulis::bench
