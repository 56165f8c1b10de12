#pragma once

// What the terminal can show, and texts that all commands share.

#include <string>

namespace varpulis::cli {

std::string VersionText();
// After an unknown command: the nearest one, on standard error.
void SuggestCommand(int argc, char** argv);
// True if file descriptor `fd` is a terminal and NO_COLOR is not set.
bool UseColour(int fd);
bool IsTerminal(int fd);
// Steady clock in milliseconds.
double NowMs();
// 11.4 M, 312 k, 87
std::string Readable(double number);
// 1.2 GB
std::string ReadableBytes(double bytes);

}  // namespace varpulis::cli
