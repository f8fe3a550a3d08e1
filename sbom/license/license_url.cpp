#include "sbom/license/license_url.h"

#include <algorithm>
#include <utility>

#include "libimage/base/text.h"
#include "sbom/license/license_list.h"

namespace lade::sbom {
namespace {

constexpr std::pair<std::string_view, std::string_view> known_places[] = {
    {"antlr.org/license", "BSD-3-Clause"},
    {"antlr.org/wiki/display/antlr/license", "BSD-3-Clause"},
    {"apache.org/licenses/apache-2.0", "Apache-2.0"},
    {"apache.org/licenses/license", "Apache-1.0"},
    {"apache.org/licenses/license-1.1", "Apache-1.1"},
    {"apache.org/licenses/license-2.0", "Apache-2.0"},
    {"artlibre.org/licence/lal/en", "LAL-1.3"},
    {"boost.org/license_1_0", "BSL-1.0"},
    {"bouncycastle.org/licence", "MIT"},
    {"creativecommons.org/publicdomain/mark/1.0", "CC-PDM-1.0"},
    {"creativecommons.org/publicdomain/zero/1.0", "CC0-1.0"},
    {"creativecommons.org/publicdomain/zero/1.0/legalcode", "CC0-1.0"},
    {"eclipse.org/legal/epl-2.0", "EPL-2.0"},
    {"eclipse.org/legal/epl-v10", "EPL-1.0"},
    {"eclipse.org/legal/epl-v20", "EPL-2.0"},
    {"eclipse.org/org/documents/edl-v10", "BSD-3-Clause"},
    {"eclipse.org/org/documents/epl-2.0", "EPL-2.0"},
    {"eclipse.org/org/documents/epl-v10", "EPL-1.0"},
    {"glassfish.java.net/public/cddl+gpl_1_1",
     "CDDL-1.1 OR GPL-2.0-only WITH Classpath-exception-2.0"},
    {"gnu.org/software/classpath/license", "GPL-2.0-or-later WITH Classpath-exception-2.0"},
    {"golang.org/license", "BSD-3-Clause"},
    {"jquery.org/license", "MIT"},
    {"json.org/license", "JSON"},
    {"jsoup.org/license", "MIT"},
    {"mozilla.org/en-us/mpl/2.0", "MPL-2.0"},
    {"mozilla.org/mpl/1.1", "MPL-1.1"},
    {"mozilla.org/mpl/2.0", "MPL-2.0"},
    {"mozilla.org/mpl/mpl-1.1", "MPL-1.1"},
    {"oracle.com/technetwork/licenses/upl-license-2927578", "UPL-1.0"},
    {"postgresql.org/about/licence", "PostgreSQL"},
    {"repository.jboss.org/licenses/apache-2.0", "Apache-2.0"},
    {"repository.jboss.org/licenses/cc0-1.0", "CC0-1.0"},
    {"slf4j.org/license", "MIT"},
    {"unlicense.org", "Unlicense"},
    {"wtfpl.net", "WTFPL"},
};

/// Pages whose last part is, or nearly is, an id.
constexpr std::string_view named_places[] = {
    "choosealicense.com/licenses/", "opensource.org/license/", "opensource.org/licenses/",
    "licenses.nuget.org/",          "spdx.org/licenses/",
};

constexpr std::pair<std::string_view, std::string_view> open_source_names[] = {
    {"apache2.0", "Apache-2.0"},
    {"artistic-license-2.0", "Artistic-2.0"},
    {"bsd-3-clause", "BSD-3-Clause"},
    {"cddl1", "CDDL-1.0"},
    {"cpl1.0", "CPL-1.0"},
    {"eclipse-1.0", "EPL-1.0"},
    {"isc-license", "ISC"},
    {"mit-license", "MIT"},
    {"mozilla1.1", "MPL-1.1"},
    {"simplified-bsd", "BSD-2-Clause"},
    {"zlib-license", "Zlib"},
};

/// The address without scheme, "www.", query, ending and last slash; empty if it is none.
std::string place_of(std::string_view text) {
  std::string place = to_lower(trim(text));
  if (place.starts_with("https://")) {
    place.erase(0, 8);
  } else if (place.starts_with("http://")) {
    place.erase(0, 7);
  } else {
    return {};
  }
  if (place.starts_with("www.")) place.erase(0, 4);
  place.resize(std::min(place.size(), place.find_first_of("?#")));
  while (place.ends_with('/')) place.pop_back();
  for (const std::string_view ending : {".txt", ".html", ".htm", ".php", ".md"}) {
    if (place.ends_with(ending)) place.resize(place.size() - ending.size());
  }
  return place;
}

/// creativecommons.org/licenses/by-sa/4.0[/…]
std::optional<std::string> find_creative_commons(std::string_view place) {
  constexpr std::string_view prefix = "creativecommons.org/licenses/";
  if (!place.starts_with(prefix)) return std::nullopt;
  const auto parts = split(place.substr(prefix.size()), '/');
  if (parts.size() < 2) return std::nullopt;
  const LicenseInfo* const info = find_license("CC-" + parts[0] + "-" + parts[1]);
  if (info == nullptr) return std::nullopt;
  return std::string(info->id);
}

/// gnu.org/licenses/[old-licenses/]gpl-2.0[-standalone]
std::optional<std::string> find_gnu_page(std::string_view place) {
  for (const std::string_view prefix :
       {"gnu.org/licenses/old-licenses/", "gnu.org/licenses/", "gnu.org/copyleft/"}) {
    if (!place.starts_with(prefix)) continue;
    std::string_view name = place.substr(prefix.size());
    if (name.ends_with("-standalone")) name.remove_suffix(11);
    const LicenseInfo* const info = find_license(std::string(name) + "-only");
    if (info == nullptr) return std::nullopt;
    return std::string(info->id);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_license_url(std::string_view text) {
  const std::string place = place_of(text);
  if (place.empty()) return std::nullopt;
  for (const auto& [known, expression] : known_places) {
    if (place == known) return std::string(expression);
  }
  for (const std::string_view prefix : named_places) {
    if (!place.starts_with(prefix)) continue;
    const std::string_view name = std::string_view(place).substr(prefix.size());
    if (const LicenseInfo* const info = find_license(name)) return std::string(info->id);
    for (const auto& [known, id] : open_source_names) {
      if (name == known) return std::string(id);
    }
  }
  if (auto commons = find_creative_commons(place)) return commons;
  return find_gnu_page(place);
}

}  // namespace lade::sbom
