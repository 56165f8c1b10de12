#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <sqlite3.h>

#include "tests/live/http_server.h"
#include "tests/live/lookup.h"
#include "tests/live/server_process.h"

namespace varpulis::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// --- SQLite --------------------------------------------------------------------------------------

class Sqlite : public ::testing::Test {
 protected:
  void Execute(const std::string& statements) {
    ASSERT_EQ(sqlite3_exec(database_, statements.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database_);
  }
  void SetUp() override {
    path_ = (folder_.path() / "customers.db").string();
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database_), SQLITE_OK);
    Execute(
        "CREATE TABLE customers (id, name TEXT, score REAL, visits INTEGER, note);"
        "INSERT INTO customers VALUES (7, 'Ana', 1.5, 3, NULL), ('7', 'Text', 0, 0, 'x'),"
        "  (7, 'Second', 0, 0, 0), (2.5, 'Half', 0, 0, 0)");
  }
  void TearDown() override { sqlite3_close(database_); }

  ServerFolder folder_;
  std::string path_;
  sqlite3* database_ = nullptr;
};

TEST_F(Sqlite, TheFirstRowOfAQueryThatIsBoundToTheKeyAsItIs) {
  Lookup lookup("sqlite", {Item("url", path_),
                           Item("query", "SELECT * FROM customers WHERE id = $1 ORDER BY rowid")});
  EXPECT_EQ(lookup.Find(int64_t{7}),
            "{\"id\":7,\"name\":\"Ana\",\"score\":1.5,\"visits\":3,\"note\":null}");
  EXPECT_THAT(lookup.Find(std::string("7")), HasSubstr("\"name\":\"Text\""));
  EXPECT_THAT(lookup.Find(2.5), HasSubstr("\"name\":\"Half\""));
  EXPECT_EQ(lookup.Find(int64_t{8}), "error: no row");
}

TEST_F(Sqlite, AKeyIsNoPartOfTheStatement) {
  Lookup lookup("database", {Item("url", "sqlite:" + path_),
                             Item("query", "SELECT name FROM customers WHERE name = $1")});
  EXPECT_EQ(lookup.Find(std::string("' OR '1'='1")), "error: no row");
  EXPECT_EQ(lookup.Find(std::string("Ana")), "{\"name\":\"Ana\"}");
}

TEST_F(Sqlite, MistakesAreErrors) {
  Lookup no_table("sqlite", {Item("url", path_), Item("query", "SELECT * FROM missing")});
  EXPECT_EQ(no_table.Find(int64_t{1}), "error: no such table: missing");
  Lookup no_file("sqlite", {Item("url", path_ + ".not"), Item("query", "SELECT 1 WHERE $1 > 0")});
  EXPECT_THAT(no_file.Find(int64_t{1}), StartsWith("error: "));
  Lookup writes("sqlite", {Item("url", path_), Item("query", "DELETE FROM customers")});
  EXPECT_THAT(writes.Find(int64_t{1}), HasSubstr("readonly"));
}

TEST_F(Sqlite, AnEndlessQueryIsATimeout) {
  Lookup lookup(
      "sqlite",
      {Item("url", path_), Item("query",
                                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                "SELECT max(i) FROM n WHERE i > $1")},
      50 * kNsPerMs);
  EXPECT_EQ(lookup.Find(int64_t{1}), "timeout");
}

TEST_F(Sqlite, ALockedDatabaseIsATimeout) {
  Execute("BEGIN EXCLUSIVE");
  Lookup lookup("sqlite", {Item("url", path_), Item("query", "SELECT name FROM customers")},
                50 * kNsPerMs);
  EXPECT_EQ(lookup.Find(int64_t{1}), "timeout");
  Execute("COMMIT");
  EXPECT_EQ(lookup.Find(int64_t{1}), "{\"name\":\"Ana\"}");
}

// --- PostgreSQL ----------------------------------------------------------------------------------

// One server for all tests: it takes a while to make.
class Postgres : public ::testing::Test {
 protected:
  static constexpr const char* kUser = "postgres";

