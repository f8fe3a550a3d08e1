#include "libimage/oci/platform.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade {
namespace {

using Catch::Matchers::Contains;

const Platform amd64_host{"linux", "amd64", "", "", {}};
const Platform armv6_host{"linux", "arm", "v6", "", {}};

TEST_CASE("a platform is parsed and normalised") {
  const std::pair<std::string, std::string> cases[] = {
      {"linux/amd64", "linux/amd64"},       {"linux/x86_64", "linux/amd64"},
      {"linux/x86-64", "linux/amd64"},      {"linux/amd64/v1", "linux/amd64"},
      {"linux/amd64/v3", "linux/amd64/v3"}, {"Linux/AMD64/V2", "linux/amd64/v2"},
      {"linux/i386", "linux/386"},          {"linux/aarch64", "linux/arm64"},
      {"linux/arm64/v8", "linux/arm64"},    {"linux/arm64/8", "linux/arm64"},
      {"linux/arm64/v9", "linux/arm64/v9"}, {"linux/arm", "linux/arm/v7"},
      {"linux/arm/7", "linux/arm/v7"},      {"linux/arm/6", "linux/arm/v6"},
      {"linux/arm/v5", "linux/arm/v5"},     {"linux/armhf", "linux/arm/v7"},
      {"linux/armel", "linux/arm/v6"},      {"macos/arm64", "darwin/arm64"},
      {"windows/amd64", "windows/amd64"},   {"linux/riscv64", "linux/riscv64"},
      {"linux/ppc64le", "linux/ppc64le"},   {"wasi/wasm", "wasi/wasm"},
  };
  for (const auto& [text, wanted] : cases) {
    INFO(text);
    CHECK(Platform::parse(text).str() == wanted);
    CHECK(Platform::parse(text, armv6_host).str() == wanted);
  }
}

TEST_CASE("what a platform leaves out comes from the host") {
  CHECK(Platform::parse("linux", amd64_host).str() == "linux/amd64");
  CHECK(Platform::parse("linux", armv6_host).str() == "linux/arm/v6");
  CHECK(Platform::parse("macos", amd64_host).str() == "darwin/amd64");
  CHECK(Platform::parse("arm64", amd64_host).str() == "linux/arm64");
  CHECK(Platform::parse("aarch64", amd64_host).str() == "linux/arm64");
  CHECK(Platform::parse("arm", armv6_host).str() == "linux/arm/v7");
  CHECK(Platform::parse("linux", host_platform()) == host_platform());
}

TEST_CASE("the os may carry a version and features") {
  const Platform plain = Platform::parse("windows(10.0.17763)/amd64");
  CHECK(plain == Platform{"windows", "amd64", "", "10.0.17763", {}});
  const Platform full = Platform::parse("windows(10.0.17763.1339+win32k+a)/amd64");
  CHECK(full.os_version == "10.0.17763.1339");
  CHECK(full.os_features == std::vector<std::string>{"a", "win32k"});
  CHECK(Platform::parse("linux(+f)", amd64_host) == Platform{"linux", "amd64", "", "", {"f"}});
}

TEST_CASE("a bad platform is refused, naming what is known") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "has a malformed os"},
      {"linux/", "has a malformed architecture"},
      {"/amd64", "has a malformed os"},
      {"linux/amd64/", "has a malformed variant"},
      {"linux/amd64/v1/x", "has more than three parts"},
      {"linux/*", "has a malformed architecture"},
      {"linux/am d64", "has a malformed architecture"},
      {"linux/a\nb", "\"linux/a\\x0ab\" has a malformed architecture"},
      {"linx/amd64", "unknown operating system \"linx\" (did you mean linux?); known are aix, "},
      {"linux/amd46", "unknown architecture \"amd46\" (did you mean amd64?); known are 386, amd64"},
      {"unknown/unknown", "unknown operating system \"unknown\""},
      {"windows(10.0/amd64", "lacks a closing parenthesis"},
      {"windows(1 0)/amd64", "malformed version or feature"},
      {"windows(1++f)/amd64", "malformed version or feature"},
      {"(1)/amd64", "has a malformed os"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK_THROWS_WITH(Platform::parse(text), Contains(message));
    CHECK_THROWS_WITH(Platform::parse(text, amd64_host), Contains(message));
  }
  CHECK_THROWS_WITH(Platform::parse("linux"), Contains("\"linux\" has no architecture"));
  CHECK_THROWS_WITH(Platform::parse("foo", amd64_host),
                    Contains("neither an operating system (known are aix") &&
                        Contains("nor an architecture (known are 386"));
  CHECK_THROWS_WITH(Platform::parse("amd64(1)", amd64_host), Contains("but no os"));
}

int score(const char* wanted, const char* image) {
  return match_score(Platform::parse(wanted), Platform::parse(image));
}

