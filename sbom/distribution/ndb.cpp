#include "libimage/base/error.h"
#include "sbom/distribution/byte_reader.h"
#include "sbom/distribution/rpm_database.h"

// rpm's own format (lib/backend/ndb): pages of slots, then blocks of 16 bytes. The first two slots'
// place is the header's. A slot names the first block of a blob and their number; a blob has a head
// (magic, index, generation, length), the bytes, padding, and a tail (checksum, length, magic). All
// is little endian.
namespace lade::sbom {
namespace {

constexpr std::uint32_t ndb_magic = 0x506d7052;   // "RpmP"
constexpr std::uint32_t slot_magic = 0x746f6c53;  // "Slot"
constexpr std::uint32_t head_magic = 0x53626c42;  // "BlbS"
constexpr std::uint32_t tail_magic = 0x45626c42;  // "BlbE"
constexpr std::size_t ndb_page_bytes = 4096;
constexpr std::size_t block_bytes = 16;
constexpr std::size_t slot_bytes = 16;
constexpr std::size_t head_bytes = 16;
constexpr std::size_t tail_bytes = 12;

struct Slot {
  std::uint32_t index;
  std::uint32_t first_block;
  std::uint32_t blocks;
};

std::span<const std::byte> ndb_blob(const ByteReader& file, const Slot& slot) {
  const std::size_t at = slot.first_block * block_bytes;
  const ByteReader blob(file.range(at, slot.blocks * block_bytes), ByteReader::Order::little);
  if (blob.load<std::uint32_t>(0) != head_magic || blob.load<std::uint32_t>(4) != slot.index) {
    fail(ErrorKind::corrupt, "package {} does not begin at {}, where its slot says", slot.index,
         at);
  }
  const auto length = blob.load<std::uint32_t>(12);
  if (length > blob.size() || blob.size() - length < head_bytes + tail_bytes) {
    fail(ErrorKind::corrupt, "package {} of {} bytes is to lie in {}", slot.index, length,
         blob.size());
  }
  if (blob.load<std::uint32_t>(blob.size() - 4) != tail_magic ||
      blob.load<std::uint32_t>(blob.size() - 8) != length) {
    fail(ErrorKind::corrupt, "package {} does not end where it should", slot.index);
  }
  return blob.range(head_bytes, length);
}

}  // namespace

void visit_ndb_headers(std::span<const std::byte> database, const HeaderVisitor& visit) {
  const ByteReader file(database, ByteReader::Order::little);
  if (file.load<std::uint32_t>(0) != ndb_magic) fail(ErrorKind::corrupt, "no ndb database");
  const auto version = file.load<std::uint32_t>(4);
  if (version != 0) fail(ErrorKind::unsupported, "an ndb database of version {}", version);
  const std::size_t pages = file.load<std::uint32_t>(12);
  file.range(0, pages * ndb_page_bytes);
  for (std::size_t at = 2 * slot_bytes; at < pages * ndb_page_bytes; at += slot_bytes) {
    if (file.load<std::uint32_t>(at) != slot_magic) {
      fail(ErrorKind::corrupt, "no slot at {}, where one should be", at);
    }
    const Slot slot{.index = file.load<std::uint32_t>(at + 4),
                    .first_block = file.load<std::uint32_t>(at + 8),
                    .blocks = file.load<std::uint32_t>(at + 12)};
    // a free one
    if (slot.first_block == 0) continue;
    if (!visit(ndb_blob(file, slot))) return;
  }
}

}  // namespace lade::sbom
