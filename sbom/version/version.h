#pragma once

#include <compare>
#include <string_view>

namespace lade::sbom {

/// The orders that packaging ecosystems put their versions in. Several names may share an order:
/// they say where a version comes from.
enum class VersionScheme {
  dpkg,      ///< Debian, Ubuntu and their kin: deb-version(7); opam
  rpm,       ///< Red Hat, SUSE, Fedora…: [epoch:]version[-release]
  apk,       ///< Alpine, Wolfi, Chainguard
  alpm,      ///< Arch Linux: vercmp(8)
  opkg,      ///< OpenWrt: as dpkg
  semver,    ///< Semantic Versioning 2.0.0, and whoever follows it without saying so
  npm,       ///< as semver
  crates,    ///< as semver
  go,        ///< modules, pseudo-versions, and releases of Go itself ("go1.21rc2")
  pub,       ///< Dart: semver, with build metadata that counts
  nuget,     ///< semver with a fourth number and without case
  pypi,      ///< PEP 440
  maven,     ///< the Maven version order
  rubygems,  ///< Gem::Version
  composer,  ///< Packagist: Composer's normal form in the order of PHP
  cran,      ///< R: numbers between dots and hyphens
  hackage,   ///< Haskell: the package versioning policy
};

/// One word, as the enumerators are called.
std::string_view to_string(VersionScheme scheme);

/// Where `a` stands to `b`. Every two strings have an order, and it is a weak one (equivalent need
/// not be equal; that of maven is not everywhere transitive). Where they are not versions of
/// `scheme`, it is one that holds their well-formed parts to the rules (dpkg, rpm, apk, alpm,
/// maven, rubygems, composer), or has them before all versions and in byte order (the others).
/// Whoever reports a comparison asks `is_version` whether to trust it. Takes time linear in the
/// lengths, numbers have no bound.
std::weak_ordering compare_versions(VersionScheme scheme, std::string_view a, std::string_view b);

/// Whether `text` is a version by the grammar of the ecosystem, so that its place in the order
/// means something. A "v" in front and fewer or more numbers than three are let pass in semver and
/// its kin, because advisories have them.
bool is_version(VersionScheme scheme, std::string_view text);

}  // namespace lade::sbom
