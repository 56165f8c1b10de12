#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/message.h"
#include "server/http/response_text.h"
#include "server/http/router.h"

namespace varpulis::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

TEST(PercentDecode, takes_pairs_of_digits_only) {
  EXPECT_EQ(PercentDecode("a%41%7a", false), "aAz");
  EXPECT_EQ(PercentDecode("a+b", false), "a+b");
  EXPECT_EQ(PercentDecode("a+b", true), "a b");
  for (const char* bad : {"%", "%4", "%4x", "%00", "a%0"})
    EXPECT_EQ(PercentDecode(bad, false), std::nullopt) << bad;
}

TEST(Request, has_values_in_its_query) {
  Request request;
  request.query = "limit=5&a=%3D&flag&limit=6&bad=%&=x";
  EXPECT_EQ(request.query_value("limit"), "5");
  EXPECT_EQ(request.query_value("a"), "=");
  EXPECT_EQ(request.query_value("flag"), "");
  EXPECT_EQ(request.query_value("bad"), std::nullopt);
  EXPECT_EQ(request.query_value("none"), std::nullopt);
}

class Routes : public ::testing::Test {
 protected:
  Routes() {
    for (const char* method : {"GET", "DELETE"})
      router_.Add({.method = method, .path = "/things/{id}", .handle = {}});
    router_.Add({.method = "POST", .path = "/things", .access = Access::Admin, .handle = {}});
    router_.Add({.method = "GET", .path = "/things/{id}/parts/{part}", .handle = {}});
  }
  Router::Match Find(const std::string& method, const std::string& path) {
    request_ = {};
    request_.method = method;
    request_.path = path;
    return router_.Find(request_);
  }

  Router router_;
  Request request_;
};

TEST_F(Routes, are_found_by_method_and_path) {
  EXPECT_EQ(Find("DELETE", "/things/a%20b").route, &router_.routes()[1]);
  EXPECT_THAT(request_.parameters, ElementsAre(Pair("id", "a b")));
  EXPECT_EQ(Find("GET", "/things/1/parts/2").route, &router_.routes()[3]);
  EXPECT_EQ(request_.parameter("part"), "2");
  EXPECT_EQ(Find("HEAD", "/things/1").route, &router_.routes()[0]);
}

TEST_F(Routes, of_another_method_tell_which_are_allowed_and_who_may) {
  const Router::Match match = Find("PUT", "/things/1");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_THAT(match.allowed, ElementsAre("GET", "DELETE"));
  EXPECT_EQ(Find("GET", "/things").access, Access::Admin);
}

TEST_F(Routes, match_whole_paths_only) {
  for (const char* path : {"", "/", "things/1", "/things/", "/things//", "/things/1/", "//things/1",
                           "/things/1/parts", "/things/1/parts/2/3", "/things/%zz", "/Things/1"})
    EXPECT_THAT(Find("GET", path).allowed, IsEmpty()) << path;
}

TEST(Response, has_a_length_and_for_head_no_body) {
  Response response;
  response.headers = {{"X", "y"}};
  response.body = "{}";
  const std::string text = ResponseText(response, true, false);
  EXPECT_THAT(text, HasSubstr("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nX: y\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Length: 2\r\nConnection: keep-alive\r\n\r\n{}"));
  EXPECT_TRUE(ResponseText(response, false, true).ends_with("Connection: close\r\n\r\n"));
  response.status = 204;
  EXPECT_THAT(ResponseText(response, true, false), Not(HasSubstr("Content-Length")));
}

TEST(Response, content_types_of_json) {
  for (const char* json : {"", "application/json", "Application/JSON; charset=utf-8"})
    EXPECT_TRUE(IsJson(json)) << json;
  for (const char* other : {"text/json", "application/jsonp", "application/jso", "json"})
    EXPECT_FALSE(IsJson(other)) << other;
}

TEST(Reply, is_sent_once_and_when_it_is_forgotten) {
  std::vector<int> statuses;
  {
    const Reply reply([&](Response response) { statuses.push_back(response.status); });
    const Reply copy = reply;
    Response response;
    response.status = 201;
    copy(std::move(response));
    reply(Response{});
  }
  EXPECT_THAT(statuses, ElementsAre(201));
  {
    const Reply forgotten([&](Response response) { statuses.push_back(response.status); });
  }
  EXPECT_THAT(statuses, ElementsAre(201, 500));
}

}  // namespace
}  // namespace varpulis::http
