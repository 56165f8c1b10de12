#pragma once

// The one place where functions, aggregates, stream operators and sources are described: editors and the
// pages in docs/reference show what stands here.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/reference/entry.h"

namespace varpulis::reference {

const std::vector<Group>& Groups();

// The entry of that name or synonym; null if there is none.
const Entry* Find(Family family, std::string_view name);

// Names of all entries of a family, synonyms not included, in the order of the pages.
std::vector<std::string> Names(Family family);

// Signature, text, parameters and example as Markdown, for a tooltip.
std::string Describe(const Entry& entry);

// The page of a family as Markdown.
std::string Page(Family family);

}  // namespace varpulis::reference
