#include "server/api/checkpoint_json.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/time.h"
#include "server/auth/digest.h"

namespace varpulis::api {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string ToBase64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](size_t at) {
      return at < bytes.size() ? static_cast<uint8_t>(bytes[at]) : uint8_t{0};
    };
    const uint32_t word =
        uint32_t{byte(i)} << 16 | uint32_t{byte(i + 1)} << 8 | uint32_t{byte(i + 2)};
    for (int shift = 18; shift >= 0; shift -= 6) text += kAlphabet[word >> shift & 63];
  }
  for (size_t i = 0; i < (3 - bytes.size() % 3) % 3; ++i) text[text.size() - 1 - i] = '=';
  return text;
}

std::optional<std::string> FromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::array<int8_t, 256> values;
  values.fill(-1);
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<uint8_t>(kAlphabet[i])] = static_cast<int8_t>(i);
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    uint32_t word = 0;
    for (size_t j = i; j < i + 4; ++j) {
      const bool is_padding = j >= text.size() - padding;
      const int8_t value = is_padding ? int8_t{0} : values[static_cast<uint8_t>(text[j])];
      if (value < 0) return std::nullopt;
      word = word << 6 | static_cast<uint32_t>(value);
    }
    for (int shift = 16; shift >= 0; shift -= 8) bytes += static_cast<char>(word >> shift);
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

std::string HexOf(const auth::Digest& digest) {
  std::string text;
  for (const uint8_t byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace

Json CheckpointJson(const host::PipelineImage& image) {
  const state::Checkpoint& checkpoint = image.checkpoint;
  const Result<host::HostState> host = host::ReadHostState(checkpoint);
  const uint64_t outputs = host.ok() ? host.value().output_events : 0;
  Json view = Json::parse(image.view, nullptr, false);
  return {{"version", state::kCheckpointVersion},
          {"events_processed", image.events},
          {"output_events_emitted", outputs},
          {"window_states", Json::object()},
          {"sase_states", std::move(view["sase_states"])},
          {"join_states", Json::object()},
          {"variables", std::move(view["variables"])},
          {"program",
           {{"source_sha256", HexOf(auth::DigestOf(image.program->source))},
            {"generation", image.generation},
            {"engine_version", checkpoint.engine}}},
          {"created_at", base::FormatTimestamp(checkpoint.created / kNsPerMs * kNsPerMs)},
          {"state", ToBase64(state::Encode(checkpoint))}};
}

Result<state::Checkpoint> ReadCheckpointJson(const Json& body) {
  const auto nested = body.find("checkpoint");
  const Json& json = nested != body.end() ? *nested : body;
  const auto refuse = [](StatusCode code, std::string message) {
    return Status(code, std::move(message));
  };
  if (!json.is_object())
    return refuse(StatusCode::InvalidArgument, "`checkpoint` must be an object");
  const auto version = json.find("version");
  if (version != json.end() && !version->is_number_unsigned())
    return refuse(StatusCode::InvalidArgument, "`version` of the checkpoint must be a number");
  if (version != json.end() && version->get<uint64_t>() > state::kCheckpointVersion) {
    return refuse(StatusCode::Unavailable,
                  fmt::format("the checkpoint has version {}, this server knows versions up to {}",
                              version->get<uint64_t>(), state::kCheckpointVersion));
  }
  const auto state = json.find("state");
  if (state == json.end() || !state->is_string())
    return refuse(StatusCode::InvalidArgument, "the checkpoint has no `state`");
  const auto bytes = FromBase64(state->get_ref<const std::string&>());
  if (!bytes) return refuse(StatusCode::Malformed, "`state` of the checkpoint is damaged");
  return state::Decode(*bytes);
}

}  // namespace varpulis::api
