#pragma once

// The one page that native code, interpreter and runtime agree on: layouts of values, of the frame
// that a kernel is called with, and (kernel_abi.def) the helpers that both executions call.
// Everything here is plain data with fixed offsets. Change kAbiVersion with any change of layout.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace varpulis::abi {

inline constexpr uint32_t kAbiVersion = 2;

// Whether a value is there (design decisions D1, D22). Explicit null comes only from events,
// literals and outer joins; whatever an operator cannot compute is missing.
enum State : uint8_t { kPresent = 0, kNull = 1, kMissing = 2 };

// UTF-8 text of up to 4 GiB in 16 bytes. Texts of at most 12 bytes are stored in place and zero
// padded, so two of them are equal exactly if their 16 bytes are; longer ones keep their first four
// bytes in `prefix` and point to the rest, which the string does not own.
//
//   size:u32 | prefix[4] | rest[8] or pointer
struct VplString {
  uint32_t size;
  char prefix[4];
  union {
    char rest[8];
    const char* data;
  };

  static constexpr uint32_t kInlineBytes = 12;

  static VplString Borrow(std::string_view text) {
    VplString s;
    std::memset(&s, 0, sizeof s);
    s.size = static_cast<uint32_t>(text.size());
    if (text.size() <= kInlineBytes) {
      // Fills prefix and rest, which are adjacent. An empty view may have no address.
      if (!text.empty()) std::memcpy(s.prefix, text.data(), text.size());
    } else {
      std::memcpy(s.prefix, text.data(), 4);
      s.data = text.data();
    }
    return s;
  }
  bool is_inline() const { return size <= kInlineBytes; }
  // Valid as long as this object (inline) or the borrowed bytes live.
  std::string_view view() const {
    return {is_inline() ? reinterpret_cast<const char*>(this) + 4 : data, size};
  }
};
static_assert(sizeof(VplString) == 16 && offsetof(VplString, prefix) == 4 &&
              offsetof(VplString, rest) == 8);

inline bool Equal(const VplString& a, const VplString& b) {
  uint64_t a0, b0, a1, b1;
  std::memcpy(&a0, &a, 8);
  std::memcpy(&b0, &b, 8);
  if (a0 != b0) return false;
  std::memcpy(&a1, reinterpret_cast<const char*>(&a) + 8, 8);
  std::memcpy(&b1, reinterpret_cast<const char*>(&b) + 8, 8);
  return a1 == b1 || (a.size > VplString::kInlineBytes && std::memcmp(a.data, b.data, a.size) == 0);
}

// What a Cell holds. IntText is an int that arrived as canonical integer text (decision D23): a
// number for arithmetic, numbers, keys and output, its own text for string operations.
enum class Tag : uint8_t {
  Missing = 0,
  Null = 1,
  Bool = 2,
  Int = 3,
  IntText = 4,
  Float = 5,
  Str = 6,
  Timestamp = 7,
  Duration = 8,
  Array = 9,
  Map = 10,
};

struct ArrayValue;
struct MapValue;

// A value of any type.   tag:u8 | 7 bytes zero | 16 bytes payload
struct Cell {
  Tag tag;
  uint8_t padding[7];
  union {
    uint8_t boolean;
    int64_t integer;  // Int, IntText, Timestamp, Duration
    double number;
    VplString string;
    const ArrayValue* array;
    const MapValue* map;
    uint64_t words[2];
  };

  Cell() : tag(Tag::Missing), padding{}, words{0, 0} {}
  explicit Cell(Tag t) : tag(t), padding{}, words{0, 0} {}

  static Cell Missing() { return Cell(); }
  static Cell Null() { return Cell(Tag::Null); }
  static Cell Bool(bool value) {
    Cell c(Tag::Bool);
    c.boolean = value ? 1 : 0;
    return c;
  }
  static Cell Int(int64_t value, Tag tag = Tag::Int) {
    Cell c(tag);
    c.integer = value;
    return c;
  }
  static Cell Float(double value) {
    Cell c(Tag::Float);
    c.number = value;
    return c;
  }
  static Cell Str(VplString value) {
    Cell c(Tag::Str);
    c.string = value;
    return c;
  }
  static Cell Absent(State state) { return Cell(state == kNull ? Tag::Null : Tag::Missing); }

  bool absent() const { return tag <= Tag::Null; }
  State state() const {
    return tag == Tag::Missing ? kMissing : tag == Tag::Null ? kNull : kPresent;
  }
};
static_assert(sizeof(Cell) == 24 && offsetof(Cell, words) == 8);

// Arrays and maps are immutable, allocated in one piece, elements behind the header.
struct ArrayValue {
  uint64_t size;
  const Cell* elements() const { return reinterpret_cast<const Cell*>(this + 1); }
  Cell* elements() { return reinterpret_cast<Cell*>(this + 1); }
};
struct MapEntry {
  VplString key;
  Cell value;
};
// Entries in insertion order; keys are distinct.
struct MapValue {
  uint64_t size;
  const MapEntry* entries() const { return reinterpret_cast<const MapEntry*>(this + 1); }
  MapEntry* entries() { return reinterpret_cast<MapEntry*>(this + 1); }
};

// One column of a table: `values` has the physical type of the column (ir::Type), `states` one
// State per row. Columns of type Any have Cells as values and no states (null pointer).
struct ColumnRef {
  const void* values;
  const uint8_t* states;
};
// The same, to be written.
struct OutRef {
  void* values;
  uint8_t* states;
};

// Counted per kernel call: why an operation had no value (language.md 5.7). The last two are counted by
// the engine, for lookups without an answer (language.md 8.3).
enum class EvalError : uint8_t {
  IntOverflow,
  DivZero,
  Domain,
  Type,
  Limit,
  LookupError,
  LookupTimeout,
};
inline constexpr size_t kEvalErrorKinds = 7;

// What helpers need besides their arguments; opaque to native code. Defined in runtime/kernel.
struct KernelContext;

// The only argument of a kernel. A kernel handles `count` items; item i is
//   row     rows ? rows[i] : first_row + i     of the columns,
//   record  records[i]                          (run or window record), if it reads or writes slots,
//   output  out_first + i                       of the outs,
// and writes its result, if it has one, to result_bytes[i] (bool) or result_ints[i] (i64); an absent
// result is written as 0.
struct KernelFrame {
  const ColumnRef* columns;          // 0: by table column index
  const int64_t* row_times;          // 8: event time by row
  const uint32_t* rows;              // 16: null for the dense range starting at first_row
  uint64_t first_row;                // 24
  uint64_t count;                    // 32
  uint8_t* const* records;           // 40
  const OutRef* outs;                // 48: by out index of the kernel
  uint64_t out_first;                // 56
  uint8_t* result_bytes;             // 64
  int64_t* result_ints;              // 72
  const Cell* globals;               // 80
  const void* const* regexes;        // 88: compiled regular expressions by index of the kernel
  KernelContext* context;            // 96
  uint64_t errors[kEvalErrorKinds];  // 104: added to, never cleared by a kernel
};
static_assert(offsetof(KernelFrame, first_row) == 24 && offsetof(KernelFrame, records) == 40 &&
              offsetof(KernelFrame, result_ints) == 72 && offsetof(KernelFrame, context) == 96 &&
              offsetof(KernelFrame, errors) == 104 && sizeof(KernelFrame) == 160);

// How a kernel is called: entry(frame, code). Interpreted: {Interpret, the ir::Kernel}; native:
// {address, nullptr}. The caller cannot tell.
using KernelEntry = void (*)(KernelFrame* frame, const void* code);

}  // namespace varpulis::abi
