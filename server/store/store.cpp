#include "server/store/store.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "runtime/state/state_reader.h"
#include "runtime/state/state_writer.h"
#include "server/store/keys.h"

namespace varpulis::store {
namespace {

const std::string kGivenUp = "given-up/";

constexpr size_t kPieceBytes = 1u << 20;
// So much is handed to the database at once before the last batch, which makes the checkpoint be there.
constexpr size_t kPiecesPerBatch = 16;

std::string ManifestId(std::string_view pipeline) { return "m" + std::string(pipeline); }
std::string PieceId(std::string_view pipeline) { return "p" + std::string(pipeline); }

std::string PieceKey(std::string_view pipeline, uint64_t number, uint32_t piece) {
  std::string key = NumberedKey(PieceId(pipeline), number);
  AppendNumber(key, piece);
  return key;
}

std::string EncodeEntry(const CheckpointEntry& entry) {
  state::StateWriter out;
  out.U64(entry.record);
  out.U64(entry.bytes);
  out.I64(entry.created);
  out.U64(entry.events);
  return out.Take();
}

bool DecodeEntry(std::string_view bytes, CheckpointEntry& entry) {
  state::StateReader in(bytes);
  entry.record = in.U64();
  entry.bytes = in.U64();
  entry.created = in.I64();
  entry.events = in.U64();
  return in.ok();
}

// All records of a family.
template <typename Record>
Result<std::vector<Record>> ReadAll(const Database& database, Family family,
                                    Result<Record> (*read)(std::string_view)) {
  std::vector<Record> records;
  Status damage;
  Status status =
      database.ForEach(family, "", "\xff", [&](std::string_view key, std::string_view value) {
        Result<Record> record = read(value);
        if (record.ok()) {
          records.push_back(std::move(*record));
        } else {
          damage = record.status().Within(std::string(key));
        }
        return record.ok();
      });
  if (!status.ok()) return status;
  if (!damage.ok()) return damage;
  std::sort(records.begin(), records.end(),
            [](const Record& a, const Record& b) { return a.number < b.number; });
  return records;
}

}  // namespace

Store::Store(StateDirectory directory, std::unique_ptr<Database> database, StoreOptions options)
    : directory_(std::move(directory)),
      options_(std::move(options)),
      database_(std::move(database)),
      journal_(std::make_unique<Journal>(*database_, options_.journal)) {}

Result<std::unique_ptr<Store>> Store::Open(StoreOptions options) {
  Result<StateDirectory> directory = StateDirectory::Open(options.folder);
  if (!directory.ok()) return directory.status();
  Result<std::unique_ptr<Database>> database = Database::Open(directory->database(), options.env);
  if (!database.ok()) return database.status().Within(directory->database());
  if (Status format = CheckFormat(**database, options.engine); !format.ok())
    return format.Within(options.folder);
  return std::unique_ptr<Store>(
      new Store(std::move(*directory), std::move(*database), std::move(options)));
}

Status Store::CheckFormat(Database& database, const std::string& engine) {
  const Result<std::optional<std::string>> found = database.Get(Family::Meta, "format");
  if (!found.ok()) return found.status();
  uint32_t format = kStateFormat;
  if (found.value()) {
    const std::string& text = *found.value();
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), format);
    if (error != std::errc() || at != text.data() + text.size())
      return Status(StatusCode::Malformed, "the state has no format version");
  }
  if (format > kStateFormat) {
    const Result<std::optional<std::string>> writer = database.Get(Family::Meta, "engine");
    return Status(StatusCode::Unavailable,
                  fmt::format("the state has format {} (written by version {}), this is version {} "
                              "and knows formats up to {}",
                              format, writer.ok() && writer.value() ? *writer.value() : "unknown",
                              engine, kStateFormat));
  }
  WriteBatch batch(database);
  batch.Put(Family::Meta, "format", fmt::format("{}", kStateFormat));
  batch.Put(Family::Meta, "engine", engine);
  return database.Write(batch, true);
}

// While the disk is full the journal looks for room, for everybody.
Status Store::Write(const WriteBatch& batch, bool sync) {
  Status status = database_->Write(batch, sync);
  if (status.code() == StatusCode::ResourceExhausted) journal_->ReportFull(status);
  return status;
}

Result<std::vector<auth::TenantRecord>> Store::Tenants() const {
  return ReadAll<auth::TenantRecord>(*database_, Family::Tenants, ReadTenant);
}

Result<std::vector<PipelineRecord>> Store::Pipelines() const {
  return ReadAll<PipelineRecord>(*database_, Family::Pipelines, ReadPipeline);
}

Status Store::Save(const auth::TenantRecord& tenant) {
  WriteBatch batch(*database_);
  batch.Put(Family::Tenants, tenant.id, ToJson(tenant));
  return Write(batch);
}

Status Store::DeleteTenant(std::string_view id) {
  WriteBatch batch(*database_);
  batch.Delete(Family::Tenants, id);
  return Write(batch);
}

Status Store::SetPaused(std::string_view pipeline, bool paused) {
  const Result<std::optional<std::string>> found = database_->Get(Family::Pipelines, pipeline);
  if (!found.ok()) return found.status();
  if (!found.value()) return Status(StatusCode::NotFound, "there is no such pipeline");
  Result<PipelineRecord> record = ReadPipeline(*found.value());
  if (!record.ok()) return record.status();
  record->paused = paused;
  WriteBatch batch(*database_);
  batch.Put(Family::Pipelines, pipeline, ToJson(*record));
  return Write(batch);
}

