#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lade {

/// XXH64 with seed 0, as its specification gives it (doc/xxhash_spec.md, version 0.2): not
/// cryptographic; finds damage at memory speed.
std::uint64_t xxh64(std::span<const std::byte> bytes);

}  // namespace lade
