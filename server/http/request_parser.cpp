#include "server/http/request_parser.h"

#include <algorithm>
#include <cctype>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "base/limits.h"

namespace varpulis::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::iequals;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<uint8_t>(c))); });
  return lower;
}

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

constexpr ParseError kLongUrl = {414, "invalid_request", "the URL is longer than 8 KiB"};
constexpr ParseError kLongHead = {431, "invalid_request", "the headers are larger than 16 KiB"};
constexpr ParseError kLargeBody = {413, "payload_too_large",
                                   "the body is larger than allowed here"};
constexpr ParseError kMalformed = {400, "invalid_request", "this is no HTTP request"};

ParseError ErrorOf(const boost::beast::error_code& error, bool is_long_line) {
  if (error == beast_http::error::header_limit) return is_long_line ? kLongUrl : kLongHead;
  if (error == beast_http::error::body_limit) return kLargeBody;
  return kMalformed;
}

}  // namespace

RequestParser::RequestParser() {
  parser_.header_limit(limits::kMaxHeaderBytes);
  // Which limit a body has is known when its route is.
  parser_.body_limit(boost::none);
}

bool RequestParser::TakeHead(std::string& buffer, ParseError& error) {
  boost::beast::error_code code;
  // The parser forgets where the first line ends.
  const bool is_long_line = taken_ == 0 && buffer.find('\n') > limits::kMaxUrlBytes &&
                            buffer.size() > limits::kMaxUrlBytes;
  const size_t used = parser_.put(boost::asio::buffer(buffer), code);
  taken_ += used;
  buffer.erase(0, used);
  if (parser_.is_header_done()) return true;
  if (!code || code == beast_http::error::need_more) {
    if (buffer.size() <= limits::kMaxHeaderBytes) return false;
    code = beast_http::error::header_limit;
  }
  error = ErrorOf(code, is_long_line);
  return true;
}

bool RequestParser::TakeBody(std::string& buffer, ParseError& error) {
  parser_.eager(true);
  boost::beast::error_code code;
  const size_t used = parser_.put(boost::asio::buffer(buffer), code);
  buffer.erase(0, used);
  if (parser_.is_done()) return true;
  if (!code || code == beast_http::error::need_more) return false;
  error = ErrorOf(code, false);
  return true;
}

bool RequestParser::expects_continue() const {
  return iequals(parser_.get()[beast_http::field::expect], "100-continue") && !is_http_1_0();
}

ParseError RequestParser::MakeRequest(Request& request) const {
  const auto& head = parser_.get();
  request.method = View(head.method_string());
  std::string_view target = View(head.target());
  if (target.size() > limits::kMaxUrlBytes) return kLongUrl;
  // The absolute form, which proxies use.
  if (target.starts_with("http://") || target.starts_with("https://")) {
    const size_t path = target.find('/', target.find("//") + 2);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  const bool is_whole_server = target == "*" && request.method == "OPTIONS";
  if ((!target.starts_with('/') && !is_whole_server) || target.find('#') != std::string_view::npos)
    return {400, "invalid_request", "the path is not one of this server"};
  const size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  for (const auto& field : head) {
    request.headers.emplace_back(Lower(View(field.name_string())), View(field.value()));
  }
  if (!is_http_1_0() && head.count(beast_http::field::host) != 1)
    return {400, "invalid_request", "a request has one Host header"};
  const bool has_length = head.count(beast_http::field::content_length) > 0;
  const bool is_encoded = head.count(beast_http::field::transfer_encoding) > 0;
  // What two servers could read differently is nothing that an honest client sends.
  if (has_length && is_encoded)
    return {400, "invalid_request", "a body has a length or is chunked, not both"};
  if (head.count(beast_http::field::content_length) > 1)
    return {400, "invalid_request", "a body has one length"};
  if (is_encoded && (!iequals(head[beast_http::field::transfer_encoding], "chunked") ||
                     head.count(beast_http::field::transfer_encoding) > 1))
    return {400, "invalid_request", "the only transfer encoding is chunked"};
  request.has_body = is_encoded || announced_bytes() > 0;
  request.is_upgrade = boost::beast::websocket::is_upgrade(head) && !request.has_body;
  return {};
}

}  // namespace varpulis::http
