#include "sbom/distribution/pacman_desc.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "libimage/base/text.h"
#include "sbom/distribution/license_claims.h"
#include "sbom/distribution/package_collector.h"
#include "sbom/distribution/text_lines.h"

namespace lade::sbom {
namespace {

/// Gives every value to `visit` with the name of its section.
template <class Visit>
void for_each_value(std::string_view text, const Visit& visit) {
  std::string_view section;
  for_each_line(text, [&](std::string_view line) {
    if (line.empty()) {
      section = {};
    } else if (line.size() > 2 && line.front() == '%' && line.back() == '%') {
      section = line.substr(1, line.size() - 2);
    } else {
      visit(section, line);
    }
  });
}

/// Where a section of one value goes; null for those that are not kept.
std::string* pacman_field(Package& package, std::string_view section) {
  if (section == "NAME") return &package.name;
  if (section == "VERSION") return &package.version;
  if (section == "ARCH") return &package.architecture;
  if (section == "BASE") return &package.source_name;
  if (section == "DESC") return &package.description;
  if (section == "URL") return &package.homepage;
  if (section == "PACKAGER") return &package.supplier;
  return nullptr;
}

/// Several licences all hold (PKGBUILD(5), "license").
std::string all_of_licenses(const std::vector<std::string>& licenses) {
  if (licenses.size() == 1) return licenses.front();
  std::string all;
  for (const std::string& license : licenses) {
    if (!all.empty()) all += " AND ";
    const bool is_compound = license.find(' ') != std::string::npos;
    all += is_compound ? "(" + license + ")" : license;
  }
  return all;
}

}  // namespace

Find parse_pacman_desc(std::string_view text) {
  PackageCollector collector;
  Package package{.type = PackageType::alpm};
  std::vector<std::string> licenses;
  for_each_value(text, [&](std::string_view section, std::string_view value) {
    if (value.size() > collector.limits().field_bytes) {
      collector.fault(fmt::format("a value of {} bytes in {}", value.size(), printable(section)));
    } else if (section == "DEPENDS") {
      collector.add_name(package.depends, value);
    } else if (section == "PROVIDES") {
      collector.add_name(package.provides, value);
    } else if (section == "LICENSE") {
      collector.add_name(licenses, value);
    } else if (section == "SIZE") {
      package.installed_bytes =
          static_cast<std::uint64_t>(std::max<std::int64_t>(0, parse_int(value).value_or(0)));
    } else if (std::string* field = pacman_field(package, section)) {
      *field = value;
    }
  });
  if (package.name.empty() || package.version.empty()) {
    collector.fault("no name and version of a package");
    return collector.take();
  }
  if (package.source_name == package.name) package.source_name.clear();
  if (!package.source_name.empty()) package.source_version = package.version;
  package.licenses = declared_claims(all_of_licenses(licenses));
  collector.add(std::move(package));
  return collector.take();
}

Find parse_pacman_files(std::string_view text) {
  Find find;
  for_each_value(text, [&](std::string_view section, std::string_view value) {
    // directories end with a slash and are many packages'
    if (section == "FILES" && !value.ends_with('/')) append_owned_path(find.owned_paths, value);
  });
  return find;
}

}  // namespace lade::sbom
