// XXH64 keeps four independent lanes that each take eight bytes of every 32, so a processor works
// on all of them at once; what is left over, and the length, is mixed in at the end.
#include "libimage/layer/xxh64.h"

#include <array>
#include <bit>

#include "libimage/layer/little_endian.h"

namespace lade {
namespace {

constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t prime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t prime3 = 0x165667B19E3779F9;
constexpr std::uint64_t prime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t prime5 = 0x27D4EB2F165667C5;

std::uint64_t round(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * prime2, 31) * prime1;
}

std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) {
  return (hash ^ round(0, lane)) * prime1 + prime4;
}

std::uint64_t mix_rest(std::uint64_t hash, std::span<const std::byte> rest) {
  while (rest.size() >= 8) {
    hash ^= round(0, load_le<std::uint64_t>(rest.data()));
    hash = std::rotl(hash, 27) * prime1 + prime4;
    rest = rest.subspan(8);
  }
  if (rest.size() >= 4) {
    hash ^= load_le<std::uint32_t>(rest.data()) * prime1;
    hash = std::rotl(hash, 23) * prime2 + prime3;
    rest = rest.subspan(4);
  }
  for (const std::byte byte : rest) {
    hash ^= std::to_integer<std::uint64_t>(byte) * prime5;
    hash = std::rotl(hash, 11) * prime1;
  }
  return hash;
}

}  // namespace

std::uint64_t xxh64(std::span<const std::byte> bytes) {
  const std::uint64_t length = bytes.size();
  std::uint64_t hash = prime5;
  if (bytes.size() >= 32) {
    std::array<std::uint64_t, 4> lanes{prime1 + prime2, prime2, 0, 0 - prime1};
    while (bytes.size() >= 32) {
      for (std::size_t i = 0; i < 4; ++i) {
        lanes[i] = round(lanes[i], load_le<std::uint64_t>(bytes.data() + 8 * i));
      }
      bytes = bytes.subspan(32);
    }
    hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
           std::rotl(lanes[3], 18);
    for (const std::uint64_t lane : lanes) hash = merge(hash, lane);
  }
  hash = mix_rest(hash + length, bytes);
  hash = (hash ^ (hash >> 33)) * prime2;
  hash = (hash ^ (hash >> 29)) * prime3;
  return hash ^ (hash >> 32);
}

}  // namespace lade
