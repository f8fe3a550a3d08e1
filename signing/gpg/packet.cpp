#include "signing/gpg/packet.h"

#include "libimage/base/error.h"

namespace lade::signing {
namespace {

/// RFC 4880, 4.3.
enum Tag : unsigned char {
  public_key_encrypted_session_key = 1,
  signature = 2,
  symmetric_session_key = 3,
  one_pass_signature = 4,
  secret_key = 5,
  public_key = 6,
  compressed = 8,
  encrypted = 9,
  literal = 11,
  encrypted_and_protected = 18
};

/// The old format has the tag in four bits, the new one in six (RFC 4880, 4.2).
unsigned tag_of(unsigned char first) {
  return (first & 0x40U) != 0 ? first & 0x3fU : (first >> 2U) & 0x0fU;
}

std::string_view name_of(unsigned tag) {
  switch (tag) {
    case public_key_encrypted_session_key:
    case symmetric_session_key:
    case encrypted:
    case encrypted_and_protected:
      return "an encrypted message";
    case secret_key:
    case public_key:
      return "a key";
    case literal:
      return "a message that nobody signed";
    default:
      return "another kind of packet";
  }
}

}  // namespace

void require_signed_message(std::string_view message, std::size_t limit_bytes,
                            std::string_view what) {
  if (message.empty()) fail(ErrorKind::invalid, "{} is empty", what);
  if (message.size() > limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes; signatures of more than {} are not read", what,
         message.size(), limit_bytes);
  }
  if (message.starts_with("-----BEGIN PGP SIGNED MESSAGE-----")) {
    fail(ErrorKind::invalid, "{} is a cleartext signature; wanted a binary signed message", what);
  }
  if (message.starts_with("-----BEGIN PGP ")) {
    fail(ErrorKind::invalid, "{} is armored; wanted a binary signed message", what);
  }
  const auto first = static_cast<unsigned char>(message.front());
  if ((first & 0x80U) == 0) {
    fail(ErrorKind::invalid, "{} is no OpenPGP message: its first byte begins no packet", what);
  }
  const unsigned tag = tag_of(first);
  if (tag != signature && tag != one_pass_signature && tag != compressed) {
    fail(ErrorKind::invalid, "{} is {}; wanted a signed message", what, name_of(tag));
  }
}

}  // namespace lade::signing