  static void SetUpTestSuite() {
    std::vector<std::string> folders;
    for (int version = 20; version >= 13; --version)
      folders.push_back(fmt::format("/usr/lib/postgresql/{}/bin", version));
    program_ = FindProgram("postgres", folders);
    const std::string initdb = FindProgram("initdb", folders);
    if (program_.empty() || initdb.empty()) return;
    folder_ = std::make_unique<ServerFolder>(kUser);
    ServerProcess made(
        {initdb, "-D", Data(), "-A", "trust", "-U", kUser, "--no-sync", "-E", "UTF8", "--locale=C"},
        kUser);
    if (made.Wait() != 0) return;
    port_ = FreePort();
    Start();
  }
  static void TearDownTestSuite() {
    server_.reset();
    folder_.reset();
  }
  static void Start() {
    server_ = std::make_unique<ServerProcess>(
        std::vector<std::string>{program_, "-D", Data(), "-p", std::to_string(port_), "-F", "-c",
                                 "listen_addresses=127.0.0.1", "-k", folder_->path().string()},
        kUser);
    ready_ = AwaitPort(port_);
  }
  static std::string Data() { return (folder_->path() / "data").string(); }
  void SetUp() override {
    if (program_.empty()) GTEST_SKIP() << "PostgreSQL is not installed";
    ASSERT_TRUE(ready_) << "PostgreSQL does not start";
  }
  static std::vector<ir::ConfigItem> Query(const std::string& query) {
    return {Item("url", fmt::format("postgres://{}@127.0.0.1:{}/postgres", kUser, port_)),
            Item("query", query)};
  }
  // Until the server, which listens before it is ready, takes connections.
  static std::string FindSoon(Lookup& lookup, int64_t key) {
    std::string found;
    for (int i = 0; i < 200; ++i) {
      found = lookup.Find(key);
      if (!found.starts_with("error: ")) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return found;
  }

  static inline std::string program_;
  static inline std::unique_ptr<ServerFolder> folder_;
  static inline std::unique_ptr<ServerProcess> server_;
  static inline int port_ = 0;
  static inline bool ready_ = false;
};

TEST_F(Postgres, ColumnsOfTheFirstRowAreTheFields) {
  Lookup lookup("postgres",
                Query("SELECT * FROM (VALUES"
                      " (7, 'Ana', 1.5::float8, 2.25::numeric, true, '{\"a\": [1]}'::jsonb, "
                      "NULL::text),"
                      " (7, 'Second', 0, 0, false, '{}', 'x')) "
                      "AS c(id, name, score, price, active, tags, note) WHERE id = $1"));
  EXPECT_EQ(FindSoon(lookup, 7),
            "{\"id\":7,\"name\":\"Ana\",\"score\":1.5,\"price\":2.25,\"active\":true,"
            "\"tags\":{\"a\": [1]},\"note\":null}");
  EXPECT_EQ(lookup.Find(int64_t{8}), "error: no row");
}

TEST_F(Postgres, TheKeyIsBoundAsWhatItIs) {
  Lookup type("postgres", Query("SELECT pg_typeof($1)::text AS t"));
  EXPECT_EQ(FindSoon(type, 7), "{\"t\":\"bigint\"}");
  EXPECT_EQ(type.Find(true), "{\"t\":\"boolean\"}");
  EXPECT_EQ(type.Find(1.5), "{\"t\":\"double precision\"}");
  Lookup text("postgres", Query("SELECT $1 || '!' AS t"));
  EXPECT_EQ(text.Find(std::string("'; SELECT 1")), "{\"t\":\"'; SELECT 1!\"}");
}

TEST_F(Postgres, MistakesAreErrorsAndTheConnectionGoesOn) {
  Lookup lookup("postgres", Query("SELECT 10 / $1 AS q"));
  EXPECT_EQ(FindSoon(lookup, 5), "{\"q\":2}");
  EXPECT_THAT(lookup.Find(int64_t{0}), HasSubstr("division by zero"));
  EXPECT_EQ(lookup.Find(int64_t{2}), "{\"q\":5}");
  Lookup no_table("postgres", Query("SELECT * FROM nothing"));
  EXPECT_THAT(no_table.Find(int64_t{1}), HasSubstr("relation \"nothing\" does not exist"));
}

TEST_F(Postgres, ASlowQueryIsATimeout) {
  Lookup lookup("postgres", Query("SELECT pg_sleep(60), $1::int8"), 200 * kNsPerMs);
  EXPECT_EQ(lookup.Find(int64_t{1}), "timeout");
}

// The server does not go on for nobody.
TEST_F(Postgres, AQueryEndsWithItsLookup) {
  Lookup slow("postgres", Query("SELECT pg_sleep(60), $1::int8 AS abandoned"), 300 * kNsPerMs);
  EXPECT_EQ(slow.Find(int64_t{1}), "timeout");
  Lookup watcher("postgres", Query("SELECT count(*) AS n FROM pg_stat_activity WHERE state = "
                                   "'active' AND query LIKE '%abandoned%' AND pid != "
                                   "pg_backend_pid() AND $1 > 0"));
  std::string running;
  for (int i = 0; i < 200 && running != "{\"n\":0}"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    running = watcher.Find(int64_t{1});
  }
  EXPECT_EQ(running, "{\"n\":0}");
}

TEST_F(Postgres, MoreRowsAreNoMemory) {
  Lookup lookup("postgres", Query("SELECT i FROM generate_series($1, 300000) AS i"));
  EXPECT_EQ(FindSoon(lookup, 3), "{\"i\":3}");
  EXPECT_EQ(lookup.Find(int64_t{4}), "{\"i\":4}");
}

TEST_F(Postgres, AServerThatComesBackIsFoundAgain) {
  Lookup lookup("postgres", Query("SELECT $1::int8 AS k"));
  EXPECT_EQ(FindSoon(lookup, 1), "{\"k\":1}");
  server_->Stop();
  EXPECT_THAT(lookup.Find(int64_t{1}), StartsWith("error: "));
  Start();
  ASSERT_TRUE(ready_);
  EXPECT_EQ(FindSoon(lookup, 2), "{\"k\":2}");
}

}  // namespace
}  // namespace varpulis::testing
