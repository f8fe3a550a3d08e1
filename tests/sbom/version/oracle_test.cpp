// The programs that the orders are those of, asked about random versions: what they say is right.
#include <fcntl.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "libimage/base/child.h"
#include "libimage/base/fd.h"
#include "libimage/base/temp_dir.h"
#include "tests/sbom/version/schemes.h"

namespace lade::sbom {
namespace {

const std::string oracles = "tests/sbom/version/oracles/";

struct Oracle {
  VersionScheme scheme;
  std::vector<std::string> command;
  std::vector<std::string> pieces;
  std::size_t pairs = 0;
  /// Whether it says "?" if one is no version: exactly then; also of what Lade lets pass; not of
  /// all that Lade refuses; or never.
  enum class Grammar { same, stricter, looser, none } grammar = Grammar::none;
};

/// The lines that the oracle answers with, or none if it is not installed.
std::vector<std::string> ask(const Oracle& oracle, const std::string& questions) {
  const TempDir dir(std::filesystem::temp_directory_path().string());
  const std::string in = dir.path() + "/in";
  const std::string out = dir.path() + "/out";
  std::ofstream(in) << questions;
  ChildOptions options;
  options.argv = oracle.command;
  const Fd input(::open(in.c_str(), O_RDONLY | O_CLOEXEC));
  const Fd output(::open(out.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  options.stdin_fd = input.get();
  options.stdout_fd = output.get();
  if (!find_program(oracle.command.front()) || Child(options).wait().code != 0) return {};
  std::vector<std::string> answers;
  std::ifstream lines(out);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) answers.push_back(line);
  }
  return answers;
}

void check_against(const Oracle& oracle) {
  RandomVersions versions(oracle.pieces, 5);
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string questions;
  while (pairs.size() < oracle.pairs) {
    auto pair = std::pair(versions.next(), versions.next());
    // who judges is asked now and then about what is no version
    const bool judged =
        oracle.grammar == Oracle::Grammar::same || oracle.grammar == Oracle::Grammar::looser;
    const bool any = judged && pairs.size() % 4 == 0;
    if (!any &&
        !(is_version(oracle.scheme, pair.first) && is_version(oracle.scheme, pair.second))) {
      continue;
    }
    questions += pair.first + ' ' + pair.second + '\n';
    pairs.push_back(std::move(pair));
  }
  const std::vector<std::string> answers = ask(oracle, questions);
  if (answers.empty()) {
    WARN("skipped: no " << oracle.command.front() << " that orders versions");
    return;
  }
  REQUIRE(answers.size() == pairs.size());
  std::size_t compared = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& [a, b] = pairs[i];
    INFO(to_string(oracle.scheme) << ": " << a << ' ' << answers[i] << ' ' << b);
    const bool valid = is_version(oracle.scheme, a) && is_version(oracle.scheme, b);
    if (oracle.grammar == Oracle::Grammar::same) CHECK(valid == (answers[i] != "?"));
    if (answers[i] == "?") {
      const bool may_differ = oracle.grammar == Oracle::Grammar::stricter;
      CHECK((may_differ || !valid));
      continue;
    }
    if (!valid) continue;
    ++compared;
    CHECK(sign_of(compare_versions(oracle.scheme, a, b)) == answers[i].front());
  }
  // the rest are those that are none
  CHECK(compared > pairs.size() / 20);
}

}  // namespace

TEST_CASE("dpkg orders random versions the same") {
  check_against({VersionScheme::dpkg,
                 {"sh", oracles + "dpkg.sh"},
                 {"1", "0", "2", "10", ".", "-", "+", "~", "a", "b", "1:", "0:", "~rc"},
                 400});
}

TEST_CASE("rpm orders random versions the same") {
  check_against({VersionScheme::rpm,
                 {"sh", oracles + "rpm.sh"},
                 {"1", "0", "2", "10", ".", "_", "+", "~", "^", "a", "b", "rc", "1:", "-1"},
                 2000});
}

TEST_CASE("npm's semver orders random versions the same") {
  check_against({VersionScheme::npm,
                 {"node", oracles + "npm.js"},
                 {"1.2.3", "1.2.3-", "1.10.0-", "a", "1", ".", "2", "-", "B", "rc", "+x"},
                 2000,
                 Oracle::Grammar::stricter});
}

TEST_CASE("packaging of Python orders random versions the same") {
  check_against({VersionScheme::pypi,
                 {"python3", oracles + "pypi.py"},
                 {"1",    "0", "2",   "10", ".", "1.0", "-",     "_",   "a",    "rc", "c", "B",
                  "post", "r", "dev", "1!", "+", "v",   "alpha", "rev", ".dev", "-1", "+x"},
                 4000,
                 Oracle::Grammar::same});
}

TEST_CASE("RubyGems orders random versions the same") {
  check_against({VersionScheme::rubygems,
                 {"ruby", oracles + "rubygems.rb"},
                 {"1", "0", "2", "10", ".", ".0", "-", "a", "b", "rc", ".pre", "B"},
                 3000,
                 Oracle::Grammar::same});
}

TEST_CASE("Composer orders random versions the same") {
  check_against({VersionScheme::composer,
                 {"php", oracles + "composer.php"},
                 {"1",  "0",     "2",   "10",     ".",  "1.0", "-",    "a",  "b",     "RC", "rc",
                  "-p", "patch", "dev", "stable", "v1", ".x",  "-dev", "+5", "alpha", "1-"},
                 4000,
                 Oracle::Grammar::looser});
}

}  // namespace lade::sbom
