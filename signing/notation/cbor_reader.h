#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lade::signing {

/// Reads CBOR (RFC 8949) item by item, as far as signatures need it: integers, strings of bytes and
/// text, arrays, maps and tags, all of definite length. Nothing is held in memory but what is asked
/// for, and a length never counts for more than the bytes that are there. Everything throws
/// `invalid`, naming what is read, for another type and for bytes that break off.
class CborReader {
 public:
  /// How deep arrays, maps and tags may be nested in what is passed over.
  static constexpr unsigned depth_limit = 16;

  enum class Type : unsigned char { positive, negative, bytes, text, array, map, tag, simple };

  /// Both outlive the reader.
  CborReader(std::string_view bytes, std::string_view what) : rest_(bytes), what_(what) {}

  /// What comes next.
  Type peek() const;
  bool at_end() const { return rest_.empty(); }

  /// Positive or negative.
  std::int64_t integer();
  std::string_view bytes();
  std::string_view text();
  /// How many items follow.
  std::uint64_t array();
  /// How many pairs of items follow.
  std::uint64_t map();
  /// Its number; the item that is tagged follows.
  std::uint64_t tag();
  /// Passes over whatever comes next.
  void skip() { skip_below(depth_limit); }
  /// `invalid` if anything is left.
  void require_end() const;

  [[noreturn]] void refuse(std::string_view why) const;

 private:
  std::uint64_t head(Type wanted, std::string_view name);
  std::string_view take(std::uint64_t size_bytes);
  void skip_below(unsigned depth);

  std::string_view rest_;
  std::string_view what_;
};

/// The head of an item (RFC 8949, 3), as short as it can be.
std::string cbor_head(CborReader::Type type, std::uint64_t value);

}  // namespace lade::signing
