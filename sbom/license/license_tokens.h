#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// A text as the words that say something, so that copies of a licence which differ in layout,
/// letter case, punctuation, bullets, signs of comments or British spelling are the same (SPDX 2.3,
/// annex B, "Matching Guidelines").
class LicenseTokens {
 public:
  /// Of longer texts the start is read.
  static constexpr std::size_t text_limit_bytes = std::size_t{16} << 20;

  explicit LicenseTokens(std::string_view text);

  std::size_t size() const { return ends_.size(); }
  /// All words with a blank before and behind each: " permission is hereby granted ".
  const std::string& words() const { return words_; }
  /// The word in which byte `offset` of words() lies.
  std::size_t index_at(std::size_t offset) const;
  std::string_view word(std::size_t index) const;
  /// Where word `index` begins in the text that was read, in bytes.
  std::size_t offset_of(std::size_t index) const { return offsets_[index]; }
  /// A hash of the `gram_size` words from `index` on, which are there.
  std::uint32_t gram(std::size_t index) const;
  /// How many grams there are.
  std::size_t gram_count() const { return size() < gram_size ? 0 : size() - gram_size + 1; }

  static constexpr std::size_t gram_size = 3;

 private:
  void add(std::string_view word, std::size_t offset);

  std::string words_ = " ";
  std::vector<std::uint32_t> ends_{};  ///< of each word in words_
  std::vector<std::uint32_t> offsets_{};
  std::vector<std::uint64_t> hashes_{};
};

}  // namespace lade::sbom
