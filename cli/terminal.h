#pragma once

// What the terminal can show, and texts that all commands share.

#include <string>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_file.h"

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

// Reads a program; on failure says why on standard error and sets *exit_code.
bool ReadProgram(const std::string& path, std::string* text, int* exit_code);
// Prints all diagnostics to standard error (colours on a terminal).
void ShowDiagnostics(const diagnostics::DiagnosticEmitter& diagnostics,
                     const source::SourceFile& source);

}  // namespace varpulis::cli
