#pragma once

// The examples of a Markdown document: a block ```vpl, and behind it, before the next one, at most one
// block ```lookups (what `.enrich` finds), ```events and ```output. A block ```vpl E073 is a program that is refused with that code.

#include <string>
#include <string_view>
#include <vector>

namespace varpulis::testing {

struct Example {
  int line = 0;  // of the program's first line
  std::string program;
  std::string expected_code;
  std::string lookups;
  bool has_events = false;
  std::string events;
  std::vector<std::string> output;
};

struct Document {
  // Text around the output blocks: part i stands before the output of `outputs[i]`.
  std::vector<std::string> parts;
  std::vector<size_t> outputs;  // examples by index
  std::vector<Example> examples;
  std::string problem;  // what is no example; empty if nothing

  // The document with the outputs that its examples have now.
  std::string Text() const;
};

Document ParseDocument(std::string_view text);

}  // namespace varpulis::testing
