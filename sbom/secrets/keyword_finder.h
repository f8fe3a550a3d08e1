#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lade::sbom {

/// A text that a rule looks for before it looks closer.
struct Keyword {
  std::string text{};        ///< 3 bytes at least
  bool ignore_case = false;  ///< of ASCII letters

  auto operator<=>(const Keyword&) const = default;
};

struct KeywordHit {
  std::size_t begin = 0;      ///< where it stands in the text
  std::uint16_t keyword = 0;  ///< its index
};

/// Finds many keywords in one pass, however many they are. Made once, used from several threads.
class KeywordFinder {
 public:
  static constexpr std::size_t least_bytes = 3;
  static constexpr std::size_t most_keywords = 4096;

  /// `invalid` for a keyword that is too short, or too many of them.
  explicit KeywordFinder(std::vector<Keyword> keywords);

  const std::vector<Keyword>& keywords() const { return keywords_; }
  /// Appends every place of every keyword; nearly in order: none comes more than the length of the
  /// longest keyword too late.
  void find(std::string_view text, std::vector<KeywordHit>& hits) const;

 private:
  /// A keyword, and where in it its window of four bytes begins.
  struct Candidate {
    std::uint16_t keyword = 0;
    std::uint16_t offset = 0;
  };

  void enter(std::vector<std::pair<std::uint32_t, Candidate>>& entries,
             std::uint16_t keyword) const;
  void check(std::string_view text, std::size_t window, std::size_t slot,
             std::vector<KeywordHit>& hits) const;

  std::vector<Keyword> keywords_;
  std::vector<std::uint8_t> marks_;      ///< of each slot: is there a candidate?
  std::vector<std::uint32_t> first_of_;  ///< of each slot, and the end: its first candidate
  std::vector<Candidate> candidates_;
};

}  // namespace lade::sbom
