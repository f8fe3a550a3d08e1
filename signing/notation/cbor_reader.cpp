// An item begins with a byte of which three bits are its type and five a number, or how many bytes
// of a number follow: a length, a count, or the value itself. So whatever is not of interest is
// passed over without being built, and no size that a stranger wrote leads to an allocation. Items
// of indefinite length are refused, as are floating-point numbers where something else is wanted:
// signatures have none.
#include "signing/notation/cbor_reader.h"

#include <limits>

#include "libimage/base/error.h"

namespace lade::signing {
namespace {

constexpr unsigned first_long = 24;  ///< from here on the number is in 1, 2, 4 or 8 bytes behind
constexpr unsigned last_long = 27;

unsigned char byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

}  // namespace

void CborReader::refuse(std::string_view why) const {
  fail(ErrorKind::invalid, "{} is no CBOR that a signature is made of: {}", what_, why);
}

CborReader::Type CborReader::peek() const {
  if (rest_.empty()) refuse("it breaks off");
  return static_cast<Type>(byte_at(rest_, 0) >> 5U);
}

std::uint64_t CborReader::head(Type wanted, std::string_view name) {
  if (peek() != wanted) refuse(fmt::format("there is something else where {} is wanted", name));
  const unsigned info = byte_at(rest_, 0) & 31U;
  rest_.remove_prefix(1);
  if (info < first_long) return info;
  if (info > last_long) refuse("an item has no definite length");
  std::uint64_t value = 0;
  for (const char c : take(std::uint64_t{1} << (info - first_long))) {
    value = value << 8U | static_cast<unsigned char>(c);
  }
  return value;
}

std::string_view CborReader::take(std::uint64_t size_bytes) {
  if (size_bytes > rest_.size()) refuse("it breaks off");
  const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size_bytes));
  rest_.remove_prefix(taken.size());
  return taken;
}

std::int64_t CborReader::integer() {
  const bool negative = peek() == Type::negative;
  const std::uint64_t value = head(negative ? Type::negative : Type::positive, "an integer");
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    refuse("an integer is too large");
  }
  const auto number = static_cast<std::int64_t>(value);
  return negative ? -1 - number : number;
}

std::string_view CborReader::bytes() { return take(head(Type::bytes, "a byte string")); }

std::string_view CborReader::text() { return take(head(Type::text, "a text")); }

std::uint64_t CborReader::array() {
  const std::uint64_t count = head(Type::array, "an array");
  if (count > rest_.size()) refuse("an array has more items than bytes are left");
  return count;
}

std::uint64_t CborReader::map() {
  const std::uint64_t count = head(Type::map, "a map");
  if (count > rest_.size() / 2) refuse("a map has more items than bytes are left");
  return count;
}

std::uint64_t CborReader::tag() { return head(Type::tag, "a tag"); }

void CborReader::skip_below(unsigned depth) {
  if (depth == 0) refuse("it is nested too deeply");
  std::uint64_t inner = 0;
  switch (peek()) {
    case Type::bytes:
      bytes();
      return;
    case Type::text:
      text();
      return;
    case Type::array:
      inner = array();
      break;
    case Type::map:
      inner = 2 * map();
      break;
    case Type::tag:
      tag();
      inner = 1;
      break;
    case Type::positive:
    case Type::negative:
    case Type::simple:
      head(peek(), "a value");
      return;
  }
  for (; inner > 0; --inner) skip_below(depth - 1);
}

void CborReader::require_end() const {
  if (!rest_.empty()) refuse(fmt::format("{} bytes follow it", rest_.size()));
}

std::string cbor_head(CborReader::Type type, std::uint64_t value) {
  unsigned size_bytes = 0;
  unsigned info = first_long;
  if (value < first_long) {
    info = static_cast<unsigned>(value);
  } else {
    for (size_bytes = 1; size_bytes < 8 && value >> (8U * size_bytes) != 0; size_bytes *= 2) ++info;
  }
  std::string head(1, static_cast<char>(static_cast<unsigned>(type) << 5U | info));
  for (unsigned i = size_bytes; i > 0; --i) {
    head += static_cast<char>(value >> (8U * (i - 1)) & 255U);
  }
  return head;
}

}  // namespace lade::signing
