#include <vector>

#include "libimage/base/error.h"
#include "sbom/distribution/byte_reader.h"
#include "sbom/distribution/rpm_database.h"

// A hash table of Berkeley DB 5 (dbinc/db_page.h, hash.h). Which bucket a key is in does not matter
// to someone who wants all of them, so the pages are read one after the other: those that hold
// pairs hold the offsets of their items at their beginning, keys and values by turns, and the items
// at their end, each behind the one after it. A value too large for its page is a chain of overflow
// pages. Numbers are in the byte order of the machine that made the file, which the magic tells.
namespace lade::sbom {
namespace {

constexpr std::uint32_t hash_magic = 0x061561;
constexpr std::uint32_t swapped_hash_magic = 0x61150600;
constexpr std::size_t page_head_bytes = 26;
constexpr std::uint8_t page_hash_unsorted = 2;
constexpr std::uint8_t page_overflow = 7;
constexpr std::uint8_t page_hash_meta = 8;
constexpr std::uint8_t page_hash = 13;
constexpr std::uint8_t item_inline = 1;
constexpr std::uint8_t item_overflow = 3;
constexpr std::uint8_t meta_has_checksums = 1;

/// What the first page says.
struct BerkeleyFile {
  ByteReader bytes;
  std::size_t page_bytes;
  std::size_t pages;
  ByteReader::Order order;

  ByteReader page(std::size_t number) const {
    if (number >= pages) fail(ErrorKind::corrupt, "page {} of {}", number, pages);
    return {bytes.range(number * page_bytes, page_bytes), order};
  }
};

BerkeleyFile open_berkeley(std::span<const std::byte> database) {
  auto order = ByteReader::Order::little;
  if (ByteReader(database, order).load<std::uint32_t>(12) == swapped_hash_magic) {
    order = ByteReader::Order::big;
  }
  const ByteReader file(database, order);
  if (file.load<std::uint32_t>(12) != hash_magic || file.load<std::uint8_t>(25) != page_hash_meta) {
    fail(ErrorKind::corrupt, "no hash table of Berkeley DB");
  }
  const auto page_bytes = file.load<std::uint32_t>(20);
  if (page_bytes < 512 || page_bytes > 65536 || (page_bytes & (page_bytes - 1)) != 0) {
    fail(ErrorKind::corrupt, "pages of {} bytes", page_bytes);
  }
  if (file.load<std::uint8_t>(24) != 0 || (file.load<std::uint8_t>(26) & meta_has_checksums) != 0) {
    fail(ErrorKind::unsupported, "a Berkeley DB that is encrypted or has checksums in its pages");
  }
  const std::size_t last_page = file.load<std::uint32_t>(32);
  if (last_page >= database.size() / page_bytes) {
    fail(ErrorKind::corrupt, "{} pages of {} bytes are to be in {} bytes", last_page + 1,
         page_bytes, database.size());
  }
  return {file, page_bytes, last_page + 1, order};
}

/// Follows a chain to the length that its item promised.
void read_chain(const BerkeleyFile& file, std::size_t first, std::size_t length,
                std::vector<std::byte>& value) {
  if (length > file.bytes.size()) {
    fail(ErrorKind::corrupt, "a value of {} bytes in a database of {}", length, file.bytes.size());
  }
  value.clear();
  // in bytes and in pages: a chain that goes round in circles has too much of either
  for (std::size_t number = first, read = 0; number != 0; ++read) {
    if (read >= file.pages) fail(ErrorKind::corrupt, "overflow pages go round in circles");
    const ByteReader page = file.page(number);
    if (page.load<std::uint8_t>(25) != page_overflow) {
      fail(ErrorKind::corrupt, "page {} is no overflow page", number);
    }
    const auto part = page.range(page_head_bytes, page.load<std::uint16_t>(22));
    if (part.empty()) fail(ErrorKind::corrupt, "overflow page {} is empty", number);
    if (part.size() > length - value.size()) {
      fail(ErrorKind::corrupt, "overflow pages hold more than the {} bytes of their value", length);
    }
    value.insert(value.end(), part.begin(), part.end());
    number = page.load<std::uint32_t>(16);
  }
  if (value.size() != length) {
    fail(ErrorKind::corrupt, "overflow pages end at {} of {} bytes", value.size(), length);
  }
}

/// The values on one page; false if the visitor has enough.
bool visit_page(const BerkeleyFile& file, const ByteReader& page, const HeaderVisitor& visit) {
  const std::size_t items = page.load<std::uint16_t>(20);
  std::vector<std::byte> value;
  for (std::size_t i = 1; i < items; i += 2) {
    const std::size_t at = page.load<std::uint16_t>(page_head_bytes + 2 * i);
    const std::size_t end = page.load<std::uint16_t>(page_head_bytes + 2 * (i - 1));
    const auto type = page.load<std::uint8_t>(at);
    if (type == item_overflow) {
      read_chain(file, page.load<std::uint32_t>(at + 4), page.load<std::uint32_t>(at + 8), value);
      if (!visit(value)) return false;
    } else if (type == item_inline && end > at) {
      // four bytes are the number of the last package, under the key 0
      const auto part = page.range(at + 1, end - at - 1);
      if (part.size() > 4 && !visit(part)) return false;
    } else {
      fail(ErrorKind::corrupt, "an item of type {} at {} of its page", type, at);
    }
  }
  return true;
}

}  // namespace

void visit_berkeley_headers(std::span<const std::byte> database, const HeaderVisitor& visit) {
  const BerkeleyFile file = open_berkeley(database);
  for (std::size_t number = 1; number < file.pages; ++number) {
    const ByteReader page = file.page(number);
    const auto type = page.load<std::uint8_t>(25);
    if (type != page_hash && type != page_hash_unsorted) continue;
    if (!visit_page(file, page, visit)) return;
  }
}

}  // namespace lade::sbom
