#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lade::sbom {

/// What is known of the text of a licence.
struct TextFingerprint {
  std::vector<std::string>
      ids{};  ///< the licences that have this text, the shortest first; at least one
  std::size_t gram_count = 0;      ///< grams (LicenseTokens) in the whole text, repeated ones too
  std::size_t distinct_count = 0;  ///< different ones
  std::vector<std::uint32_t> grams{};  ///< those that are kept, as indices into the table of hashes
  std::vector<std::uint32_t> offsets{};  ///< where each stands first in the text; ascending
};

/// The fingerprints of the texts of the licence list. A text is kept as the `sample_size` grams
/// with the least hashes, which are a fair sample of them and the same ones in texts that share
/// much, and as some grams more that each of its near neighbours lacks.
class Fingerprints {
 public:
  static constexpr std::size_t sample_size = 112;

  /// Those compiled in. Read once, then used from many threads.
  static const Fingerprints& builtin();
  /// `corrupt` if the bytes are not what encode() writes.
  static Fingerprints decode(std::string_view bytes);
  /// The file fingerprints.bin: "LFP1", numbers of hashes and of texts, the hashes, the texts; all
  /// numbers little-endian or LEB128, indices as differences, so a text's own grams take a byte
  /// each.
  std::string encode() const;

  const std::vector<TextFingerprint>& texts() const { return texts_; }
  const std::vector<std::uint32_t>& hashes() const { return hashes_; }
  /// Indices of the texts that have a gram.
  const std::vector<std::uint16_t>& texts_with(std::uint32_t gram) const { return users_[gram]; }
  /// Index of the gram with this hash.
  std::optional<std::uint32_t> find_gram(std::uint32_t hash) const;
  /// Adds a text, whose kept grams are those with these hashes, at its offsets.
  void add(TextFingerprint text, const std::vector<std::uint32_t>& hashes);

 private:
  std::vector<TextFingerprint> texts_{};
  std::vector<std::uint32_t> hashes_{};
  std::vector<std::vector<std::uint16_t>> users_{};
  std::unordered_map<std::uint32_t, std::uint32_t> index_{};
};

}  // namespace lade::sbom