TEST_CASE("a machine takes the best of what runs on it") {
  const std::vector<std::vector<const char*>> best_first = {
      {"linux/amd64/v3", "linux/amd64/v2", "linux/amd64", "linux/386"},
      {"linux/amd64", "linux/386"},
      {"linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5"},
      {"linux/arm64", "linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5"},
      {"linux/arm64/v8.2", "linux/arm64/v8.1", "linux/arm64", "linux/arm/v8", "linux/arm/v7"},
      {"linux/arm64/v9.1", "linux/arm64/v9", "linux/arm64/v8.6", "linux/arm64/v8.1", "linux/arm64",
       "linux/arm/v7"},
      {"linux/s390x"},
  };
  for (const auto& order : best_first) {
    const char* wanted = order.front();
    int last = 1'000'000;
    for (const char* image : order) {
      INFO(wanted << " takes " << image);
      const int now = score(wanted, image);
      CHECK(now > 0);
      CHECK(now < last);
      last = now;
    }
  }
}

TEST_CASE("a machine takes nothing that does not run on it") {
  const std::pair<const char*, const char*> cases[] = {
      {"linux/amd64", "windows/amd64"},    {"linux/amd64", "linux/arm64"},
      {"linux/amd64", "linux/amd64/v2"},   {"linux/amd64/v2", "linux/amd64/v3"},
      {"linux/386", "linux/amd64"},        {"linux/arm/v6", "linux/arm/v7"},
      {"linux/arm/v7", "linux/arm64"},     {"linux/arm64", "linux/arm64/v9"},
      {"linux/arm64", "linux/arm64/v8.1"}, {"linux/arm64/v9", "linux/arm64/v8.6"},
      {"linux/ppc64le", "linux/ppc64"},
  };
  for (const auto& [wanted, image] : cases) {
    INFO(wanted << " does not take " << image);
    CHECK(score(wanted, image) == 0);
  }
}

TEST_CASE("an image without a platform, or of an unknown one, runs nowhere") {
  const Platform unknown{"unknown", "unknown", "", "", {}};
  CHECK(match_score(amd64_host, unknown) == 0);
  CHECK(match_score(unknown, unknown) == 0);
  CHECK(match_score(amd64_host, Platform{}) == 0);
  CHECK(match_score(Platform{}, Platform{}) == 0);
}

TEST_CASE("aliases match what they stand for") {
  CHECK(match_score({"linux", "aarch64", "", "", {}}, {"linux", "arm64", "v8", "", {}}) > 0);
  CHECK(match_score({"linux", "arm", "", "", {}}, {"linux", "arm", "v7", "", {}}) > 0);
}

TEST_CASE("a Windows image runs on its own build alone") {
  const auto windows = [](const char* version) {
    return Platform{"windows", "amd64", "", version, {}};
  };
  const Platform wanted = windows("10.0.17763.1339");
  CHECK(match_score(wanted, windows("10.0.17763.1339")) >
        match_score(wanted, windows("10.0.17763.1")));
  CHECK(match_score(wanted, windows("10.0.17763.1")) > 0);
  CHECK(match_score(wanted, windows("")) > 0);
  CHECK(match_score(windows(""), windows("10.0.17763.1")) > 0);
  CHECK(match_score(wanted, windows("10.0.18363.1")) == 0);
  CHECK(match_score(wanted, windows("10.0.1776")) == 0);
}

TEST_CASE("an image runs only where the features it needs are") {
  const Platform plain{"linux", "amd64", "", "", {}};
  const Platform featured{"linux", "amd64", "", "", {"b", "a"}};
  CHECK(match_score(featured, plain) > 0);
  CHECK(match_score(featured, {"linux", "amd64", "", "", {"a"}}) > 0);
  CHECK(match_score(plain, featured) == 0);
}

TEST_CASE("a platform in JSON is kept as it came") {
  const std::string text =
      R"({"architecture":"aarch64","os":"Linux","os.version":"1","os.features":["b","a"],"variant":"8"})";
  const Platform platform = parse_platform_json(parse_json(text, "doc"), "doc");
  CHECK(platform == Platform{"Linux", "aarch64", "8", "1", {"b", "a"}});
  CHECK(to_compact(to_json(platform)) == text);
  CHECK(to_compact(to_json(Platform{})) == R"({"architecture":"","os":""})");
  CHECK(parse_platform_json(parse_json("{}", "doc"), "doc") == Platform{});
}

TEST_CASE("no variant however large makes matching slow") {
  const Platform wanted{"linux", "arm64", "v9.999999999999999999", "", {}};
  CHECK(match_score(wanted, {"linux", "arm64", "", "", {}}) > 0);
  CHECK(match_score({"linux", "arm64", "v9.-5", "", {}}, {"linux", "arm64", "", "", {}}) > 0);
  CHECK(match_score({"linux", "amd64", "v", "", {}}, {"linux", "amd64", "", "", {}}) > 0);
}

}  // namespace
}  // namespace lade
