#include "runtime/state/checkpoint.h"

#include <cstring>

#include <fmt/format.h>

#include "base/limits.h"
#include "compiler/ir/key_hash.h"
#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"

namespace varpulis::state {
namespace {

constexpr std::string_view kMagic = "VPLSTATE";

Status Damaged(std::string_view what) {
  return Status(StatusCode::Malformed, fmt::format("the checkpoint is damaged: {}", what));
}

void WriteHeader(StateWriter& out, const Checkpoint& checkpoint) {
  out.U64(checkpoint.program);
  out.Text(checkpoint.engine);
  out.I64(checkpoint.created);
  out.U64(checkpoint.events);
  out.U64(checkpoint.outputs);
  out.U32(checkpoint.shards);
  out.U64(checkpoint.sections.size());
}

// What stands in front of the body; the sum covers both.
std::string SectionHead(const Section& section) {
  StateWriter head;
  head.Byte(static_cast<uint8_t>(section.kind));
  head.U32(section.shard);
  head.Text(section.name);
  head.Text(section.definition);
  head.U64(section.body.size());
  return head.Take();
}

uint64_t SectionSum(std::string_view head, std::string_view body) {
  return ir::Mix(Checksum(head) ^ ir::Mix(Checksum(body)));
}

Section ReadSection(StateReader& in) {
  Section section;
  const uint8_t kind = in.Byte();
  in.Require(kind <= static_cast<uint8_t>(SectionKind::Host), "a section of no known kind");
  section.kind = static_cast<SectionKind>(kind);
  section.shard = in.U32();
  section.name = in.Text();
  section.definition = in.Text();
  section.body = in.Bytes(in.U64());
  const uint64_t sum = in.U64();
  in.Require(in.ok() && sum == SectionSum(SectionHead(section), section.body),
             "a section has another checksum");
  return section;
}

}  // namespace

uint64_t Checksum(std::string_view bytes) {
  uint64_t sum = ir::Mix(bytes.size());
  for (; bytes.size() >= sizeof(uint64_t); bytes.remove_prefix(sizeof(uint64_t))) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    sum = (sum ^ word) * ir::kCombineFactor;
    sum ^= sum >> 32;
  }
  uint64_t rest = 0;
  if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
  return ir::Mix(sum ^ ir::Mix(rest));
}

std::string Encode(const Checkpoint& checkpoint) {
  StateWriter header;
  WriteHeader(header, checkpoint);
  const std::string head = header.Take();
  StateWriter sum;
  sum.U32(kCheckpointVersion);
  std::string bytes = std::string(kMagic) + sum.Take() + head;
  sum.U64(Checksum(head));
  bytes += sum.Take();
  size_t size = bytes.size();
  for (const Section& section : checkpoint.sections) {
    size += section.name.size() + section.definition.size() + section.body.size() + 64;
  }
  bytes.reserve(size);
  for (const Section& section : checkpoint.sections) {
    const std::string section_head = SectionHead(section);
    bytes += section_head;
    bytes += section.body;
    sum.U64(SectionSum(section_head, section.body));
    bytes += sum.Take();
  }
  return bytes;
}

Result<Checkpoint> Decode(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return Damaged("it does not begin like one");
  StateReader in(bytes.substr(kMagic.size()));
  const uint32_t version = in.U32();
  if (in.ok() && version > kCheckpointVersion) {
    return Status(
        StatusCode::Unavailable,
        fmt::format("the checkpoint has format version {}, this program knows versions up "
                    "to {}",
                    version, kCheckpointVersion));
  }
  in.Require(version == kCheckpointVersion, "it has no version");
  const std::string_view header = bytes.substr(bytes.size() - in.left());
  Checkpoint checkpoint;
  checkpoint.program = in.U64();
  checkpoint.engine = in.Text();
  checkpoint.created = in.I64();
  checkpoint.events = in.U64();
  checkpoint.outputs = in.U64();
  checkpoint.shards = in.U32();
  const uint64_t sections = in.U64();
  const size_t header_bytes = header.size() - in.left();
  const uint64_t sum = in.U64();
  in.Require(in.ok() && sum == Checksum(header.substr(0, header_bytes)),
             "its header has another checksum");
  in.Require(sections <= limits::kMaxCheckpointSections, "it has too many sections");
  for (uint64_t i = 0; i < sections && in.ok(); ++i) {
    checkpoint.sections.push_back(ReadSection(in));
  }
  in.ExpectEnd();
  if (!in.ok()) return Damaged(in.status().message());
  return checkpoint;
}

}  // namespace varpulis::state
