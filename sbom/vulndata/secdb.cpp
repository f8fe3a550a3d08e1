#include "sbom/vulndata/secdb.h"

#include <map>
#include <string>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/version/version.h"
#include "sbom/vulndata/json_members.h"

namespace lade::sbom {
namespace {

constexpr std::size_t secdb_limit_bytes = std::size_t{256} << 20U;

/// "Alpine:v3.18"; Wolfi and Chainguard have no releases.
std::string secdb_ecosystem(const Json& document, const std::string& what) {
  const auto release = find_string(document, "distroversion", what);
  if (release && !release->empty()) return "Alpine:" + *release;
  const std::string place = find_string(document, "urlprefix", what).value_or("");
  if (place.find("wolfi") != std::string::npos) return "Wolfi";
  if (place.find("chainguard") != std::string::npos || place.find("cgr.dev") != std::string::npos) {
    return "Chainguard";
  }
  fail(ErrorKind::unsupported,
       "{}: neither distroversion nor urlprefix tells whose packages it is about", what);
}

/// "CVE-2017-1 XSA-207": all are names of what was fixed, each of its own; names that are none, as
/// "CVE_2019-1", are taken as they are.
std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names;
  for (const std::string& word : split(text, ' ')) {
    if (!trim(word).empty()) names.emplace_back(trim(word));
  }
  return names;
}

using Fixes = std::map<std::string, std::string>;  ///< id to version, "0": not affected

void add_fix(Fixes& fixes, const std::string& id, const std::string& version) {
  const auto [at, is_new] = fixes.try_emplace(id, version);
  if (is_new || version == "0") return;
  if (at->second == "0" || compare_versions(VersionScheme::apk, at->second, version) < 0) {
    at->second = version;
  }
}

Fixes fixes_of(const Json& package, const std::string& what) {
  Fixes fixes;
  const Json* const secfixes = find_object(package, "secfixes", what);
  if (secfixes == nullptr) return fixes;
  for (const auto& [version, names] : secfixes->items()) {
    if (!names.is_array() && !names.is_null()) {
      fail(ErrorKind::invalid, "{}.secfixes: {}: wanted a list", what, printable(version));
    }
    for (const Json& name : names) {
      if (!name.is_string()) {
        fail(ErrorKind::invalid, "{}.secfixes: {}: wanted texts", what, printable(version));
      }
      for (const std::string& id : names_in(name.get<std::string>())) add_fix(fixes, id, version);
    }
  }
  return fixes;
}

Json secdb_document(std::string_view text, std::string_view what) {
  if (text.size() > secdb_limit_bytes) fail(ErrorKind::invalid, "{} is too large", what);
  Json document = parse_json(text, what);
  if (!document.is_object()) fail(ErrorKind::invalid, "{}: wanted an object", what);
  return document;
}

}  // namespace

std::string_view secdb_provider(std::string_view text, std::string_view what) {
  const std::string ecosystem = secdb_ecosystem(secdb_document(text, what), std::string(what));
  if (ecosystem == "Wolfi") return "wolfi";
  return ecosystem == "Chainguard" ? "chainguard" : "alpine";
}

void import_secdb(std::string_view text, std::string_view what_text, DatabaseBuilder& builder) {
  const std::string what(what_text);
  const Json document = secdb_document(text, what);
  const std::string ecosystem = secdb_ecosystem(document, what);
  std::size_t number = 0;
  for (const Json& member : list(document, "packages", what)) {
    const std::string in = fmt::format("{}: packages[{}]", what, number++);
    const Json* const package = find_object(member, "pkg", in);
    if (package == nullptr) fail(ErrorKind::invalid, "{}: pkg is missing", in);
    const std::string name = get_string(*package, "name", in + ".pkg");
    for (const auto& [id, version] : fixes_of(*package, in + ".pkg")) {
      AffectedPackage said{.ecosystem = ecosystem, .name = name};
      if (version == "0") {
        said.state = FixState::not_affected;
      } else {
        said.ranges = {
            {{VersionEvent::Kind::introduced, "0"}, {VersionEvent::Kind::fixed, version}}};
      }
      builder.merge({.id = id, .affected = {std::move(said)}});
    }
  }
}

}  // namespace lade::sbom
