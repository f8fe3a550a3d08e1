// Go modules (go.dev/ref/mod#versions): Semantic Versioning with a "v". Pseudo-versions
// (v0.0.0-20240102150405-abcdefabcdef, v1.2.4-0.2024…-…) are made so that they order as prereleases
// of the next version, and "+incompatible" is build metadata: neither needs a rule of its own.
//
// Go itself is versioned otherwise: "go1.21rc2" is the second candidate of 1.21, and what builds of
// vendors add behind a blank or a hyphen ("go1.22.1 X:boringcrypto", "go1.20-custom") tells nothing
// of age. Advisories call the same 1.21.0-rc.2, in the order of which it is put.
#include "sbom/version/orders.h"
#include "sbom/version/scan.h"
#include "sbom/version/semver.h"

namespace lade::sbom {
namespace {

struct GoVersion {
  SemverText semver;
  std::string_view candidate_word{};  ///< "beta" or "rc" of a release of Go, in front of a number
  std::string_view candidate{};
};

std::optional<GoVersion> find_go_release(std::string_view text) {
  text = text.substr(0, text.find_first_of(" -+"));
  GoVersion version;
  version.semver.numbers = take_while(text, [](char c) { return is_digit(c) || c == '.'; });
  if (!text.empty()) {
    version.candidate_word = take_while(text, is_lower);
    version.candidate = take_digits(text);
    if (version.candidate_word != "rc" && version.candidate_word != "beta") return std::nullopt;
    if (version.candidate.empty() || !text.empty()) return std::nullopt;
  }
  if (!are_identifiers(version.semver.numbers)) return std::nullopt;
  return version;
}

std::optional<GoVersion> find_go_version(std::string_view text) {
  if (text.starts_with("go")) return find_go_release(text.substr(2));
  const auto semver = find_semver(text);
  if (semver) return GoVersion{*semver};
  // releases of Go are often told without the word
  return find_go_release(text);
}

/// "rc.2" of "1.21.0-rc.2" in two parts, the same as of "1.21rc2".
void split_candidate(GoVersion& version) {
  if (!version.candidate_word.empty()) return;
  version.candidate = version.semver.prerelease;
  version.candidate_word = take_part(version.candidate, ".");
}

std::weak_ordering compare_go(std::string_view text_a, std::string_view text_b) {
  return compare_parsed(
      find_go_version(text_a), find_go_version(text_b), text_a, text_b,
      [](GoVersion a, GoVersion b) {
        const auto numbers = compare_dotted_numbers(a.semver.numbers, b.semver.numbers);
        if (numbers != 0) return numbers;
        split_candidate(a);
        split_candidate(b);
        if (a.candidate_word.empty() || b.candidate_word.empty()) {
          return std::weak_ordering(a.candidate_word.empty() <=> b.candidate_word.empty());
        }
        const auto words = compare_identifiers(a.candidate_word, b.candidate_word);
        return words != 0 ? words : compare_identifiers(a.candidate, b.candidate);
      });
}

bool is_go_version(std::string_view text) { return find_go_version(text).has_value(); }

}  // namespace

const VersionOrder go_order{compare_go, is_go_version};

}  // namespace lade::sbom
