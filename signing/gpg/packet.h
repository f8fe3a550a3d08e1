#pragma once

#include <cstddef>
#include <string_view>

namespace lade::signing {

/// `invalid` for what is, by its first packet (RFC 4880, 4.2 and 11.3), no signed message that
/// holds its payload: cleartext and armored ones, literal data, keys, encrypted data; and for more
/// than `limit_bytes`.
void require_signed_message(std::string_view message, std::size_t limit_bytes,
                            std::string_view what);

}  // namespace lade::signing
