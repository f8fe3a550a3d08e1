// Makes sbom/license/fingerprints.bin of the texts that extract.js wrote: license_fingerprints
// TEXTS OUTPUT. Texts with the same words become one fingerprint. Where two texts share most of
// their grams, each keeps a few that the other lacks, so a fair sample that happens to have none of
// them still tells the two apart.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "sbom/license/fingerprints.h"
#include "sbom/license/license_tokens.h"

namespace {

using namespace lade;
using namespace lade::sbom;
using Grams = std::vector<std::uint32_t>;  // sorted, each once

/// Fewer could be found in any text.
constexpr std::size_t least_grams = 8;
constexpr std::size_t distinct_grams = 4;
constexpr double neighbour_share = 0.6;

struct LicenseTextGrams {
  std::vector<std::string> ids{};
  std::size_t gram_count = 0;
  Grams grams{};
  Grams kept{};
  std::map<std::uint32_t, std::uint32_t> offset_of{};  ///< where each gram stands first
};

Grams grams_of(const LicenseTokens& tokens) {
  Grams grams;
  for (std::size_t i = 0; i < tokens.gram_count(); ++i) grams.push_back(tokens.gram(i));
  std::sort(grams.begin(), grams.end());
  grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
  return grams;
}

std::vector<LicenseTextGrams> read_texts(const std::string& directory) {
  std::map<std::string, std::size_t> index_of_words;
  std::vector<LicenseTextGrams> texts;
  for (const std::string& name : list_names(directory)) {
    const LicenseTokens tokens(
        read_file(join_path(directory, name), LicenseTokens::text_limit_bytes));
    const std::string id = name.substr(0, std::min(name.find('@'), name.size() - 4));
    const auto [at, is_new] = index_of_words.emplace(tokens.words(), texts.size());
    if (is_new) {
      texts.push_back({{}, tokens.gram_count(), grams_of(tokens), {}, {}});
      for (std::size_t i = 0; i < tokens.gram_count(); ++i) {
        texts.back().offset_of.emplace(tokens.gram(i), static_cast<std::uint32_t>(i));
      }
      Grams& kept = texts.back().kept;
      kept = texts.back().grams;
      kept.resize(std::min(kept.size(), Fingerprints::sample_size));
    }
    texts[at->second].ids.push_back(id);
  }
  for (LicenseTextGrams& text : texts) {
    // the plainest id stands for the others: GFDL-1.2-only for GFDL-1.2-invariants-only
    std::stable_sort(
        text.ids.begin(), text.ids.end(),
        [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  }
  std::erase_if(texts, [](const LicenseTextGrams& text) {
    const bool too_short = text.grams.size() < least_grams;
    if (too_short) std::printf("%s is too short\n", text.ids.front().c_str());
    return too_short;
  });
  return texts;
}

void keep_distinct(LicenseTextGrams& text, const LicenseTextGrams& neighbour) {
  Grams lacking;
  std::set_difference(text.grams.begin(), text.grams.end(), neighbour.grams.begin(),
                      neighbour.grams.end(), std::back_inserter(lacking));
  lacking.resize(std::min(lacking.size(), distinct_grams));
  text.kept.insert(text.kept.end(), lacking.begin(), lacking.end());
}

void tell_neighbours_apart(std::vector<LicenseTextGrams>& texts) {
  for (LicenseTextGrams& text : texts) {
    for (const LicenseTextGrams& other : texts) {
      if (&other == &text) continue;
      Grams shared;
      std::set_intersection(text.grams.begin(), text.grams.end(), other.grams.begin(),
                            other.grams.end(), std::back_inserter(shared));
      const double share = static_cast<double>(shared.size()) /
                           static_cast<double>(std::min(text.grams.size(), other.grams.size()));
      if (share >= neighbour_share) keep_distinct(text, other);
    }
    std::sort(text.kept.begin(), text.kept.end());
    text.kept.erase(std::unique(text.kept.begin(), text.kept.end()), text.kept.end());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("license_fingerprints TEXTS OUTPUT\n", stderr);
    return 2;
  }
  try {
    std::vector<LicenseTextGrams> texts = read_texts(argv[1]);
    tell_neighbours_apart(texts);
    Fingerprints fingerprints;
    for (const LicenseTextGrams& text : texts) {
      Grams kept = text.kept;
      std::sort(kept.begin(), kept.end(), [&](std::uint32_t a, std::uint32_t b) {
        return text.offset_of.at(a) < text.offset_of.at(b);
      });
      std::vector<std::uint32_t> offsets;
      for (const std::uint32_t gram : kept) offsets.push_back(text.offset_of.at(gram));
      fingerprints.add({text.ids, text.gram_count, text.grams.size(), {}, offsets}, kept);
    }
    const std::string bytes = fingerprints.encode();
    write_file_atomic(argv[2], bytes);
    std::printf("%zu texts, %zu hashes, %zu bytes\n", texts.size(), fingerprints.hashes().size(),
                bytes.size());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
