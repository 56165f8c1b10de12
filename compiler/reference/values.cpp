#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Values() {
  return {
      Family::Function,
      "Values and types",
      {
          {"to_string",
           "to_string(x) -> str",
           "Anything as text, null included; texts as they are.",
           "to_string(2.5) == \"2.5\"",
           {"str"}},
          {"to_int",
           "to_int(x) -> int",
           "An integer of a number (cut), a numeric text or a boolean; else no value.",
           "to_int(\"42\") == 42 and to_int(2.9) == 2",
           {"int", "try_int"}},
          {"to_float",
           "to_float(x) -> float",
           "A float of a number or a numeric text; else no value.",
           "to_float(\"2.5\") == 2.5",
           {"float", "try_float"}},
          {"type_of", "type_of(x) -> str",
           "`int`, `float`, `string`, `bool`, `array`, `map`, `null`, `timestamp` or `duration`.",
           "type_of(5m) == \"duration\""},
          {"is_null", "is_null(x) -> bool",
           "Whether there is no value: true for null and for what is missing, and never without a "
           "value itself.",
           "is_null(null)"},
          {"is_int", "is_int(x) -> bool", "Whether it is an integer.", "is_int(1)"},
          {"is_float", "is_float(x) -> bool", "Whether it is a float.", "is_float(1.0)"},
          {"is_string", "is_string(x) -> bool", "Whether it is a text.", "is_string(\"a\")"},
          {"is_bool", "is_bool(x) -> bool", "Whether it is true or false.", "is_bool(false)"},
          {"is_array", "is_array(x) -> bool", "Whether it is an array.", "is_array([1])"},
          {"is_map", "is_map(x) -> bool", "Whether it is a map.", "is_map({ a: 1 })"},
          {"is_timestamp", "is_timestamp(x) -> bool", "Whether it is a point in time.",
           "is_timestamp(@2026-01-31)"},
          {"is_duration", "is_duration(x) -> bool", "Whether it is a duration.", "is_duration(5m)"},
          {"coalesce",
           "coalesce(x, ...)",
           "The first argument that has a value, as `x ?? y`.",
           "coalesce(null, 2) == 2",
           {"if_null"}},
          {"print", "print(x, ...)",
           "Writes its arguments as `.print` does, and has no value itself.", "is_null(print(1))"},
          {"uuid", "uuid() -> str", "A random identifier; replays repeat it with the same seed.",
           "len(uuid()) == 36"},
          {"random", "random() -> float",
           "A random number from 0 up to but without 1; replays repeat it with the same seed.",
           "random() < 1.0"},
      }};
}

}  // namespace varpulis::reference
