#include "registry/http/proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::registry {
namespace {

/// 16 bytes, IPv4 in IPv6's form, so that both compare alike.
using Address = std::array<unsigned char, 16>;

constexpr std::size_t v4_prefix_bits = 96;

std::string_view without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

std::optional<Address> parse_address(std::string_view text) {
  const std::string host(without_brackets(text));
  Address address{};
  if (::inet_pton(AF_INET6, host.c_str(), address.data()) == 1) return address;
  if (::inet_pton(AF_INET, host.c_str(), address.data() + 12) != 1) return std::nullopt;
  address[10] = address[11] = 0xff;
  return address;
}

bool is_v4(const Address& address) {
  constexpr std::array<unsigned char, 12> prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(prefix.begin(), prefix.end(), address.begin());
}

bool same_bits(const Address& a, const Address& b, std::size_t bits) {
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const auto mask = static_cast<unsigned char>(0x80U >> (bit % 8));
    if ((a[bit / 8] & mask) != (b[bit / 8] & mask)) return false;
  }
  return true;
}

/// Nothing if the word is no network.
std::optional<bool> is_in_network(std::string_view word, const std::optional<Address>& host) {
  const auto slash = word.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto network = parse_address(word.substr(0, slash));
  const auto bits = parse_int(word.substr(slash + 1));
  if (!network || !bits || *bits < 0) return std::nullopt;
  const std::size_t offset = is_v4(*network) ? v4_prefix_bits : 0;
  const std::size_t all = offset + static_cast<std::size_t>(std::min<std::int64_t>(*bits, 256));
  if (all > 128) return std::nullopt;
  return host && is_v4(*host) == is_v4(*network) && same_bits(*host, *network, all);
}

struct HostPort {
  std::string_view host;
  std::string_view port;  ///< may be empty
};

HostPort split_port(std::string_view word) {
  const auto colon = word.rfind(':');
  const bool bare_v6 = !word.starts_with('[') && word.find(':') != colon;
  if (colon == std::string_view::npos || bare_v6 || word.ends_with(']')) return {word, {}};
  return {word.substr(0, colon), word.substr(colon + 1)};
}

bool is_below(std::string_view host, std::string_view domain) {
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

/// One word of NO_PROXY.
bool names_host(std::string_view word, const HttpUrl& url, const std::optional<Address>& address) {
  if (word == "*") return true;
  if (const auto in = is_in_network(word, address)) return *in;
  auto [name, port] = split_port(word);
  if (!port.empty() && port != url.port) return false;
  if (const auto wanted = parse_address(name)) return address == wanted;
  if (name.starts_with("*.")) name.remove_prefix(1);
  if (name.starts_with('.')) return is_below(url.host, name.substr(1));
  return !name.empty() && (url.host == name || is_below(url.host, name));
}

bool is_direct(const ProxySettings& settings, const HttpUrl& url) {
  if (is_loopback(url)) return true;
  const auto address = parse_address(url.host);
  const std::vector<std::string> words = split(settings.none, ',');
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return names_host(to_lower(trim(word)), url, address);
  });
}

}  // namespace

bool is_loopback(const HttpUrl& url) {
  constexpr Address v6_loopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  const auto address = parse_address(url.host);
  if (!address) return url.host == "localhost";
  return is_v4(*address) ? (*address)[12] == 127 : *address == v6_loopback;
}

std::string proxy_for(const ProxySettings& settings, const HttpUrl& url) {
  const bool secure = url.scheme == "https";
  const std::string& proxy = secure ? settings.https : settings.http;
  if (proxy.empty() || is_direct(settings, url)) return {};
  if (!secure && settings.is_cgi) {
    fail(ErrorKind::denied,
         "{}: HTTP_PROXY is not to be trusted where REQUEST_METHOD is set (a CGI program)",
         url.shown());
  }
  return proxy.find("://") == std::string::npos ? "http://" + proxy : proxy;
}

}  // namespace lade::registry
