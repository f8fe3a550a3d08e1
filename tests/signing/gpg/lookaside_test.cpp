#include "signing/gpg/lookaside.h"

#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

SignatureAddress files_in(const std::string& directory) {
  return [directory](unsigned number) {
    return fmt::format("file://{}/app@sha256=ab/signature-{}", directory, number);
  };
}

std::optional<std::string> no_network(const std::string& url) {
  fail(ErrorKind::internal, "nobody should ask for {}", url);
}

TEST_CASE("signatures are written behind those that are there, each once") {
  const TempDir directory("/tmp");
  const SignatureAddress address = files_in(directory.path());
  CHECK(read_lookaside(address, no_network).empty());
  CHECK(write_lookaside(address, "one") == directory.path() + "/app@sha256=ab/signature-1");
  CHECK(write_lookaside(address, "two") == directory.path() + "/app@sha256=ab/signature-2");
  CHECK(write_lookaside(address, "one") == directory.path() + "/app@sha256=ab/signature-1");
  CHECK(read_lookaside(address, no_network) == std::vector<std::string>{"one", "two"});
  CHECK(list_names(directory.path() + "/app@sha256=ab").size() == 2);
}

TEST_CASE("several who sign at the same time lose nothing") {
  const TempDir directory("/tmp");
  const SignatureAddress address = files_in(directory.path());
  std::vector<std::thread> signers;
  for (int i = 0; i < 8; ++i) {
    signers.emplace_back([&address, i] { write_lookaside(address, std::to_string(i)); });
  }
  for (std::thread& one : signers) one.join();
  const auto all = read_lookaside(address, no_network);
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 8);
}

TEST_CASE("an address of the web is fetched until one is not there") {
  std::vector<std::string> asked;
  const auto fetch = [&](const std::string& url) -> std::optional<std::string> {
    asked.push_back(url);
    if (asked.size() == 3) return std::nullopt;
    return "signature";
  };
  const auto web = [](unsigned number) {
    return fmt::format("https://s.io/x/signature-{}", number);
  };
  CHECK(read_lookaside(web, fetch).size() == 2);
  CHECK(asked.back() == "https://s.io/x/signature-3");
  CHECK_THAT(error_of(ErrorKind::unsupported, [&] { write_lookaside(web, "x"); }),
             Catch::Contains("wanted file:"));
}

TEST_CASE("addresses of other schemes and too many signatures are refused") {
  CHECK_THAT(
      error_of(ErrorKind::unsupported,
               [] { read_lookaside([](unsigned) { return "ftp://x/signature-1"; }, no_network); }),
      Catch::Contains("ftp://x"));
  CHECK_THAT(error_of(ErrorKind::invalid,
                      [] {
                        read_lookaside(
                            [](unsigned) { return "https://x/signature"; },
                            [](const std::string&) { return std::optional<std::string>("s"); });
                      }),
             Catch::Contains("more than 128 signatures"));
}

TEST_CASE("a file's address may have spaces and the like as URLs have them") {
  const TempDir directory("/tmp");
  make_directories(directory.path() + "/a b");
  write_file_atomic(directory.path() + "/a b/signature-1", "one");
  const auto address = [&](unsigned number) {
    return fmt::format("file://{}/a%20b/signature-{}", directory.path(), number);
  };
  CHECK(read_lookaside(address, no_network) == std::vector<std::string>{"one"});
}

}  // namespace
}  // namespace lade::signing
