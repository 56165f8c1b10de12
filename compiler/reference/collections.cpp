#include "compiler/reference/groups.h"

namespace varpulis::reference {

Group Collections() {
  return {
      Family::Function,
      "Arrays and maps",
      {
          {"first", "first(array)", "The first element; no value if there is none.",
           "first([7, 8]) == 7"},
          {"last", "last(array)", "The last element; no value if there is none.",
           "last([7, 8]) == 8"},
          {"push", "push(array, x)", "A new array with one more element.",
           "push([1], 2) == [1, 2]"},
          {"pop", "pop(array)", "A new array without the last element.", "pop([1, 2]) == [1]"},
          {"sort", "sort(array)",
           "The elements in ascending order; equal ones keep theirs, nulls come last.",
           "sort([3, 1, 2]) == [1, 2, 3]"},
          {"unique", "unique(array)", "The first of each group of equal elements.",
           "unique([1, 2, 1]) == [1, 2]"},
          {"flatten", "flatten(array)", "The elements of the arrays in an array, one level deep.",
           "flatten([[1], [2, 3]]) == [1, 2, 3]"},
          {"zip", "zip(a, b)", "Pairs of elements, up to the shorter array.",
           "zip([1, 2], [\"a\", \"b\"]) == [[1, \"a\"], [2, \"b\"]]"},
          {"range", "range(n), range(from, to)",
           "The integers from 0 or `from` up to but without the end.",
           "range(3) == [0, 1, 2] and range(2, 4) == [2, 3]"},
          {"keys", "keys(map)", "The keys of a map in the order of their insertion.",
           "keys({ a: 1, b: 2 }) == [\"a\", \"b\"]"},
          {"values", "values(map)", "The values of a map in the order of their insertion.",
           "values({ a: 1, b: 2 }) == [1, 2]"},
          {"get", "get(x, key)",
           "The element of an array at an index or of a map at a key; no value if it is not there.",
           "get({ a: 1 }, \"a\") == 1"},
          {"set", "set(x, key, value)",
           "A copy with one element replaced, or one entry set. An index beyond the array changes "
           "nothing.",
           "set([1, 2], 0, 9) == [9, 2]"},
          {"sum", "sum(array) -> float", "The sum of the numbers in an array.",
           "sum([1, 2.5]) == 3.5"},
          {"avg", "avg(array) -> float", "The mean of the numbers in an array; no value if none.",
           "avg([1, 2]) == 1.5"},
          {"variance", "variance(array) -> float",
           "The sample variance of the numbers in an array; no value of fewer than two.",
           "variance([1, 3]) == 2.0"},
          {"sliding_pairs", "sliding_pairs(array)", "Each element with the next one.",
           "sliding_pairs([1, 2, 3]) == [[1, 2], [2, 3]]"},
          {"filter", "filter(array, x => condition)", "The elements for which the lambda is true.",
           "[1, 5].filter(x => x > 2) == [5]"},
          {"map", "map(array, x => value)",
           "What the lambda makes of each element; those without a value are left out.",
           "[1, 2].map(x => x * 2) == [2, 4]"},
      }};
}

}  // namespace varpulis::reference
