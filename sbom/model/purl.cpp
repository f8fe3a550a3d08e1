#include "sbom/model/purl.h"

#include <algorithm>

#include "libimage/base/text.h"
#include "libimage/base/url.h"

// purl-spec: pkg:type/namespace/name@version?qualifiers#subpath. Parsing goes from the right, as
// the specification says, since "@" and "/" may stand encoded or not in what is left of them.
namespace lade::sbom {
namespace {

/// percent_encode of all but ":" (which the canonical form keeps as it is).
std::string encode(std::string_view text) {
  constexpr std::string_view colon = "%3A";
  std::string encoded = percent_encode(text);
  for (std::size_t at = 0; (at = encoded.find(colon, at)) != std::string::npos; ++at) {
    encoded.replace(at, colon.size(), ":");
  }
  return encoded;
}

std::string encode_segments(std::string_view path) {
  std::string result;
  for (const std::string& segment : split(path, '/')) {
    if (segment.empty()) continue;
    if (!result.empty()) result += '/';
    result += encode(segment);
  }
  return result;
}

std::string decode_segments(std::string_view path) {
  std::string result;
  for (const std::string& segment : split(path, '/')) {
    if (segment.empty()) continue;
    if (!result.empty()) result += '/';
    result += percent_decode(segment);
  }
  return result;
}

bool is_type(std::string_view text) {
  return !text.empty() && (text[0] < '0' || text[0] > '9') &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

bool lowers_names(std::string_view type) {
  return type == "deb" || type == "pypi" || type == "apk" || type == "alpm" || type == "composer" ||
         type == "hex" || type == "github" || type == "bitbucket";
}

void make_canonical(Purl& purl) {
  if (lowers_names(purl.type)) purl.name = to_lower(purl.name);
  if (lowers_names(purl.type) || purl.type == "rpm") purl.name_space = to_lower(purl.name_space);
  if (purl.type == "pypi") std::replace(purl.name.begin(), purl.name.end(), '_', '-');
}

/// What stands behind the last `mark`, taken off `text`.
std::optional<std::string_view> take_behind(std::string_view& text, char mark) {
  const std::size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view behind = text.substr(at + 1);
  text = text.substr(0, at);
  return behind;
}

}  // namespace

std::string Purl::str() const {
  std::string text = "pkg:" + type + "/";
  if (!name_space.empty()) text += encode_segments(name_space) + "/";
  text += encode(name);
  if (!version.empty()) text += "@" + encode(version);
  char mark = '?';
  for (const auto& [key, value] : qualifiers) {
    if (value.empty()) continue;
    text += mark + key + "=" + encode(value);
    mark = '&';
  }
  if (!subpath.empty()) text += "#" + encode_segments(subpath);
  return text;
}

std::optional<Purl> Purl::parse(std::string_view text) {
  Purl purl;
  if (const auto subpath = take_behind(text, '#')) purl.subpath = decode_segments(*subpath);
  if (const auto qualifiers = take_behind(text, '?')) {
    for (const std::string& pair : split(*qualifiers, '&')) {
      const std::size_t equals = pair.find('=');
      if (equals == std::string::npos || equals + 1 == pair.size()) continue;
      purl.qualifiers[to_lower(pair.substr(0, equals))] =
          percent_decode(std::string_view(pair).substr(equals + 1));
    }
  }
  if (!to_lower(text.substr(0, 4)).starts_with("pkg:")) return std::nullopt;
  text.remove_prefix(4);
  while (text.starts_with('/')) text.remove_prefix(1);
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  purl.type = to_lower(text.substr(0, slash));
  text.remove_prefix(slash + 1);
  // an npm scope may stand there with its "@" unencoded
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos && at != 0 && text[at - 1] != '/') {
    purl.version = percent_decode(text.substr(at + 1));
    text = text.substr(0, at);
  }
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t last = text.rfind('/');
  purl.name = percent_decode(last == std::string_view::npos ? text : text.substr(last + 1));
  if (last != std::string_view::npos) purl.name_space = decode_segments(text.substr(0, last));
  if (!is_type(purl.type) || purl.name.empty()) return std::nullopt;
  make_canonical(purl);
  return purl;
}

Purl purl_of(const Package& package, const Distribution* distribution) {
  Purl purl{.type = std::string(to_string(package.type)),
            .name_space = package.name_space,
            .name = package.name,
            .version = package.version,
            .qualifiers = package.qualifiers};
  if (package.type == PackageType::golang) {
    const std::size_t slash = package.name.rfind('/');
    if (slash != std::string::npos) {
      purl.name_space = package.name.substr(0, slash);
      purl.name = package.name.substr(slash + 1);
    }
  }
  if (package.type == PackageType::rpm) {
    // the epoch stands among the qualifiers alone (purl-spec, types/rpm)
    const auto epoch = package.qualifiers.find("epoch");
    if (epoch != package.qualifiers.end() && purl.version.starts_with(epoch->second + ":")) {
      purl.version.erase(0, epoch->second.size() + 1);
    }
  }
  if (is_distribution_type(package.type)) {
    if (distribution != nullptr) {
      if (purl.name_space.empty()) purl.name_space = distribution->id;
      purl.qualifiers["distro"] = distro_qualifier(*distribution);
    }
    purl.qualifiers["arch"] = package.architecture;
    if (!package.source_name.empty()) {
      purl.qualifiers["upstream"] = package.source_version.empty()
                                        ? package.source_name
                                        : package.source_name + "@" + package.source_version;
    }
  }
  make_canonical(purl);
  return purl;
}

}  // namespace lade::sbom
