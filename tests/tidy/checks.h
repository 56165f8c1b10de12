#pragma once

// What holds for every file of the checkout. One function per family of rules; each returns what it
// found, in order of path.

#include <vector>

#include "tests/tidy/tree.h"

namespace varpulis::tidy {

// "layer": a folder includes only what lies below it (table in layers.cpp). "relative": no `../`.
std::vector<Finding> CheckLayers(const Tree& tree);

// "room": a third-party library is included only where it lives (table in rooms.cpp).
std::vector<Finding> CheckRooms(const Tree& tree);

// "readme": a README.md in each folder with sources. "length": more than 500 lines only with a reason
// (a line with `Long because` among the first ten). "pragma": `#pragma once` in each header. "name":
// no *Utils, *Helper, *Manager. "unregistered": each .cpp below tests/ is built by some CMakeLists.
std::vector<Finding> CheckFiles(const Tree& tree);

// Files of more than 300 lines: worth a look, not wrong.
std::vector<Finding> LongFiles(const Tree& tree);

// "link": relative links of the Markdown files lead to files or folders that exist.
std::vector<Finding> CheckLinks(const Tree& tree);

// "coverage": docs/language/coverage.md has each row that the language's first part asks for, with a
// test or with what is open. "builtin": every builtin is called by some conformance case.
std::vector<Finding> CheckCoverage(const Tree& tree);

}  // namespace varpulis::tidy
