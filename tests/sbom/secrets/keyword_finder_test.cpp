#include "sbom/secrets/keyword_finder.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "libimage/base/text.h"
#include "tests/sbom/secrets/made_up.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

using Places = std::vector<std::pair<std::size_t, std::size_t>>;

Places found(const KeywordFinder& finder, std::string_view text) {
  std::vector<KeywordHit> hits;
  finder.find(text, hits);
  Places places;
  for (const KeywordHit& hit : hits) places.emplace_back(hit.begin, hit.keyword);
  std::sort(places.begin(), places.end());
  return places;
}

/// The same, slowly.
Places searched(const std::vector<Keyword>& keywords, std::string_view text) {
  Places places;
  const std::string lower = to_lower(text);
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    const std::string_view in = keywords[i].ignore_case ? std::string_view(lower) : text;
    const std::string word =
        keywords[i].ignore_case ? to_lower(keywords[i].text) : keywords[i].text;
    for (std::size_t at = in.find(word); at != in.npos; at = in.find(word, at + 1)) {
      places.emplace_back(at, i);
    }
  }
  std::sort(places.begin(), places.end());
  return places;
}

TEST_CASE("keywords are found wherever they stand, at both ends too") {
  const std::vector<Keyword> keywords{{"SG."},  {"AKIA"},       {"Password", true},
                                      {"word"}, {"-----BEGIN"}, {"abc", true}};
  const KeywordFinder finder(keywords);
  for (const char* text : {"", "SG", "SG.", "xSG.", "SG.x", "AKIA", "AKIAKIA", "akia", "PASSWORD",
                           "passWord passwordword", "----------BEGIN", "-----------------",
                           "ABCabcAbC", "aSG.AKIASG."}) {
    CAPTURE(text);
    CHECK(found(finder, text) == searched(keywords, text));
  }
}

TEST_CASE("many keywords are found in any text as a search for each would find them") {
  std::vector<Keyword> keywords;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    keywords.push_back({made_up("abA.", 3 + seed % 5, seed), seed % 2 == 0});
  }
  std::sort(keywords.begin(), keywords.end());
  keywords.erase(std::unique(keywords.begin(), keywords.end()), keywords.end());
  const KeywordFinder finder(keywords);
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const std::string text = made_up("abAB.", seed * 7, seed);
    CAPTURE(text);
    CHECK(found(finder, text) == searched(keywords, text));
  }
}

TEST_CASE("keywords that are too short or too long are refused") {
  CHECK_THAT(error_of(ErrorKind::invalid, [] { KeywordFinder({{"ab"}}); }),
             Catch::Contains("the keyword \"ab\" has 2 bytes, wanted 3 to 256"));
  CHECK_THAT(error_of(ErrorKind::invalid, [] { KeywordFinder({{std::string(257, 'a')}}); }),
             Catch::Contains("257 bytes"));
}

}  // namespace
}  // namespace lade::sbom
