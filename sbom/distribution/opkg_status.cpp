#include "sbom/distribution/opkg_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "libimage/base/text.h"
#include "sbom/distribution/control_stanza.h"
#include "sbom/distribution/dpkg_status.h"
#include "sbom/distribution/license_claims.h"
#include "sbom/distribution/package_collector.h"

namespace lade::sbom {
namespace {

/// "cpe:/a:vendor:product" with the version it leaves open, as CPE 2.3 (NISTIR 7695) writes it.
/// Only plain names: anything else would need more quoting than such packages have.
std::string formatted_cpe(std::string_view uri, std::string_view version) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const auto quoted = [&](std::string_view text) {
    std::string result;
    for (const char c : text) {
      if (!is_plain(c)) result += '\\';
      result += c;
    }
    return result;
  };
  if (!uri.starts_with("cpe:/")) return {};
  const auto parts = split(uri.substr(5), ':');
  // the release of the packaging is no part of the version of what is packaged
  version = version.substr(0, version.rfind("-r"));
  if (parts.size() != 3 || version.empty()) return {};
  return fmt::format("cpe:2.3:{}:{}:{}:{}:*:*:*:*:*:*:*", parts[0], quoted(parts[1]),
                     quoted(parts[2]), quoted(version));
}

Package opkg_package(const ControlStanza& stanza, PackageCollector& collector) {
  Package package{.type = PackageType::opkg};
  package.name = stanza.value("Package");
  package.version = stanza.first_line("Version");
  package.architecture = stanza.first_line("Architecture");
  // Source may be a path in the tree that the distribution is built from
  std::string_view source = stanza.first_line("SourceName");
  if (source.empty()) source = stanza.first_line("Source");
  if (source != package.name && source.find('/') == std::string_view::npos) {
    package.source_name = source;
  }
  package.supplier = stanza.first_line("Maintainer");
  package.homepage = stanza.first_line(stanza.has("Homepage") ? "Homepage" : "URL");
  package.description = stanza.first_line("Description");
  package.licenses = declared_claims(stanza.first_line("License"));
  package.installed_bytes = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, parse_int(stanza.first_line("Installed-Size")).value_or(0)));
  const std::string cpe = formatted_cpe(stanza.first_line("CPE-ID"), package.version);
  if (!cpe.empty()) package.cpes.push_back(cpe);
  add_list(collector, package.depends, stanza.value("Depends"));
  add_list(collector, package.provides, stanza.value("Provides"));
  return package;
}

}  // namespace

Find parse_opkg_status(std::string_view text) {
  PackageCollector collector;
  for_each_stanza(text, collector, [&](const ControlStanza& stanza) {
    DpkgState state = dpkg_state(stanza.first_line("Status"));
    if (!state.is_there) return true;
    const std::string_view name = stanza.value("Package");
    if (name.empty() || name.find('\n') != std::string_view::npos) {
      collector.fault(fmt::format("line {}: a package without a name", stanza.line));
      return true;
    }
    Package package = opkg_package(stanza, collector);
    if (!state.remark.empty()) package.remarks.push_back(std::move(state.remark));
    return collector.add(std::move(package));
  });
  return collector.take();
}

}  // namespace lade::sbom
