// The fields of a hash, else a text that is a JSON object. hiredis does the protocol; its socket is waited
// for here, so that the deadline holds.

#include <poll.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include "connectors/contract/parameters.h"
#include "connectors/enrich/drivers.h"
#include "connectors/enrich/object_writer.h"
#include "connectors/enrich/redis_address.h"

namespace varpulis::connectors {
namespace {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

std::string_view TextOf(const redisReply& reply) { return {reply.str, reply.len}; }

class RedisDriver final : public Driver {
 public:
  explicit RedisDriver(const ir::Binding& binding)
      : address_(ParseRedisAddress(AddressOf(binding.parameters))),
        prefix_(connectors::TextOf(binding.parameters, "key_prefix")) {}
  ~RedisDriver() override { Close(); }

  enrich::Answer Look(const enrich::Key& key, const Deadline& deadline) override {
    if (!address_) return Failed("the url is not redis://host:port");
    const bool was_open = context_ != nullptr;
    enrich::Answer answer = Ask(prefix_ + key.text, deadline);
    const bool lost = context_ == nullptr && answer.outcome == enrich::Outcome::Error;
    return lost && was_open && !deadline.is_over() ? Ask(prefix_ + key.text, deadline) : answer;
  }

 private:
  enrich::Answer Ask(const std::string& key, const Deadline& deadline) {
    if (context_ == nullptr && !Connect(deadline)) return Lost(deadline);
    Reply hash = Command({"HGETALL", key}, deadline);
    if (hash == nullptr) return Lost(deadline);
    if (hash->type == REDIS_REPLY_ARRAY) return Hash(*hash);
    const bool other_type =
        hash->type == REDIS_REPLY_ERROR && TextOf(*hash).starts_with("WRONGTYPE");
    if (!other_type) return Failed(std::string(TextOf(*hash)));
    const Reply text = Command({"GET", key}, deadline);
    if (text == nullptr) return Lost(deadline);
    if (text->type == REDIS_REPLY_ERROR) return Failed(std::string(TextOf(*text)));
    if (text->type != REDIS_REPLY_STRING) return Failed("no such key");
    if (text->len > limits::kMaxAnswerBytes) return Failed("the value is too long");
    return {enrich::Outcome::Ok, std::string(TextOf(*text)), 0};
  }

  static enrich::Answer Hash(const redisReply& reply) {
    if (reply.elements == 0) return Failed("no such key");
    ObjectWriter object;
    for (size_t i = 0; i + 1 < reply.elements; i += 2)
      object.Text(TextOf(*reply.element[i]), TextOf(*reply.element[i + 1]));
    std::string text = object.Finish();
    if (text.empty()) return Failed("the hash is too long");
    return {enrich::Outcome::Ok, std::move(text), 0};
  }

  bool Connect(const Deadline& deadline) {
    context_ = redisConnectNonBlock(address_->host.c_str(), address_->port);
    if (context_ == nullptr || context_->err != 0) return false;
    if (!WaitFor(context_->fd, POLLOUT, deadline)) return false;
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      problem_ = std::strerror(error);
      return false;
    }
    if (!address_->password.empty()) {
      std::vector<std::string> words = {"AUTH"};
      if (!address_->user.empty()) words.push_back(address_->user);
      words.push_back(address_->password);
      if (!Succeeds(words, deadline)) return false;
    }
    return address_->database == 0 ||
           Succeeds({"SELECT", std::to_string(address_->database)}, deadline);
  }
  bool Succeeds(const std::vector<std::string>& words, const Deadline& deadline) {
    const Reply reply = Command(words, deadline);
    if (reply == nullptr) return false;
    if (reply->type == REDIS_REPLY_ERROR) problem_ = TextOf(*reply);
    return reply->type != REDIS_REPLY_ERROR;
  }
  // Null: the connection is lost, or the time over.
  Reply Command(const std::vector<std::string>& words, const Deadline& deadline) {
    std::vector<const char*> texts;
    std::vector<size_t> sizes;
    for (const std::string& word : words) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    redisAppendCommandArgv(context_, static_cast<int>(words.size()), texts.data(), sizes.data());
    for (int done = 0; done == 0;) {
      if (!WaitFor(context_->fd, POLLOUT, deadline)) return nullptr;
      if (redisBufferWrite(context_, &done) != REDIS_OK) return nullptr;
    }
    for (void* reply = nullptr;;) {
      if (redisGetReplyFromReader(context_, &reply) != REDIS_OK) return nullptr;
      if (reply != nullptr) return Reply(static_cast<redisReply*>(reply));
      if (!WaitFor(context_->fd, POLLIN, deadline)) return nullptr;
      if (redisBufferRead(context_) != REDIS_OK) return nullptr;
    }
  }
  enrich::Answer Lost(const Deadline& deadline) {
    std::string problem = std::exchange(problem_, {});
    if (problem.empty() && context_ != nullptr) problem = context_->errstr;
    Close();
    return deadline.is_over() ? TimedOut() : Failed(std::move(problem));
  }
  void Close() {
    if (context_ != nullptr) redisFree(context_);
    context_ = nullptr;
  }

  const std::optional<RedisAddress> address_;
  const std::string prefix_;
  redisContext* context_ = nullptr;
  std::string problem_;  // what went wrong that the context does not know
};

}  // namespace

std::unique_ptr<Driver> MakeRedisDriver(const ir::Binding& binding) {
  return std::make_unique<RedisDriver>(binding);
}

}  // namespace varpulis::connectors
