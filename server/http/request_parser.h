#pragma once

// Bytes to a request: Beast's parser, driven by hand, and what it lets through that we do not.

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/http/message.h"

namespace varpulis::http {

struct ParseError {
  int status = 0;  // 0: none
  std::string_view code = {};
  std::string_view message = {};
};

class RequestParser {
 public:
  RequestParser();

  // Takes what it can from the beginning of `buffer`. True: the head is complete, or `error` is set;
  // false: more bytes are needed.
  bool TakeHead(std::string& buffer, ParseError& error);
  // Fills everything of the request but its body; an error if it is none that we serve.
  ParseError MakeRequest(Request& request) const;

  const boost::beast::http::request<boost::beast::http::string_body>& parsed() const {
    return parser_.get();
  }
  bool expects_continue() const;
  bool keep_alive() const { return parser_.keep_alive(); }
  bool is_http_1_0() const { return parser_.get().version() < 11; }
  bool is_done() const { return parser_.is_done(); }
  // Of the body, if it was announced with its length.
  uint64_t announced_bytes() const { return parser_.content_length().value_or(0); }
  void set_body_limit(uint64_t bytes) { parser_.body_limit(bytes); }
  // As TakeHead, for the body.
  bool TakeBody(std::string& buffer, ParseError& error);
  std::string take_body() { return std::move(parser_.get().body()); }

 private:
  boost::beast::http::request_parser<boost::beast::http::string_body> parser_;
  size_t taken_ = 0;
};

}  // namespace varpulis::http
