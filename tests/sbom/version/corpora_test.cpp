#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/sbom/version/schemes.h"

namespace lade::sbom {
namespace {

std::filesystem::path version_corpora() {
  const char* given = std::getenv("LADE_CORPORA");
  return std::filesystem::path(given != nullptr ? given : LADE_CORPORA_DEFAULT) / "versions";
}

/// Rows that come from version_compare of PHP and are not what Composer makes of them: it fills 6.5
/// up to 6.5.0.0 before it compares, and knows BETA as well as beta (composer/semver,
/// VersionParser:: normalize). Its order is the reverse.
const std::set<std::string> rows_against_composer{"v6.5 < v6.5.0-beta-0", "v6.6 < v6.6.0-beta",
                                                  "v1.9.0-BETA.1 < v1.9.0-ALPHA.2"};

char reverse_of(char sign) {
  if (sign == '=') return sign;
  return sign == '<' ? '>' : '<';
}

/// How many rows the file has.
int check_rows(const std::filesystem::path& path, VersionScheme scheme) {
  std::ifstream file(path);
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string a;
    std::string sign;
    std::string b;
    std::string more;
    fields >> a >> sign >> b;
    if (a.starts_with("//") || a.starts_with("#") || (fields >> more)) continue;
    if (sign != "<" && sign != "=" && sign != ">") continue;
    ++rows;
    INFO(path.filename().string() << ": " << line);
    const char wanted =
        rows_against_composer.contains(line) ? reverse_of(sign.front()) : sign.front();
    CHECK(sign_of(compare_versions(scheme, a, b)) == wanted);
    CHECK(sign_of(compare_versions(scheme, b, a)) == reverse_of(wanted));
  }
  return rows;
}

const std::map<std::string, VersionScheme> schemes_of_corpora{
    {"alpine", VersionScheme::apk},         {"cran", VersionScheme::cran},
    {"debian", VersionScheme::dpkg},        {"hackage", VersionScheme::hackage},
    {"maven", VersionScheme::maven},        {"nuget", VersionScheme::nuget},
    {"packagist", VersionScheme::composer}, {"pub", VersionScheme::pub},
    {"pypi", VersionScheme::pypi},          {"redhat", VersionScheme::rpm},
    {"rubygems", VersionScheme::rubygems},  {"semver", VersionScheme::semver}};

}  // namespace

TEST_CASE("every pair of versions of the corpora is ordered as its ecosystem has it") {
  if (!std::filesystem::exists(version_corpora())) {
    WARN("skipped: no corpora of versions");
    return;
  }
  std::map<std::string, int> rows;
  for (const auto& entry : std::filesystem::directory_iterator(version_corpora())) {
    const std::string name = entry.path().filename().string();
    const auto scheme = schemes_of_corpora.find(name.substr(0, name.find('-')));
    if (scheme == schemes_of_corpora.end()) continue;
    rows[scheme->first] += check_rows(entry.path(), scheme->second);
  }
  CHECK(rows.size() == schemes_of_corpora.size());
  int all = 0;
  for (const auto& [name, count] : rows) {
    INFO(name);
    CHECK(count > 0);
    all += count;
  }
  CHECK(all > 23000);
}

}  // namespace lade::sbom
