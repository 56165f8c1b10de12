#pragma once

// What the terminal can show, and texts that all commands share.

#include <string>
#include <vector>

#include "base/time.h"

namespace varpulis::cli {

std::string VersionText();
// What nobody expected on the command line, and the command that may have been meant, on standard
// error.
void ShowUnexpected(const std::vector<std::string>& unexpected);
// True if file descriptor `fd` is a terminal and NO_COLOR is not set.
bool UseColour(int fd);
bool IsTerminal(int fd);
// Steady clock in milliseconds.
double NowMs();
// 11.4 M, 312 k, 87
std::string Readable(double number);
// 9m1s, 2h0m, 350ms: the two largest units that count.
std::string ReadableDuration(DurationNs duration);
// 1.2 GB
std::string ReadableBytes(double bytes);

}  // namespace varpulis::cli
