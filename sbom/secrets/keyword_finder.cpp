#include "sbom/secrets/keyword_finder.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/little_endian.h"

// Of each keyword one window of four bytes is taken, the one with the most different bytes: a line
// of dashes shall not look like "-----BEGIN". Windows are folded, which makes letters lower case
// (and some other bytes alike, which does no harm), and hashed into 65,536 slots. The text is
// walked byte by byte: the four bytes there are folded and hashed the same way, and a table, of
// which what texts need lies in the first cache, tells whether any keyword is in that slot. No step
// depends on the one before, unlike an automaton's, so a processor does several at a time. Only
// where a slot is taken (one byte in a hundred or so) are keywords compared. One of three bytes is
// entered under every byte that may follow.
namespace lade::sbom {
namespace {

constexpr unsigned slot_bits = 16;
constexpr std::size_t slot_count = std::size_t{1} << slot_bits;
constexpr std::size_t window_bytes = 4;
constexpr std::uint32_t fold_mask = 0x20202020;

std::uint32_t slot_of(std::uint32_t folded_window) {
  return folded_window * 0x9E3779B1U >> (32U - slot_bits);
}

std::uint32_t folded_window_at(const char* at) { return load_le<std::uint32_t>(at) | fold_mask; }

std::size_t best_window(std::string_view text) {
  std::size_t best = 0;
  std::size_t most = 0;
  for (std::size_t at = 0; at + window_bytes <= text.size(); ++at) {
    const std::string_view window = text.substr(at, window_bytes);
    const std::size_t different = std::set<char>(window.begin(), window.end()).size();
    if (different > most) {
      most = different;
      best = at;
    }
  }
  return best;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool is_at(const Keyword& keyword, const char* at) {
  if (!keyword.ignore_case) return std::memcmp(keyword.text.data(), at, keyword.text.size()) == 0;
  return std::equal(keyword.text.begin(), keyword.text.end(), at,
                    [](char wanted, char got) { return wanted == lower(got); });
}

}  // namespace

KeywordFinder::KeywordFinder(std::vector<Keyword> keywords)
    : keywords_(std::move(keywords)), marks_(slot_count), first_of_(slot_count + 1) {
  if (keywords_.size() > most_keywords) {
    fail(ErrorKind::invalid, "{} keywords are too many, {} are allowed", keywords_.size(),
         most_keywords);
  }
  std::vector<std::pair<std::uint32_t, Candidate>> entries;
  for (std::size_t i = 0; i < keywords_.size(); ++i) {
    Keyword& keyword = keywords_[i];
    if (keyword.text.size() < least_bytes || keyword.text.size() > 256) {
      fail(ErrorKind::invalid, "the keyword \"{}\" has {} bytes, wanted {} to 256",
           printable(keyword.text), keyword.text.size(), least_bytes);
    }
    if (keyword.ignore_case) keyword.text = to_lower(keyword.text);
    enter(entries, static_cast<std::uint16_t>(i));
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [slot, candidate] : entries) {
    marks_[slot] = 1;
    ++first_of_[slot + 1];
    candidates_.push_back(candidate);
  }
  std::partial_sum(first_of_.begin(), first_of_.end(), first_of_.begin());
}

void KeywordFinder::enter(std::vector<std::pair<std::uint32_t, Candidate>>& entries,
                          std::uint16_t keyword) const {
  const std::string& text = keywords_[keyword].text;
  if (text.size() >= window_bytes) {
    const std::size_t offset = best_window(text);
    entries.push_back({slot_of(folded_window_at(text.data() + offset)),
                       {keyword, static_cast<std::uint16_t>(offset)}});
    return;
  }
  std::set<std::uint32_t> entered;
  for (unsigned next = 0; next < 256; ++next) {
    const std::string window = text + static_cast<char>(next);
    const std::uint32_t slot = slot_of(folded_window_at(window.data()));
    if (entered.insert(slot).second) entries.push_back({slot, {keyword, 0}});
  }
}

void KeywordFinder::check(std::string_view text, std::size_t window, std::size_t slot,
                          std::vector<KeywordHit>& hits) const {
  for (std::size_t i = first_of_[slot]; i < first_of_[slot + 1]; ++i) {
    const Candidate candidate = candidates_[i];
    const Keyword& keyword = keywords_[candidate.keyword];
    if (window < candidate.offset) continue;
    const std::size_t begin = window - candidate.offset;
    if (keyword.text.size() > text.size() - begin) continue;
    if (is_at(keyword, text.data() + begin)) hits.push_back({begin, candidate.keyword});
  }
}

void KeywordFinder::find(std::string_view text, std::vector<KeywordHit>& hits) const {
  const char* const data = text.data();
  const std::uint8_t* const marks = marks_.data();
  std::size_t at = 0;
  // seven bytes hold four windows; an eighth is read with them
  for (; at + 8 <= text.size(); at += 4) {
    const std::uint64_t bytes = load_le<std::uint64_t>(data + at) | 0x2020202020202020U;
    const std::uint32_t a = slot_of(static_cast<std::uint32_t>(bytes));
    const std::uint32_t b = slot_of(static_cast<std::uint32_t>(bytes >> 8U));
    const std::uint32_t c = slot_of(static_cast<std::uint32_t>(bytes >> 16U));
    const std::uint32_t d = slot_of(static_cast<std::uint32_t>(bytes >> 24U));
    if ((marks[a] | marks[b] | marks[c] | marks[d]) == 0) continue;
    if (marks[a] != 0) check(text, at, a, hits);
    if (marks[b] != 0) check(text, at + 1, b, hits);
    if (marks[c] != 0) check(text, at + 2, c, hits);
    if (marks[d] != 0) check(text, at + 3, d, hits);
  }
  for (; at < text.size(); ++at) {
    char window[window_bytes] = {};  // a keyword of three bytes may end with the text
    text.copy(window, window_bytes, at);
    const std::uint32_t slot = slot_of(folded_window_at(window));
    if (marks[slot] != 0) check(text, at, slot, hits);
  }
}

}  // namespace lade::sbom
