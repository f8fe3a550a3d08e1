#include "signing/attest/predicate_types.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

/// The first word of a type is the one that it is shown by.
constexpr std::pair<std::string_view, std::string_view> predicate_types[] = {
    {"slsaprovenance", "https://slsa.dev/provenance/v1"},
    {"slsaprovenance1", "https://slsa.dev/provenance/v1"},
    {"slsaprovenance02", "https://slsa.dev/provenance/v0.2"},
    {"spdx", "https://spdx.dev/Document"},
    {"spdxjson", "https://spdx.dev/Document"},
    {"cyclonedx", "https://cyclonedx.org/bom"},
    {"openvex", "https://openvex.dev/ns"},
    {"vuln", "https://cosign.sigstore.dev/attestation/vuln/v1"},
    {"custom", "https://cosign.sigstore.dev/attestation/v1"},
    {"link", "https://in-toto.io/Link/v1"},
    {"signature", "https://sigstore.dev/cosign/sign/v1"},
    {"certification", "urn:lade:attestation:certification:v1"},
    {"delivery", "urn:lade:attestation:delivery:v1"},
};

}  // namespace

std::string predicate_type_of(const std::string& word, std::string_view what) {
  if (word.find(':') != std::string::npos) return word;
  std::vector<std::string_view> words;
  for (const auto& [name, type] : predicate_types) {
    if (name == word) return std::string(type);
    words.push_back(name);
  }
  const auto near = did_you_mean(word, words);
  const std::vector<std::string> all(words.begin(), words.end());
  fail(ErrorKind::invalid, "{} {}: wanted a URI or one of {}{}", what, word, join(all, ", "),
       near ? fmt::format("; did you mean {}?", *near) : "");
}

std::string predicate_word(std::string_view type) {
  const auto found = std::find_if(std::begin(predicate_types), std::end(predicate_types),
                                  [&](const auto& entry) { return entry.second == type; });
  return std::string(found == std::end(predicate_types) ? type : found->first);
}

}  // namespace lade::signing
