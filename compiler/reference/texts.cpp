#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Texts() {
  return {
      Family::Function,
      "Text",
      {
          {"len",
           "len(x) -> int",
           "How many characters a text, or elements an array or a map has.",
           "len(\"Größe\") == 5 and len([1, 2]) == 2",
           {"count"}},
          {"trim", "trim(text) -> str", "The text without white space at both ends.",
           "trim(\"  a b \") == \"a b\""},
          {"lower",
           "lower(text) -> str",
           "The text in lower case, by the rules of Unicode.",
           "lower(\"CMD.EXE\") == \"cmd.exe\"",
           {"lowercase", "to_lower"}},
          {"upper",
           "upper(text) -> str",
           "The text in upper case, by the rules of Unicode.",
           "upper(\"straße\") == \"STRASSE\"",
           {"uppercase", "to_upper"}},
          {"contains", "contains(x, part) -> bool",
           "Whether a text has a part, an array an element, or a map a key.",
           "contains(\"powershell -enc\", \"-enc\") and contains([1, 2], 2)"},
          {"starts_with", "starts_with(text, start) -> bool", "Whether the text starts so.",
           "starts_with(\"10.0.0.1\", \"10.\")"},
          {"ends_with", "ends_with(text, end) -> bool", "Whether the text ends so.",
           "ends_with(\"a.exe\", \".exe\")"},
          {"replace", "replace(text, from, to) -> str",
           "The text with every `from` replaced; unchanged if `from` is empty.",
           "replace(\"a-b-c\", \"-\", \"+\") == \"a+b+c\""},
          {"split", "split(text, separator)",
           "The parts between separators as an array; the characters if the separator is empty.",
           "split(\"a,b\", \",\") == [\"a\", \"b\"]"},
          {"join", "join(array, separator) -> str",
           "The elements as text with the separator between them.",
           "join([1, 2, 3], \", \") == \"1, 2, 3\""},
          {"concat", "concat(x, ...)",
           "All arguments as one text, or one array if all are arrays. Null counts as empty.",
           "concat(\"a\", 1) == \"a1\" and concat([1], [2]) == [1, 2]"},
          {"substring", "substring(text, start [, end]) -> str",
           "The characters from `start` up to but without `end`, or to the end of the text. Bounds "
           "beyond it are "
           "cut.",
           "substring(\"varpulis\", 0, 3) == \"var\""},
          {"regex_match", "regex_match(text, pattern) -> bool",
           "Whether the regular expression matches somewhere in the text. RE2 syntax: linear time, "
           "no look-around "
           "and no back-references.",
           "regex_match(\"user-17\", '^user-\\d+$')"},
          {"format", "format(template, x, ...) -> str",
           "The template with each `{}` replaced by the next argument; of a timestamp with a "
           "template such as "
           "\"%Y-%m-%d\", its parts.",
           "format(\"{} of {}\", 1, \"a\") == \"1 of a\""},
          {"reverse", "reverse(x)",
           "The characters of a text or the elements of an array backwards.",
           "reverse(\"abc\") == \"cba\""},
      }};
}

}  // namespace varpulis::reference
