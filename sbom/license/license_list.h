#pragma once

#include <span>
#include <string_view>

namespace lade::sbom {

/// What a licence asks of those who pass software on, by our own judgement (docs/licenses.md).
enum class LicenseCategory {
  permissive,        ///< notices at most, the public domain too
  weak_copyleft,     ///< source of the file or library itself
  strong_copyleft,   ///< source of the whole work that is passed on
  network_copyleft,  ///< and of what users reach over a network
  other              ///< limits who may use it or what for, or is no licence of software
};

/// "permissive", "weak-copyleft", "strong-copyleft", "network-copyleft", "other".
std::string_view to_string(LicenseCategory category);

/// A licence of the SPDX licence list.
struct LicenseInfo {
  std::string_view id;
  std::string_view name;  ///< "Apache License 2.0"
  LicenseCategory category;
  bool osi_approved;
  bool fsf_free;
  bool deprecated;
};

/// An exception of the SPDX licence list, which stands behind WITH.
struct ExceptionInfo {
  std::string_view id;
  bool deprecated;

  /// Whether works that are linked with, or made by, what is licensed are free of its copyleft.
  bool frees_other_works() const;
};

/// All licences, sorted by their ids in lower case.
std::span<const LicenseInfo> all_licenses();
/// All exceptions, sorted likewise.
std::span<const ExceptionInfo> all_exceptions();

/// Letter case makes no difference. Null if the list has no such id.
const LicenseInfo* find_license(std::string_view id);
const ExceptionInfo* find_exception(std::string_view id);

/// What a deprecated id is written as today: "GPL-2.0" is "GPL-2.0-only", "eCos-2.0" is
/// "GPL-2.0-or-later WITH eCos-exception-2.0". Empty if it is not deprecated or nothing replaces
/// it.
std::string_view replacement_of(std::string_view canonical_id);

}  // namespace lade::sbom
