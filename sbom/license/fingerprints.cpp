#include "sbom/license/fingerprints.h"

#include <limits>
#include <utility>

#include "libimage/base/error.h"
#include "sbom/license/fingerprint_data.h"

namespace lade::sbom {
namespace {

constexpr std::string_view fingerprint_magic = "LFP1";

class FingerprintReader {
 public:
  explicit FingerprintReader(std::string_view bytes) : rest_(bytes) {}

  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      fail(ErrorKind::corrupt, "reading licence fingerprints: wanted {} bytes more, got {}", size,
           rest_.size());
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    fail(ErrorKind::corrupt, "reading licence fingerprints: a number is too long");
  }

  std::uint32_t word() {
    std::uint32_t value = 0;
    const std::string_view bytes = take(4);
    for (unsigned i = 0; i < 4; ++i) {
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return value;
  }

  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

void put_number(std::string& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7f) | 0x80);
  bytes += static_cast<char>(value);
}

}  // namespace

const Fingerprints& Fingerprints::builtin() {
  static const Fingerprints fingerprints = decode(fingerprint_data);
  return fingerprints;
}

std::optional<std::uint32_t> Fingerprints::find_gram(std::uint32_t hash) const {
  const auto found = index_.find(hash);
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

void Fingerprints::add(TextFingerprint text, const std::vector<std::uint32_t>& hashes) {
  text.grams.clear();
  text.grams.reserve(hashes.size());
  for (const std::uint32_t hash : hashes) {
    const auto [at, is_new] = index_.emplace(hash, static_cast<std::uint32_t>(hashes_.size()));
    if (is_new) {
      hashes_.push_back(hash);
      users_.emplace_back();
    }
    text.grams.push_back(at->second);
    users_[at->second].push_back(static_cast<std::uint16_t>(texts_.size()));
  }
  texts_.push_back(std::move(text));
}

std::string Fingerprints::encode() const {
  std::string bytes(fingerprint_magic);
  put_number(bytes, hashes_.size());
  put_number(bytes, texts_.size());
  for (const std::uint32_t hash : hashes_) {
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(hash >> shift);
  }
  for (const TextFingerprint& text : texts_) {
    put_number(bytes, text.ids.size());
    for (const std::string& id : text.ids) {
      put_number(bytes, id.size());
      bytes += id;
    }
    put_number(bytes, text.gram_count);
    put_number(bytes, text.distinct_count);
    put_number(bytes, text.grams.size());
    std::int64_t last = 0;
    std::uint32_t last_offset = 0;
    for (std::size_t i = 0; i < text.grams.size(); ++i) {
      put_number(bytes, text.offsets[i] - std::exchange(last_offset, text.offsets[i]));
      const std::int64_t step = std::int64_t{text.grams[i]} - last;
      // zigzag: small differences of either sign are small numbers
      put_number(bytes, (static_cast<std::uint64_t>(step) << 1) ^
                            static_cast<std::uint64_t>(step < 0 ? -1 : 0));
      last = text.grams[i];
    }
  }
  return bytes;
}

Fingerprints Fingerprints::decode(std::string_view bytes) {
  FingerprintReader reader(bytes);
  if (reader.take(fingerprint_magic.size()) != fingerprint_magic) {
    fail(ErrorKind::corrupt, "reading licence fingerprints: they do not begin with {}",
         fingerprint_magic);
  }
  const std::uint64_t hash_count = reader.number();
  const std::uint64_t text_count = reader.number();
  if (text_count > std::numeric_limits<std::uint16_t>::max()) {
    fail(ErrorKind::corrupt, "reading licence fingerprints: {} texts are too many", text_count);
  }
  std::vector<std::uint32_t> table;
  for (std::uint64_t i = 0; i < hash_count; ++i) table.push_back(reader.word());
  Fingerprints answer;
  for (std::uint64_t i = 0; i < text_count; ++i) {
    std::vector<std::string> ids;
    for (std::uint64_t count = reader.number(); count > 0; --count) {
      ids.emplace_back(reader.take(reader.number()));
    }
    const std::uint64_t gram_count = reader.number();
    const std::uint64_t distinct_count = reader.number();
    std::vector<std::uint32_t> hashes;
    std::vector<std::uint32_t> offsets;
    std::uint64_t offset = 0;
    std::int64_t at = 0;
    for (std::uint64_t count = reader.number(); count > 0; --count) {
      offset += reader.number();
      if (offset >= gram_count) {
        fail(ErrorKind::corrupt, "reading licence fingerprints: offset {} of {}", offset,
             gram_count);
      }
      offsets.push_back(static_cast<std::uint32_t>(offset));
      const std::uint64_t step = reader.number();
      at += static_cast<std::int64_t>(step >> 1) ^ -static_cast<std::int64_t>(step & 1);
      if (at < 0 || static_cast<std::uint64_t>(at) >= table.size()) {
        fail(ErrorKind::corrupt, "reading licence fingerprints: no hash has the number {}", at);
      }
      hashes.push_back(table[static_cast<std::size_t>(at)]);
    }
    if (ids.empty() || hashes.empty()) {
      fail(ErrorKind::corrupt, "reading licence fingerprints: text {} has no id or no grams", i);
    }
    answer.add({std::move(ids), gram_count, distinct_count, {}, std::move(offsets)}, hashes);
  }
  if (!reader.at_end()) fail(ErrorKind::corrupt, "licence fingerprints: bytes behind the end");
  return answer;
}

}  // namespace lade::sbom
