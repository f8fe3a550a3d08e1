// A tree of n leaves is full on its left: the way up from leaf i passes, at each level, a sibling
// on the left where the bit of i is set, and one on the right where it is not, but for the levels
// where i is on the tree's right edge and has none. `last` is the index of the last node of a
// level; both are halved going up, and levels without a sibling are passed over in one go.
#include "signing/sigstore/merkle.h"

#include "signing/keys/public_key.h"

namespace lade::signing {

std::string leaf_hash(std::string_view entry) {
  return hash_bytes(MessageHash::sha256, std::string(1, '\0').append(entry));
}

std::string node_hash(std::string_view left, std::string_view right) {
  return hash_bytes(MessageHash::sha256, std::string(1, '\1').append(left).append(right));
}

std::optional<std::string> root_of_proof(std::string_view leaf, std::uint64_t index,
                                         std::uint64_t size, std::span<const std::string> hashes) {
  if (index >= size) return std::nullopt;
  std::uint64_t last = size - 1;
  std::string hash(leaf);
  for (const std::string& sibling : hashes) {
    if (last == 0) return std::nullopt;
    if (index % 2 == 1 || index == last) {
      hash = node_hash(sibling, hash);
      while (index % 2 == 0 && index != 0) {
        index /= 2;
        last /= 2;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    index /= 2;
    last /= 2;
  }
  if (last != 0) return std::nullopt;
  return hash;
}

}  // namespace lade::signing