Status Store::DeletePipeline(std::string_view id, const auth::TenantRecord* tenant) {
  WriteBatch batch(*database_);
  batch.Delete(Family::Pipelines, id);
  batch.Delete(Family::Meta, kGivenUp + std::string(id));
  for (const std::string& prefix : {ManifestId(id), PieceId(id)})
    batch.DeleteRange(Family::Checkpoints, NumberedKey(prefix, 0), EndOfKeys(prefix));
  batch.DeleteRange(Family::Journal, NumberedKey(id, 0), EndOfKeys(id));
  if (tenant != nullptr) batch.Put(Family::Tenants, tenant->id, ToJson(*tenant));
  Status status = Write(batch);
  if (status.ok()) journal_->CountTrimmed(id, UINT64_MAX);
  return status;
}

Result<std::string> Store::GivenUp(std::string_view pipeline) const {
  const Result<std::optional<std::string>> found =
      database_->Get(Family::Meta, kGivenUp + std::string(pipeline));
  if (!found.ok()) return found.status();
  const std::string line = options_.engine + "\n";
  if (!found.value() || !found.value()->starts_with(line)) return std::string();
  return found.value()->substr(line.size());
}

Status Store::GiveUp(std::string_view pipeline, const std::string& why) {
  WriteBatch batch(*database_);
  batch.Put(Family::Meta, kGivenUp + std::string(pipeline), options_.engine + "\n" + why);
  return Write(batch);
}

Result<std::vector<CheckpointEntry>> Store::Checkpoints(std::string_view pipeline) const {
  const std::string id = ManifestId(pipeline);
  std::vector<CheckpointEntry> entries;
  bool is_whole = true;
  Status status = database_->ForEach(Family::Checkpoints, NumberedKey(id, 0), EndOfKeys(id),
                                     [&](std::string_view key, std::string_view value) {
                                       CheckpointEntry entry;
                                       entry.number = NumberAt<uint64_t>(key, id.size() + 1);
                                       is_whole = DecodeEntry(value, entry);
                                       entries.push_back(entry);
                                       return is_whole;
                                     });
  if (!status.ok()) return status;
  if (!is_whole) return Status(StatusCode::Malformed, "the record of a checkpoint is damaged");
  std::reverse(entries.begin(), entries.end());
  return entries;
}

Result<std::string> Store::ReadCheckpoint(std::string_view pipeline, uint64_t number) const {
  const Result<std::optional<std::string>> manifest =
      database_->Get(Family::Checkpoints, NumberedKey(ManifestId(pipeline), number));
  if (!manifest.ok()) return manifest.status();
  CheckpointEntry entry;
  if (!manifest.value())
    return Status(StatusCode::NotFound, fmt::format("there is no checkpoint {}", number));
  if (!DecodeEntry(*manifest.value(), entry))
    return Status(StatusCode::Malformed, "the record of a checkpoint is damaged");
  std::string bytes;
  Status status = database_->ForEach(Family::Checkpoints, PieceKey(pipeline, number, 0),
                                     PieceKey(pipeline, number + 1, 0),
                                     [&](std::string_view, std::string_view piece) {
                                       bytes += piece;
                                       return true;
                                     });
  if (!status.ok()) return status;
  if (bytes.size() != entry.bytes)
    return Status(StatusCode::Malformed, fmt::format("checkpoint {} has lost bytes", number));
  return bytes;
}

// Synced with what comes behind it.
Status Store::WritePieces(std::string_view pipeline, uint64_t number, std::string_view bytes) {
  uint32_t piece = 0;
  while (!bytes.empty()) {
    WriteBatch batch(*database_);
    for (size_t i = 0; i < kPiecesPerBatch && !bytes.empty(); ++i) {
      const size_t size = std::min(bytes.size(), kPieceBytes);
      batch.Put(Family::Checkpoints, PieceKey(pipeline, number, piece++), bytes.substr(0, size));
      bytes.remove_prefix(size);
    }
    if (Status status = Write(batch, false); !status.ok()) return status;
  }
  return Status();
}

Status Store::WriteCheckpoint(std::string_view pipeline, CheckpointEntry entry,
                              std::string_view bytes, const PipelineRecord* record) {
  entry.bytes = bytes.size();
  const Result<std::vector<CheckpointEntry>> earlier = Checkpoints(pipeline);
  if (!earlier.ok()) return earlier.status();
  // Another one of that number was not finished.
  WriteBatch batch(*database_);
  batch.DeleteRange(Family::Checkpoints, PieceKey(pipeline, entry.number, 0),
                    EndOfKeys(PieceId(pipeline)));
  if (Status status = Write(batch, false); !status.ok()) return status;
  if (Status status = WritePieces(pipeline, entry.number, bytes); !status.ok()) return status;
  WriteBatch last(*database_);
  const size_t kept =
      journal_->bytes() > options_.max_journal_bytes ? 1 : options_.kept_checkpoints;
  uint64_t oldest = entry.record;
  for (size_t i = 0; i < earlier.value().size(); ++i) {
    const CheckpointEntry& other = earlier.value()[i];
    if (i + 1 < kept) {
      oldest = std::min(oldest, other.record);
      continue;
    }
    last.Delete(Family::Checkpoints, NumberedKey(ManifestId(pipeline), other.number));
    last.DeleteRange(Family::Checkpoints, PieceKey(pipeline, other.number, 0),
                     PieceKey(pipeline, other.number + 1, 0));
  }
  Journal::Trim(last, pipeline, oldest);
  if (record != nullptr) last.Put(Family::Pipelines, record->id, ToJson(*record));
  last.Put(Family::Checkpoints, NumberedKey(ManifestId(pipeline), entry.number),
           EncodeEntry(entry));
  Status status = Write(last);
  if (status.ok()) journal_->CountTrimmed(pipeline, oldest);
  return status;
}

}  // namespace varpulis::store
