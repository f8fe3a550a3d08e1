#include "libimage/layer/layer_path.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

constexpr std::size_t path_limit_bytes = 4096;

/// The length of the common beginning, eight bytes at a time.
std::size_t common_prefix(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t at = 0;
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + 8 <= shorter; at += 8) {
      std::uint64_t x;
      std::uint64_t y;
      std::memcpy(&x, a.data() + at, 8);
      std::memcpy(&y, b.data() + at, 8);
      if (x != y) return at + static_cast<std::size_t>(std::countr_zero(x ^ y)) / 8;
    }
  }
  while (at < shorter && a[at] == b[at]) ++at;
  return at;
}

/// Rank of the byte at `at`: the end, then the slash, then all others.
int rank_at(std::string_view path, std::size_t at) {
  if (at >= path.size()) return -1;
  return path[at] == '/' ? 0 : static_cast<unsigned char>(path[at]);
}

}  // namespace

std::string normalize_layer_path(std::string_view path) {
  std::string normal;
  normal.reserve(path.size());
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      fail(ErrorKind::invalid, "the path {} has a \"..\" in it", printable(path));
    }
    if (part.find('\0') != std::string_view::npos) {
      fail(ErrorKind::invalid, "the path {} has a NUL byte in it", printable(path));
    }
    if (!normal.empty()) normal += '/';
    normal.append(part);
    if (normal.size() > path_limit_bytes) {
      fail(ErrorKind::invalid, "the path {}… is longer than the {} bytes allowed",
           printable(path.substr(0, 64)), path_limit_bytes);
    }
  }
  return normal;
}

bool path_less(std::string_view a, std::string_view b) {
  const std::size_t same = common_prefix(a, b);
  return rank_at(a, same) < rank_at(b, same);
}

std::string_view parent_path(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view base_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_below(std::string_view path, std::string_view dir) {
  if (dir.empty()) return !path.empty();
  return path.size() > dir.size() && path[dir.size()] == '/' && path.starts_with(dir);
}

}  // namespace lade
