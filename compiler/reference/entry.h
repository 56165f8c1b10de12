#pragma once

// What the language says about one function, aggregate, stream operator or source.

#include <string_view>
#include <vector>

namespace varpulis::reference {

enum class Family { Function, Aggregate, Operator, Source };

struct Parameter {
  std::string_view name;
  std::string_view text;
};

struct Entry {
  std::string_view name;
  std::string_view signature;
  std::string_view text;  // one or two sentences
  // Of a function: an expression that is true. Of an aggregate: an item of `.aggregate`. Of an operator
  // or a source: a stream.
  std::string_view example;
  std::vector<std::string_view> synonyms = {};
  std::vector<Parameter> parameters = {};  // the named arguments
};

// Entries that stand together on a page.
struct Group {
  Family family;
  std::string_view title;
  std::vector<Entry> entries;
};

}  // namespace varpulis::reference
