#include "server/http/message.h"

#include <algorithm>

namespace varpulis::http {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += plus_is_blank && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

bool Request::has_header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return true;
  }
  return false;
}

const std::string& Request::parameter(std::string_view name) const {
  static const std::string kNone;
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return kNone;
}

std::optional<std::string> Request::query_value(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const size_t equals = part.find('=');
    if (PercentDecode(part.substr(0, equals), true) != std::string(name)) continue;
    return PercentDecode(equals == std::string_view::npos ? "" : part.substr(equals + 1), true);
  }
  return std::nullopt;
}

void Reply::operator()(Response response) const {
  Send send;
  {
    std::lock_guard lock(state_->mutex);
    std::swap(send, state_->send);
  }
  if (send) send(std::move(response));
}

void Reply::Within(int seconds, std::function<Response()> instead) const {
  state_->seconds = seconds;
  state_->instead = std::move(instead);
}

Reply::State::~State() {
  if (!send) return;
  Response response;
  response.status = 500;
  response.body = R"({"error":"the request was not answered","code":"internal"})";
  send(std::move(response));
}

}  // namespace varpulis::http
