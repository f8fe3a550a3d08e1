#pragma once

#include <string>
#include <string_view>

#include "signing/keyless/web_client.h"

namespace lade::signing {

/// Has a time-stamp authority (RFC 3161, 3.4, over http) say that `stamped`, the bytes of a
/// signature, is there by now: a TimeStampResp, which is about these bytes and holds the number
/// that this request had. Whether its signer is one to be trusted, timestamp.h has to say. `url` is
/// the whole of it: "https://tsa.example/api/v1/timestamp".
///
/// `corrupt` for an answer that is none or about something else.
std::string request_timestamp(WebClient& client, const std::string& url, std::string_view stamped);

}  // namespace lade::signing
