// Programs that ask and tell services, replayed: with an HTTP server, and offline.

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"
#include "tests/live/http_server.h"

namespace varpulis::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::HttpExchange;
using testing::HttpReply;
using testing::HttpServer;
using ::testing::Not;

Outcome Replay(const std::string& program, const std::string& events,
               std::vector<std::string> more = {}) {
  const Scratch scratch;
  std::vector<std::string> arguments = {"simulate", "-p", scratch.Write("p.vpl", program), "-e",
                                        scratch.Write("e.evt", events)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return Varpulis(arguments);
}

HttpReply Customer(const HttpExchange& exchange) {
  const std::string key = exchange.target.substr(exchange.target.find('=') + 1);
  if (key == "nobody") return {404, ""};
  if (key == "slow") return {200, "{}", 60'000};
  return {200, "{\"segment\":\"of " + key + "\"}"};
}

std::string Enriching(const HttpServer& server, const std::string& more) {
  return fmt::format(
      "connector Crm = http(url: \"{}\")\n"
      "stream S = E .enrich(Crm, key: user, fields: [segment]{})"
      " .emit(user: user, segment: segment, s: enrich_status)\n",
      server.Url("/c"), more);
}

TEST(Enrich, AsksForEveryEventAndKeepsTheirOrder) {
  const HttpServer server([](const HttpExchange& exchange) {
    HttpReply reply = Customer(exchange);
    // The first are the slowest.
    reply.delay_ms = exchange.target.ends_with("u0") ? 100 : 0;
    return reply;
  });
  std::string events;
  for (int i = 0; i < 300; ++i) events += fmt::format("E {{ user: \"u{}\" }}\n", i);
  for (const std::string workers : {"1", "3"}) {
    const Outcome outcome = Replay(Enriching(server, ""), events, {"-w", workers});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    const std::vector<std::string> lines = Lines(outcome.out);
    ASSERT_EQ(lines.size(), 300u) << outcome.err;
    for (size_t i = 0; i < lines.size(); ++i) {
      EXPECT_THAT(lines[i], HasSubstr(fmt::format(
                                "\"user\":\"u{0}\",\"segment\":\"of u{0}\",\"s\":\"ok\"", i)));
    }
    EXPECT_THAT(outcome.err, HasSubstr("S: .enrich(Crm) asks http\n"));
  }
  EXPECT_EQ(server.seen().size(), 600u);
  EXPECT_GT(server.most_at_once(), 1u);
}

TEST(Enrich, WhatIsRememberedIsAskedOnce) {
  const HttpServer server(Customer);
  const Outcome outcome =
      Replay(Enriching(server, ", cache_ttl: 1h"),
             "E { user: \"a\" }\nE { user: \"a\" }\nE { user: \"a\" }\n", {"-v"});
  EXPECT_EQ(Lines(outcome.out).size(), 3u) << outcome.Text();
  EXPECT_EQ(server.seen().size(), 1u);
  EXPECT_THAT(
      outcome.err,
      AllOf(HasSubstr("enrich_lookups_total{stream=\"S\",connector=\"Crm\",status=\"cached\"} 2\n"),
            HasSubstr("enrich_lookups_total{stream=\"S\",connector=\"Crm\",status=\"ok\"} 1\n")));
}

TEST(Enrich, TimeoutsAndErrorsAreCounted) {
  const HttpServer server(Customer);
  const std::string events =
      "E { user: \"a\" }\nE { user: \"slow\" }\nE { user: \"nobody\" }\nE { user: \"b\" }\n";
  Outcome outcome = Replay(Enriching(server, ", timeout: 100ms"), events);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(Lines(outcome.out).size(), 2u) << outcome.Text();
  EXPECT_THAT(
      outcome.err,
      AllOf(HasSubstr("[LOG] warn [S] .enrich(Crm) of slow: timeout: no answer in time; the event "
                      "is dropped\n"),
            HasSubstr("of nobody: error: HTTP status 404"),
            HasSubstr("2 lookups of S failed: 1 errors, 1 timeouts; 2 events dropped\n")));
  outcome = Replay(Enriching(server, ", timeout: 100ms, fallback: \"?\""), events);
  ASSERT_EQ(Lines(outcome.out).size(), 4u) << outcome.Text();
  EXPECT_THAT(Lines(outcome.out)[1], HasSubstr("\"segment\":\"?\",\"s\":\"timeout\""));
  EXPECT_THAT(Lines(outcome.out)[2], HasSubstr("\"segment\":\"?\",\"s\":\"error\""));
  EXPECT_THAT(outcome.err, Not(HasSubstr("warn")));
}

TEST(Enrich, OfflineEveryLookupIsAnError) {
  const HttpServer server(Customer);
  const Outcome outcome =
      Replay(Enriching(server, ", fallback: \"?\""), "E { user: \"a\" }\n", {"--offline"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("\"segment\":\"?\",\"s\":\"error\""));
  EXPECT_THAT(outcome.err, Not(HasSubstr("asks")));
  EXPECT_TRUE(server.seen().empty());
}

std::string Alerting(const HttpServer& server) {
  return fmt::format(
      "stream A = E .alert(webhook: \"{}\", message: \"{{user}} is here\") .emit(user: user)\n",
      server.Url("/hook"));
}

TEST(Alert, IsPostedBeforeTheReplayEnds) {
  const HttpServer server([](const HttpExchange&) { return HttpReply{200, ""}; });
  for (const std::string workers : {"1", "3"}) {
    const Outcome outcome =
        Replay(Alerting(server), "E { user: \"ana\" }\nE { user: \"bo\" }\n", {"-w", workers});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
    EXPECT_EQ(Lines(outcome.out).size(), 2u) << outcome.Text();
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("A: .alert posts to " + server.Url("/...") + "\n"),
                                   HasSubstr("2 alerts sent, 0 failed, 0 dropped\n")));
  }
  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen[0].body, "{\"text\":\"ana is here\",\"event_type\":\"alert\",\"stream\":\"A\"}");
  EXPECT_EQ(seen[1].body, "{\"text\":\"bo is here\",\"event_type\":\"alert\",\"stream\":\"A\"}");
}

