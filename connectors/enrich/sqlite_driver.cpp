// The first row of a statement of SQLite, which is bound to the key as what it is.

#include <memory>

#include <fmt/format.h>
#include <sqlite3.h>

#include "connectors/enrich/drivers.h"
#include "connectors/enrich/object_writer.h"

namespace varpulis::connectors {
namespace {

// Ends the statement, with SQLITE_INTERRUPT, when its time is over.
int CheckDeadline(void* deadline) { return static_cast<const Deadline*>(deadline)->is_over(); }
// Another connection is writing: once more in a moment.
int WaitForLock(void* deadline, int) {
  if (static_cast<const Deadline*>(deadline)->is_over()) return 0;
  sqlite3_sleep(1);
  return 1;
}

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

class SqliteDriver final : public Driver {
 public:
  SqliteDriver(std::string path, std::string query)
      : path_(std::move(path)), query_(std::move(query)) {}
  ~SqliteDriver() override { Close(); }

  enrich::Answer Look(const enrich::Key& key, const Deadline& deadline) override {
    if (!Open()) return Give(deadline);
    // Looked at while a statement runs, which ends with this call.
    sqlite3_busy_handler(database_, WaitForLock, const_cast<Deadline*>(&deadline));
    sqlite3_progress_handler(database_, kOperations, CheckDeadline,
                             const_cast<Deadline*>(&deadline));
    sqlite3_stmt* made = nullptr;
    const int prepared = sqlite3_prepare_v2(database_, query_.c_str(), -1, &made, nullptr);
    const Statement statement(made);
    if (prepared != SQLITE_OK) return Give(deadline);
    if (made == nullptr) return Failed("the query is empty");
    Bind(made, key);
    const int step = sqlite3_step(made);
    if (step == SQLITE_DONE) return Failed("no row");
    if (step != SQLITE_ROW) return Give(deadline);
    return Row(made);
  }

 private:
  static constexpr int kOperations = 1000;

  bool Open() {
    if (database_ != nullptr) return true;
    return sqlite3_open_v2(path_.c_str(), &database_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                           nullptr) == SQLITE_OK;
  }
  // A statement of it may still be open, and goes first.
  void Close() {
    sqlite3_close_v2(database_);
    database_ = nullptr;
  }
  // What went wrong; the connection is given up.
  enrich::Answer Give(const Deadline& deadline) {
    enrich::Answer answer = deadline.is_over() ? TimedOut() : Failed(sqlite3_errmsg(database_));
    Close();
    return answer;
  }
  static void Bind(sqlite3_stmt* statement, const enrich::Key& key) {
    const int place = sqlite3_bind_parameter_index(statement, "$1");
    if (place == 0) return;
    if (const auto* number = std::get_if<int64_t>(&key.value)) {
      sqlite3_bind_int64(statement, place, *number);
    } else if (const auto* real = std::get_if<double>(&key.value)) {
      sqlite3_bind_double(statement, place, *real);
    } else if (const auto* truth = std::get_if<bool>(&key.value)) {
      sqlite3_bind_int(statement, place, *truth ? 1 : 0);
    } else {
      sqlite3_bind_text(statement, place, key.text.data(), static_cast<int>(key.text.size()),
                        SQLITE_TRANSIENT);
    }
  }
  static enrich::Answer Row(sqlite3_stmt* statement) {
    ObjectWriter object;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const char* name = sqlite3_column_name(statement, i);
      switch (sqlite3_column_type(statement, i)) {
        case SQLITE_NULL:
          object.Json(name, "null");
          break;
        case SQLITE_INTEGER:
          object.Json(name, std::to_string(sqlite3_column_int64(statement, i)));
          break;
        case SQLITE_FLOAT:
          object.Float(name, sqlite3_column_double(statement, i));
          break;
        default: {
          const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
          object.Text(name, {text, static_cast<size_t>(sqlite3_column_bytes(statement, i))});
        }
      }
    }
    std::string text = object.Finish();
    if (text.empty()) return Failed("the row is too long");
    return {enrich::Outcome::Ok, std::move(text), 0};
  }

  const std::string path_;
  const std::string query_;
  sqlite3* database_ = nullptr;
};

}  // namespace

std::unique_ptr<Driver> MakeSqliteDriver(const std::string& path, const std::string& query) {
  return std::make_unique<SqliteDriver>(path, query);
}

}  // namespace varpulis::connectors
