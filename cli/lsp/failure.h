#pragma once

// Why a request has no result. Thrown by what answers it, caught where the answer is sent; never leaves
// this folder.

#include <string>

namespace varpulis::lsp {

// Codes of JSON-RPC 2.0 and of the protocol.
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kNotInitialized = -32002;
inline constexpr int kRequestFailed = -32803;

struct Failure {
  int code;
  std::string text;
};

}  // namespace varpulis::lsp
