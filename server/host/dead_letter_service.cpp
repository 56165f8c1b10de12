#include "server/host/dead_letter_service.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "server/host/pipeline_host.h"

namespace varpulis::host {
namespace {

constexpr size_t kMostWaiting = 64;

// What sinks say of letters that are under way; shared with answers that nobody waits for any more.
struct Answers {
  std::mutex mutex;
  std::condition_variable changed;
  size_t open = 0;
  std::vector<std::string> delivered;  // ids
};

// Its pipeline, else another one of the tenant that has such a sink: a program that was deployed anew.
bool SendOne(PipelineHost& host, const connectors::DeadLetter& letter,
             const std::function<void(std::string)>& done) {
  const auto offer = [&](const std::shared_ptr<Pipeline>& pipeline) {
    return pipeline != nullptr && pipeline->connectors() != nullptr &&
           pipeline->connectors()->Redeliver(letter, done);
  };
  if (offer(host.Find(letter.tenant_id, letter.pipeline_id))) return true;
  for (const auto& pipeline : host.List(letter.tenant_id)) {
    if (offer(pipeline)) return true;
  }
  return false;
}

}  // namespace

DeadLetterService::DeadLetterService(connectors::DeadLetters& letters, PipelineHost& host)
    : letters_(letters), host_(host), thread_(1, kMostWaiting) {}

std::vector<std::string> DeadLetterService::Send(
    const std::vector<connectors::DeadLetter>& letters) {
  const auto answers = std::make_shared<Answers>();
  for (const connectors::DeadLetter& letter : letters) {
    {
      std::lock_guard lock(answers->mutex);
      ++answers->open;
    }
    const auto done = [answers, id = letter.id](const std::string& error) {
      std::lock_guard lock(answers->mutex);
      if (error.empty()) answers->delivered.push_back(id);
      --answers->open;
      answers->changed.notify_all();
    };
    if (!SendOne(host_, letter, done)) done("there is no such sink");
  }
  // Each is answered: a sink waits no longer than its deadline, and refuses what is left when it ends.
  std::unique_lock lock(answers->mutex);
  answers->changed.wait(lock, [&] { return answers->open == 0; });
  return answers->delivered;
}

bool DeadLetterService::List(connectors::DeadLetterFilter filter, size_t offset, size_t limit,
                             std::function<void(Result<Listing>)> done) {
  return thread_.Post([this, filter = std::move(filter), offset, limit, done = std::move(done)] {
    done(letters_.List(filter, offset, limit));
  });
}

bool DeadLetterService::Replay(connectors::DeadLetterFilter filter, size_t limit,
                               std::function<void(Result<Replayed>)> done) {
  return thread_.Post([this, filter = std::move(filter), limit, done = std::move(done)] {
    auto found = letters_.Find(filter, limit);
    if (!found.ok()) return done(found.status());
    const std::vector<std::string> delivered = Send(*found);
    const auto removed = letters_.RemoveIds(delivered);
    if (!removed.ok()) return done(removed.status());
    auto left = letters_.List(filter, 0, 0);
    if (!left.ok()) return done(left.status());
    done(Replayed{delivered.size(), found->size() - delivered.size(), left->total});
  });
}

bool DeadLetterService::ReplayIds(std::string tenant_id, std::vector<std::string> ids,
                                  std::function<void(std::vector<std::string>)> done) {
  return thread_.Post(
      [this, tenant_id = std::move(tenant_id), ids = std::move(ids), done = std::move(done)] {
        std::vector<std::string> known;
        auto found = letters_.FindIds(tenant_id, ids);
        if (found.ok()) {
          for (const connectors::DeadLetter& letter : *found) known.push_back(letter.id);
          // What cannot be taken out was delivered all the same, and is told by the file.
          (void)letters_.RemoveIds(Send(*found));
        }
        done(std::move(known));
      });
}

bool DeadLetterService::Purge(connectors::DeadLetterFilter filter,
                              std::function<void(Result<uint64_t>)> done) {
  return thread_.Post([this, filter = std::move(filter), done = std::move(done)] {
    done(letters_.Remove(filter));
  });
}

}  // namespace varpulis::host
