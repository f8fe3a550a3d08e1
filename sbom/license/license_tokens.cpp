#include "sbom/license/license_tokens.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lade::sbom {
namespace {

constexpr std::pair<std::string_view, std::string_view> spellings[] = {
    {"acknowledgement", "acknowledgment"},
    {"acknowledgements", "acknowledgments"},
    {"analogue", "analog"},
    {"analyse", "analyze"},
    {"artefact", "artifact"},
    {"artefacts", "artifacts"},
    {"authorisation", "authorization"},
    {"authorise", "authorize"},
    {"authorised", "authorized"},
    {"behaviour", "behavior"},
    {"calibre", "caliber"},
    {"cancelled", "canceled"},
    {"catalogue", "catalog"},
    {"categorise", "categorize"},
    {"centre", "center"},
    {"colour", "color"},
    {"customisation", "customization"},
    {"emphasised", "emphasized"},
    {"favour", "favor"},
    {"favourite", "favorite"},
    {"fulfil", "fulfill"},
    {"fulfilment", "fulfillment"},
    {"honour", "honor"},
    {"https", "http"},
    {"initialise", "initialize"},
    {"judgement", "judgment"},
    {"labelled", "labeled"},
    {"labelling", "labeling"},
    {"labour", "labor"},
    {"licence", "license"},
    {"licenced", "licensed"},
    {"licencee", "licensee"},
    {"licencees", "licensees"},
    {"licences", "licenses"},
    {"licencing", "licensing"},
    {"licencor", "licensor"},
    {"maximise", "maximize"},
    {"modelled", "modeled"},
    {"modelling", "modeling"},
    {"offence", "offense"},
    {"optimise", "optimize"},
    {"organisation", "organization"},
    {"organisations", "organizations"},
    {"organise", "organize"},
    {"practise", "practice"},
    {"programme", "program"},
    {"realise", "realize"},
    {"recognise", "recognize"},
    {"signalling", "signaling"},
    {"sublicence", "sublicense"},
    {"sublicenced", "sublicensed"},
    {"sublicences", "sublicenses"},
    {"utilisation", "utilization"},
    {"whilst", "while"},
    {"wilful", "willful"},
};

std::string_view american(std::string_view word) {
  const auto* const found =
      std::lower_bound(std::begin(spellings), std::end(spellings), word,
                       [](const auto& row, std::string_view key) { return row.first < key; });
  return found != std::end(spellings) && found->first == word ? found->second : word;
}

constexpr std::array<char, 256> make_word_bytes() {
  std::array<char, 256> bytes{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
    bytes[c] = static_cast<char>(upper ? c - 'A' + 'a' : kept ? c : 0);
  }
  return bytes;
}

/// What a byte is in a word, in small letters; 0 if it ends one.
constexpr std::array<char, 256> word_bytes = make_word_bytes();

/// Length of a sign beyond ASCII that is no letter: U+0080..U+00BF and U+2000..U+207F (quotes,
/// dashes, bullets), and the byte order mark.
std::size_t sign_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  if (byte(0) == 0xc2 && byte(1) >= 0x80) return 2;
  if (byte(0) == 0xe2 && (byte(1) == 0x80 || byte(1) == 0x81) && byte(2) >= 0x80) return 3;
  if (byte(0) == 0xef && byte(1) == 0xbb && byte(2) == 0xbf) return 3;
  return 0;
}

/// "1", "12", "b", "iv": what numbers a paragraph, with "." or ")" behind.
bool may_number(std::string_view word) {
  if (word.size() == 1) return true;
  if (word.size() > 4) return false;
  const bool digits = word.size() == 2 && word.find_first_not_of("0123456789") == word.npos;
  return digits || word.find_first_not_of("ivx") == word.npos;
}

bool is_bullet(std::string_view word, std::string_view rest) {
  if (rest.empty() || !may_number(word)) return false;
  if (rest[0] == ')') return true;
  return rest[0] == '.' && (rest.size() == 1 || rest[1] == ' ' || rest[1] == '\t' ||
                            rest[1] == '\n' || rest[1] == '\r');
}

}  // namespace

LicenseTokens::LicenseTokens(std::string_view text) {
  text = text.substr(0, text_limit_bytes);
  std::string word;
  std::size_t at = 0;
  while (at < text.size()) {
    word.clear();
    const std::size_t begin = at;
    while (at < text.size()) {
      const char c = word_bytes[static_cast<unsigned char>(text[at])];
      if (c == 0 ||
          (static_cast<unsigned char>(c) >= 0x80 && sign_length(text.substr(at, 3)) > 0)) {
        break;
      }
      word += c;
      ++at;
    }
    // "version 2." and "v2.0." end a sentence
    const bool numbers_version = (size() > 0 && this->word(size() - 1) == "version") ||
                                 (begin > 0 && text[begin - 1] == '.');
    if (!word.empty() && (numbers_version || !is_bullet(word, text.substr(at, 2))))
      add(word, begin);
    if (at < text.size()) at += std::max<std::size_t>(1, sign_length(text.substr(at, 3)));
  }
}

void LicenseTokens::add(std::string_view word, std::size_t offset) {
  word = american(word);
  // the guidelines hold a copyright owner and a copyright holder to be the same
  if (word == "owner" && size() > 0 && this->word(size() - 1) == "copyright") word = "holder";
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  words_.append(word);
  ends_.push_back(static_cast<std::uint32_t>(words_.size()));
  words_ += ' ';
  offsets_.push_back(static_cast<std::uint32_t>(offset));
  hashes_.push_back(hash);
}

std::string_view LicenseTokens::word(std::size_t index) const {
  const std::size_t begin = index == 0 ? 1 : ends_[index - 1] + 1;
  return std::string_view(words_).substr(begin, ends_[index] - begin);
}

std::size_t LicenseTokens::index_at(std::size_t offset) const {
  const auto found = std::upper_bound(ends_.begin(), ends_.end(), offset);
  return static_cast<std::size_t>(found - ends_.begin());
}

std::uint32_t LicenseTokens::gram(std::size_t index) const {
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < gram_size; ++i) {
    hash = (hash ^ hashes_[index + i]) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace lade::sbom
