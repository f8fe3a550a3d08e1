#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lade::signing {

/// The hash of a leaf (RFC 6962, 2.1).
std::string leaf_hash(std::string_view entry);
/// The hash of the node above two others.
std::string node_hash(std::string_view left, std::string_view right);
/// The root of a tree of `size` leaves that `hashes` prove the leaf at `index` to be in (RFC 9162,
/// 2.1.3.2); nothing if there is no such leaf, or if these are too many or too few hashes for it.
std::optional<std::string> root_of_proof(std::string_view leaf, std::uint64_t index,
                                         std::uint64_t size, std::span<const std::string> hashes);

}  // namespace lade::signing
