// Every place is looked up where a gram of some fingerprint stands. A text's score is the share of
// its grams that are found; of those with enough, the one that explains most is taken first: what
// is there of it counts for it, and what is missing counts twice against it. So BSD-3-Clause is
// preferred to BSD-2-Clause, which it contains, where its third clause is there, and only there.
// What is taken has to lie together: where each gram stands, less where it stands in the licence,
// is about the same place, where the copy begins. All places from its first gram to its last are
// then claimed, and the rest is scored again, until nothing is left that passes the bar. How many
// grams of a text are there at all is kept up to date as places are claimed; how many lie together
// is only looked for when the text is the best by what is known of it, and then bounds it for good.
#include "sbom/license/text_match.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace lade::sbom {
namespace {

constexpr std::size_t match_limit = 256;
/// How far apart the places may lie where the grams of one copy say that it begins, in lengths of
/// the text and in words: names and notes stand between. Less than one length, so that the end of
/// one copy and the start of the next are not taken for a third.
constexpr double start_spread = 0.5;
constexpr std::size_t start_slack_limit = 40;

struct GramPlace {
  std::uint32_t position = 0;
  std::uint32_t gram = 0;
  bool claimed = false;
};

/// A gram of the text in question.
struct TextHit {
  std::int64_t start = 0;  ///< where the text begins if this is where the gram belongs
  std::size_t position = 0;
  std::size_t rank = 0;  ///< in the fingerprint
};

struct TextWindow {
  std::size_t distinct = 0;
  std::size_t begin = 0;  ///< positions of the first and the last gram
  std::size_t last = 0;
};

/// Of the hits of a window the one of each gram counts that stands best; what a text says again
/// belongs to it too, up to its own length.
void set_bounds(TextWindow& window, std::span<const TextHit> inside, std::span<const TextHit> all,
                const TextFingerprint& text) {
  const std::int64_t middle = inside[inside.size() / 2].start;
  const auto distance = [&](const TextHit& hit) { return std::abs(hit.start - middle); };
  std::vector<const TextHit*> nearest(text.grams.size());
  for (const TextHit& hit : inside) {
    const TextHit*& best = nearest[hit.rank];
    if (best == nullptr || distance(hit) < distance(*best)) best = &hit;
  }
  window.begin = std::numeric_limits<std::size_t>::max();
  for (const TextHit* const hit : nearest) {
    if (hit == nullptr) continue;
    window.begin = std::min(window.begin, hit->position);
    window.last = std::max(window.last, hit->position);
  }
  const std::int64_t end = middle + static_cast<std::int64_t>(text.gram_count);
  for (const TextHit& hit : all) {
    if (static_cast<std::int64_t>(hit.position) < end) {
      window.last = std::max(window.last, hit.position);
    }
  }
}

/// The place with most different grams of the text.
TextWindow best_window(const TextFingerprint& text, std::vector<TextHit> hits) {
  std::stable_sort(hits.begin(), hits.end(),
                   [](const TextHit& a, const TextHit& b) { return a.start < b.start; });
  const auto widest = static_cast<std::int64_t>(
      start_spread * static_cast<double>(text.gram_count) +
      static_cast<double>(std::min(start_slack_limit, text.gram_count / 3)));
  std::vector<std::uint32_t> times(text.grams.size());
  TextWindow best;
  std::size_t distinct = 0;
  std::size_t tail = 0;
  std::span<const TextHit> inside;
  for (std::size_t head = 0; head < hits.size(); ++head) {
    if (times[hits[head].rank]++ == 0) ++distinct;
    for (; hits[head].start - hits[tail].start > widest; ++tail) {
      if (--times[hits[tail].rank] == 0) --distinct;
    }
    if (distinct <= best.distinct) continue;
    best.distinct = distinct;
    inside = std::span(hits).subspan(tail, head + 1 - tail);
  }
  if (best.distinct > 0) set_bounds(best, inside, hits, text);
  return best;
}

class TextMatcher {
 public:
  TextMatcher(const LicenseTokens& tokens, const Fingerprints& fingerprints)
      : tokens_(tokens),
        fingerprints_(fingerprints),
        occurrences_(fingerprints.hashes().size()),
        present_(fingerprints.texts().size()),
        candidates_(fingerprints.texts().size()),
        rank_(fingerprints.hashes().size()) {
    for (std::size_t i = 0; i < tokens.gram_count(); ++i) {
      const auto gram = fingerprints.find_gram(tokens.gram(i));
      if (!gram) continue;
      places_.push_back({static_cast<std::uint32_t>(i), *gram, false});
      if (occurrences_[*gram]++ > 0) continue;
      for (const std::uint16_t text : fingerprints.texts_with(*gram)) ++present_[text];
    }
  }

