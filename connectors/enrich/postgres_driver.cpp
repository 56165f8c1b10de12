// The first row of a query of PostgreSQL, without ever blocking for longer than the deadline: libpq's
// asynchronous functions, and poll.

#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "connectors/enrich/drivers.h"
#include "connectors/enrich/object_writer.h"

namespace varpulis::connectors {
namespace {

// Types of columns and parameters, by the numbers that PostgreSQL has for them (pg_type.dat).
enum Type : Oid {
  kUnknown = 0,  // inferred from where the parameter stands
  kBool = 16,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kJson = 114,
  kFloat4 = 700,
  kFloat8 = 701,
  kNumeric = 1700,
  kJsonb = 3802,
};

// The server has given the query up.
constexpr std::string_view kCanceled = "57014";

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, Clear>;

// Without the line break and the name of the level.
std::string Told(const char* message) {
  std::string text = message;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

void WriteColumn(ObjectWriter& object, const PGresult* row, int column) {
  const char* name = PQfname(row, column);
  if (PQgetisnull(row, 0, column) != 0) return object.Json(name, "null");
  const std::string_view text(PQgetvalue(row, 0, column),
                              static_cast<size_t>(PQgetlength(row, 0, column)));
  switch (PQftype(row, column)) {
    case kBool:
      return object.Json(name, text == "t" ? "true" : "false");
    case kInt2:
    case kInt4:
    case kInt8:
    case kJson:
    case kJsonb:
      return object.Json(name, text);
    case kFloat4:
    case kFloat8:
    case kNumeric:
      // Infinities and NaN are null in JSON (decision D24).
      return object.Float(name, std::strtod(text.data(), nullptr));
    default:
      return object.Text(name, text);
  }
}

class PostgresDriver final : public Driver {
 public:
  PostgresDriver(std::string address, std::string query, DurationNs longest)
      : address_(std::move(address)),
        query_(std::move(query)),
        options_(fmt::format("-c statement_timeout={}", std::max<int64_t>(longest / kNsPerMs, 1))) {
  }
  ~PostgresDriver() override { Close(); }

  enrich::Answer Look(const enrich::Key& key, const Deadline& deadline) override {
    // A connection that was idle may have been closed: a new one is worth a try.
    const bool was_open = connection_ != nullptr;
    enrich::Answer answer = Ask(key, deadline);
    const bool lost = connection_ == nullptr && answer.outcome == enrich::Outcome::Error;
    return lost && was_open && !deadline.is_over() ? Ask(key, deadline) : answer;
  }

 private:
  enrich::Answer Ask(const enrich::Key& key, const Deadline& deadline) {
    if (connection_ == nullptr && !Connect(deadline)) return Lost(deadline);
    const Oid type = std::holds_alternative<bool>(key.value)      ? kBool
                     : std::holds_alternative<int64_t>(key.value) ? kInt8
                     : std::holds_alternative<double>(key.value)  ? kFloat8
                                                                  : kUnknown;
    const char* value = key.text.c_str();
    const int parameters = query_.find("$1") == std::string::npos ? 0 : 1;
    if (PQsendQueryParams(connection_, query_.c_str(), parameters, &type, &value, nullptr, nullptr,
                          0) == 0 ||
        PQsetSingleRowMode(connection_) == 0) {
      return Lost(deadline);
    }
    enrich::Answer answer = Failed("no row");
    bool has_row = false;
    // Rows behind the first are thrown away one by one; all have to be read before the next query.
    for (;;) {
      if (!WaitForResult(deadline)) {
        enrich::Answer lost = Lost(deadline);
        return has_row ? answer : lost;
      }
      const ResultPtr result(PQgetResult(connection_));
      if (result == nullptr) break;
      const ExecStatusType status = PQresultStatus(result.get());
      if (status == PGRES_SINGLE_TUPLE && !has_row) {
        answer = Row(result.get());
        has_row = true;
      } else if (status == PGRES_FATAL_ERROR && !has_row) {
        const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
        const bool is_late = state != nullptr && std::string_view(state) == kCanceled;
        answer = is_late ? TimedOut() : Failed(Told(PQresultErrorMessage(result.get())));
      }
    }
    if (PQstatus(connection_) == CONNECTION_BAD) Close();
    return answer;
  }

  static enrich::Answer Row(const PGresult* row) {
    ObjectWriter object;
    for (int i = 0; i < PQnfields(row); ++i) WriteColumn(object, row, i);
    std::string text = object.Finish();
    if (text.empty()) return Failed("the row is too long");
    return {enrich::Outcome::Ok, std::move(text), 0};
  }

  bool Connect(const Deadline& deadline) {
    // A query that nobody waits for any more ends by itself. What the address says comes later, and wins.
    const char* const names[] = {"options", "dbname", nullptr};
    const char* const values[] = {options_.c_str(), address_.c_str(), nullptr};
    connection_ = PQconnectStartParams(names, values, 1);
    if (connection_ == nullptr || PQstatus(connection_) == CONNECTION_BAD) return false;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK) {
      if (status == PGRES_POLLING_FAILED) return false;
      const short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
      if (!WaitFor(PQsocket(connection_), events, deadline)) return false;
      status = PQconnectPoll(connection_);
    }
    return PQsetnonblocking(connection_, 1) == 0;
  }
  // Until PQgetResult does not block. False: the time is over, or the connection lost.
  bool WaitForResult(const Deadline& deadline) {
    for (int unsent = PQflush(connection_); unsent != 0; unsent = PQflush(connection_)) {
      if (unsent < 0 || !WaitFor(PQsocket(connection_), POLLIN | POLLOUT, deadline)) return false;
      if (PQconsumeInput(connection_) == 0) return false;
    }
    while (PQisBusy(connection_) != 0) {
      if (!WaitFor(PQsocket(connection_), POLLIN, deadline)) return false;
      if (PQconsumeInput(connection_) == 0) return false;
    }
    return true;
  }
  enrich::Answer Lost(const Deadline& deadline) {
    enrich::Answer answer =
        deadline.is_over() ? TimedOut() : Failed(Told(PQerrorMessage(connection_)));
    Close();
    return answer;
  }
  void Close() {
    PQfinish(connection_);
    connection_ = nullptr;
  }

  const std::string address_;
  const std::string query_;
  const std::string options_;
  PGconn* connection_ = nullptr;
};

}  // namespace

std::unique_ptr<Driver> MakePostgresDriver(const std::string& address, const std::string& query,
                                           DurationNs longest) {
  return std::make_unique<PostgresDriver>(address, query, longest);
}

}  // namespace varpulis::connectors
