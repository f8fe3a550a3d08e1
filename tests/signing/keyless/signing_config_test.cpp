#include "signing/keyless/signing_config.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;

constexpr Timestamp now{.seconds = 1800000000};  // 2027-01-15

Json service(const std::string& url, int version, const std::string& start,
             const std::string& end = {}, const std::string& who = {}) {
  Json json = {{"url", url}, {"majorApiVersion", version}, {"validFor", {{"start", start}}}};
  if (!end.empty()) json["validFor"]["end"] = end;
  if (!who.empty()) json["operator"] = who;
  return json;
}

Json config() {
  return {{"mediaType", "application/vnd.dev.sigstore.signingconfig.v0.2+json"},
          {"caUrls",
           {service("https://old", 1, "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"),
            service("https://older", 1, "2022-01-01T00:00:00Z"),
            service("https://newer", 1, "2023-01-01T00:00:00Z"),
            service("https://next", 1, "2030-01-01T00:00:00Z"),
            service("https://unknown", 2, "2024-01-01T00:00:00Z")}},
          {"oidcUrls", Json::array()},
          {"rekorTlogUrls",
           {service("https://a1", 1, "2024-01-01T00:00:00Z", {}, "a"),
            service("https://a2", 2, "2023-01-01T00:00:00Z", {}, "a"),
            service("https://a3", 3, "2023-01-01T00:00:00Z", {}, "a"),
            service("https://b1", 1, "2021-01-01T00:00:00Z", {}, "b")}},
          {"rekorTlogConfig", {{"selector", "ANY"}}},
          {"tsaUrls",
           {service("https://tsa1/x", 1, "2021-01-01T00:00:00Z", {}, "a"),
            service("https://tsa2/x", 1, "2022-01-01T00:00:00Z", {}, "b")}},
          {"tsaConfig", {{"selector", "EXACT"}, {"count", 2}}}};
}

SigningServices choose(const Json& json) { return choose_services(to_compact(json), "it", now); }

std::vector<std::string> logs_of(const SigningServices& services) {
  std::vector<std::string> urls;
  for (const LogService& log : services.logs) {
    urls.push_back(fmt::format("{} {}", log.url, log.api_version));
  }
  return urls;
}

TEST_CASE("of the services those are taken whose time it is and whose API is known") {
  const SigningServices services = choose(config());
  CHECK(services.fulcio_url == "https://newer");
  CHECK(logs_of(services) == std::vector<std::string>{"https://a2 2"});
  CHECK(services.timestamp_authorities ==
        std::vector<std::string>{"https://tsa2/x", "https://tsa1/x"});
}

TEST_CASE("as many are taken as the file wants, one of each operator") {
  Json json = config();
  json["rekorTlogConfig"]["selector"] = "ALL";
  CHECK(logs_of(choose(json)) == std::vector<std::string>{"https://a2 2", "https://b1 1"});
  json.erase("rekorTlogConfig");
  json.erase("tsaConfig");
  json.erase("caUrls");
  const SigningServices none = choose(json);
  CHECK(none.logs.empty());
  CHECK(none.timestamp_authorities.empty());
  CHECK(none.fulcio_url.empty());
}

TEST_CASE("services that nobody wants need not be there") {
  Json json = config();
  json["rekorTlogUrls"] = Json::array();
  json["tsaUrls"] = Json::array();
  const SigningServices services =
      choose_services(to_compact(json), "it", now, {.logs = false, .timestamp_authorities = false});
  CHECK(services.fulcio_url == "https://newer");
  CHECK(services.logs.empty());
  CHECK(services.timestamp_authorities.empty());
}

TEST_CASE("a signing configuration that cannot be used is refused, and why is said") {
  const auto changed = [](const std::function<void(Json&)>& change) {
    Json json = config();
    change(json);
    return to_compact(json);
  };
  struct Row {
    std::string text;
    ErrorKind kind;
    const char* message;
  };
  const std::vector<Row> rows = {
      {"", ErrorKind::invalid, "it"},
      {"{}", ErrorKind::invalid, "mediaType"},
      {R"({"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.1+json"})",
       ErrorKind::unsupported, "wanted a signing configuration 0.2"},
      {changed([](Json& j) { j["tsaConfig"]["count"] = 3; }), ErrorKind::unavailable,
       "names 2 services in tsaUrls that are valid at 2027-01-15T08:00:00Z and speak a known "
       "version; wanted 3"},
      {changed([](Json& j) { j.erase("rekorTlogUrls"); }), ErrorKind::unavailable,
       "names 0 services in rekorTlogUrls"},
      {changed([](Json& j) { j["tsaConfig"]["selector"] = "SOME"; }), ErrorKind::invalid,
       "the selector of tsaConfig is \"SOME\"; wanted ANY, ALL or EXACT"},
      {changed([](Json& j) { j["tsaConfig"]["count"] = 0; }), ErrorKind::invalid,
       "tsaConfig wants EXACT 0 services"},
      {changed([](Json& j) { j["tsaConfig"]["count"] = -1; }), ErrorKind::invalid, "less than 0"},
      {changed([](Json& j) { j["caUrls"][0].erase("url"); }), ErrorKind::invalid, "url"},
      {changed([](Json& j) { j["caUrls"][0]["validFor"]["start"] = "then"; }), ErrorKind::invalid,
       "start is \"then\", no time"},
      {changed([](Json& j) {
         j["caUrls"] = Json::array();
         for (int i = 0; i < 65; ++i) j["caUrls"].push_back(i);
       }),
       ErrorKind::invalid, "65 elements"},
      {std::string(signing_config_limit_bytes + 1, ' '), ErrorKind::invalid, "are not read"},
  };
  for (const Row& row : rows) {
    INFO(row.text.substr(0, 200));
    CHECK_THAT(error_of(row.kind, [&] { choose_services(row.text, "it", now); }),
               Contains(row.message));
  }
}

}  // namespace
}  // namespace lade::signing