  std::vector<TextMatch> run() {
    std::vector<TextMatch> matches;
    for (auto best = find_best(); best && matches.size() < match_limit; best = find_best()) {
      const TextFingerprint& text = fingerprints_.texts()[*best];
      Candidate& candidate = candidates_[*best];
      if (candidate.window_of_round != matches.size() + 1) {
        candidate.window = best_window(text, hits_of(text));
        candidate.most = std::min(candidate.most, candidate.window.distinct);
        candidate.window_of_round = matches.size() + 1;
        continue;
      }
      const TextWindow& window = candidate.window;
      // beyond the outermost grams that are kept there are others of the text
      const std::size_t behind =
          std::max<std::size_t>(3, text.gram_count - 1 - text.offsets.back());
      matches.push_back(
          {text.ids, share(window.distinct, text),
           window.begin - std::min<std::size_t>(window.begin, text.offsets.front()),
           std::min(tokens_.size(), window.last + LicenseTokens::gram_size + behind)});
      claim(window);
    }
    std::sort(matches.begin(), matches.end(),
              [](const TextMatch& a, const TextMatch& b) { return a.begin < b.begin; });
    return matches;
  }

 private:
  struct Candidate {
    /// No window has more grams: claims only ever take some away.
    std::size_t most = std::numeric_limits<std::size_t>::max();
    TextWindow window{};
    std::size_t window_of_round = 0;  ///< in which it was looked for
  };

  static double share(std::size_t grams, const TextFingerprint& text) {
    return static_cast<double>(grams) / static_cast<double>(text.grams.size());
  }

  /// The text that may explain most of what is not claimed, as far as is known of it by now.
  std::optional<std::size_t> find_best() const {
    std::optional<std::size_t> best;
    double most = 0;
    for (std::size_t i = 0; i < present_.size(); ++i) {
      const TextFingerprint& text = fingerprints_.texts()[i];
      const double score = share(std::min<std::size_t>(present_[i], candidates_[i].most), text);
      if (score < text_score_bar) continue;
      const double explained = (score - 2 * (1 - score)) * static_cast<double>(text.distinct_count);
      if (best && explained <= most) continue;
      best = i;
      most = explained;
    }
    return best;
  }

  /// Where grams of the text stand that nobody has claimed.
  std::vector<TextHit> hits_of(const TextFingerprint& text) {
    for (std::size_t i = 0; i < text.grams.size(); ++i) rank_[text.grams[i]] = i + 1;
    std::vector<TextHit> hits;
    for (const GramPlace& place : places_) {
      if (place.claimed || rank_[place.gram] == 0) continue;
      const std::size_t rank = rank_[place.gram] - 1;
      hits.push_back({std::int64_t{place.position} - text.offsets[rank], place.position, rank});
    }
    for (const std::uint32_t gram : text.grams) rank_[gram] = 0;
    return hits;
  }

  void claim(const TextWindow& window) {
    const auto first = std::lower_bound(
        places_.begin(), places_.end(), window.begin,
        [](const GramPlace& place, std::size_t position) { return place.position < position; });
    for (auto place = first; place != places_.end() && place->position <= window.last; ++place) {
      if (std::exchange(place->claimed, true)) continue;
      if (--occurrences_[place->gram] > 0) continue;
      for (const std::uint16_t text : fingerprints_.texts_with(place->gram)) --present_[text];
    }
  }

  const LicenseTokens& tokens_;
  const Fingerprints& fingerprints_;
  std::vector<GramPlace> places_{};
  std::vector<std::uint32_t> occurrences_;  ///< of each gram, unclaimed
  std::vector<std::uint32_t> present_;      ///< grams of each text that occur unclaimed
  std::vector<Candidate> candidates_;
  std::vector<std::size_t> rank_;  ///< in the text in question, from 1; 0 if it has it not
};

}  // namespace

std::vector<TextMatch> match_texts(const LicenseTokens& tokens, const Fingerprints& fingerprints) {
  return TextMatcher(tokens, fingerprints).run();
}

}  // namespace lade::sbom