TEST(Alert, AFailureDoesNotStopTheStream) {
  const HttpServer server([](const HttpExchange&) { return HttpReply{503, ""}; });
  const Outcome outcome = Replay(Alerting(server), "E { user: \"ana\" }\nE { user: \"bo\" }\n");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(Lines(outcome.out).size(), 2u) << outcome.Text();
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("failed: HTTP status 503\n"),
                                 HasSubstr("0 alerts sent, 2 failed, 0 dropped\n")));
}

TEST(Alert, OfflineIsOneLine) {
  const HttpServer server([](const HttpExchange&) { return HttpReply{200, ""}; });
  const Outcome outcome =
      Replay(Alerting(server), "E { user: \"ana\" }\nE { user: \"bo\" }\n", {"--offline"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_EQ(Lines(outcome.out).size(), 2u) << outcome.Text();
  const std::string line = "offline: alerts are not posted\n";
  const size_t at = outcome.err.find(line);
  ASSERT_NE(at, std::string::npos) << outcome.Text();
  EXPECT_EQ(outcome.err.find(line, at + 1), std::string::npos);
  EXPECT_TRUE(server.seen().empty());
}

TEST(Alert, WithoutWebhookIsALogRecord) {
  const std::string program = "stream A = E .alert(message: \"{user} is here\")\n";
  EXPECT_THAT(Replay(program, "E { user: \"ana\" }\n", {"-v"}).err,
              HasSubstr("[LOG] info [A] ana is here\n"));
  EXPECT_THAT(Replay(program, "E { user: \"ana\" }\n").err, Not(HasSubstr("ana")));
}

// Every build looks up, but few are ways in or out.
TEST(Enrich, ADriverIsMissingOnlyForWhatIsNoLookup) {
  const std::string only_looked_up =
      "connector Crm = http(url: \"http://h\")\nstream S = E .enrich(Crm, key: k, fields: [a])\n";
  EXPECT_THAT(Varpulis({"validate", "-"}, only_looked_up).Text(), Not(HasSubstr("W082")));
  const std::string redis =
      "connector R = redis(url: \"r:1\")\nstream S = E .enrich(R, key: k, fields: [a])\n";
  EXPECT_THAT(Varpulis({"validate", "-"}, redis).Text(), Not(HasSubstr("W082")));
  EXPECT_THAT(Varpulis({"validate", "-"}, redis + "stream T = S .to(R)\n").Text(),
              HasSubstr("warning[W082]: this build has no driver for connector kind `redis`"));
  const std::string mysql =
      "connector Db = mysql(url: \"mysql://h/\", query: \"SELECT 1\")\n"
      "stream S = E .enrich(Db, key: k, fields: [a], fallback: 0) .emit(s: enrich_status)\n";
  EXPECT_THAT(Varpulis({"validate", "-"}, mysql).Text(),
              AllOf(HasSubstr("W082"), HasSubstr("every lookup is an error")));
  const Outcome outcome = Replay(mysql, "E { k: 1 }\n");
  EXPECT_THAT(outcome.out, HasSubstr("\"s\":\"error\"")) << outcome.Text();
  EXPECT_THAT(outcome.err, HasSubstr("lookups need a url that begins with postgres: or sqlite:"));
}

TEST(Enrich, ExplainDrawsTheConnector) {
  const Outcome outcome = Varpulis({"explain", "--format=dot", "-"},
                                   "connector Crm = http(url: \"http://h\")\n"
                                   "stream S = E .enrich(Crm, key: k, fields: [a])\n");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.Text();
  EXPECT_THAT(outcome.out, HasSubstr("\"connector Crm\" -> \"S\""));
}

}  // namespace
}  // namespace varpulis::cli_test
