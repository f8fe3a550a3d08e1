#pragma once

#include <string>
#include <string_view>

namespace lade::registry {

/// A URL taken apart by libcurl's own parser, so that what is checked is what is connected to.
struct HttpUrl {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case, an IPv6 address in brackets
  std::string port;    ///< always there
  std::string text;    ///< the whole

  /// `invalid` for everything but an absolute http or https URL.
  static HttpUrl parse(const std::string& text);
  /// What a Location or Link field means, seen from here (RFC 3986 5.2).
  HttpUrl resolve(const std::string& reference) const;
  /// For messages: without userinfo and query, which may hold what lets one in.
  std::string shown() const;
  /// Whom one talks to; credentials for one origin are never for another.
  std::string origin() const { return scheme + "://" + host + ":" + port; }
};

}  // namespace lade::registry
