#include "sbom/license/license_list.h"

#include <algorithm>
#include <string>
#include <utility>

#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

enum ListFlag : unsigned { none = 0, osi = 1, fsf = 2, old = 4 };

constexpr LicenseInfo license_row(std::string_view id, std::string_view name,
                                  LicenseCategory category, unsigned flags) {
  return {id, name, category, (flags & osi) != 0, (flags & fsf) != 0, (flags & old) != 0};
}

constexpr LicenseInfo license_rows[] = {
#define LICENSE(id, name, category, flags) license_row(id, name, LicenseCategory::category, flags),
#define EXCEPTION(id, flags)
#include "sbom/license/license_list.inc"
#undef LICENSE
#undef EXCEPTION
};

constexpr ExceptionInfo exception_rows[] = {
#define LICENSE(id, name, category, flags)
#define EXCEPTION(id, flags) {id, ((flags)&old) != 0},
#include "sbom/license/license_list.inc"
#undef LICENSE
#undef EXCEPTION
};

constexpr std::pair<std::string_view, std::string_view> replacements[] = {
    {"AGPL-1.0", "AGPL-1.0-only"},
    {"AGPL-3.0", "AGPL-3.0-only"},
    {"BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views"},
    {"BSD-2-Clause-NetBSD", "BSD-2-Clause"},
    {"bzip2-1.0.5", "bzip2-1.0.6"},
    {"eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0"},
    {"GFDL-1.1", "GFDL-1.1-only"},
    {"GFDL-1.2", "GFDL-1.2-only"},
    {"GFDL-1.3", "GFDL-1.3-only"},
    {"GPL-1.0", "GPL-1.0-only"},
    {"GPL-2.0", "GPL-2.0-only"},
    {"GPL-2.0-with-autoconf-exception", "GPL-2.0-only WITH Autoconf-exception-2.0"},
    {"GPL-2.0-with-bison-exception", "GPL-2.0-only WITH Bison-exception-2.2"},
    {"GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"},
    {"GPL-2.0-with-font-exception", "GPL-2.0-only WITH Font-exception-2.0"},
    {"GPL-2.0-with-GCC-exception", "GPL-2.0-only WITH GCC-exception-2.0"},
    {"GPL-3.0", "GPL-3.0-only"},
    {"GPL-3.0-with-autoconf-exception", "GPL-3.0-only WITH Autoconf-exception-3.0"},
    {"GPL-3.0-with-GCC-exception", "GPL-3.0-only WITH GCC-exception-3.1"},
    {"LGPL-2.0", "LGPL-2.0-only"},
    {"LGPL-2.1", "LGPL-2.1-only"},
    {"LGPL-3.0", "LGPL-3.0-only"},
    {"Nunit", "zlib-acknowledgement"},
    {"StandardML-NJ", "SMLNJ"},
    {"wxWindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"},
};

// The others let a named library be linked (OpenSSL and the like), or say what is no derived work.
constexpr std::string_view freeing_exceptions[] = {
    "Autoconf-exception-2.0",
    "Autoconf-exception-3.0",
    "Autoconf-exception-generic",
    "Autoconf-exception-generic-3.0",
    "Autoconf-exception-macro",
    "Bison-exception-1.24",
    "Bison-exception-2.2",
    "Bootloader-exception",
    "Classpath-exception-2.0",
    "eCos-exception-2.0",
    "Fawkes-Runtime-exception",
    "FLTK-exception",
    "Font-exception-2.0",
    "freertos-exception-2.0",
    "GCC-exception-2.0",
    "GCC-exception-2.0-note",
    "GCC-exception-3.1",
    "GNAT-exception",
    "GNU-compiler-exception",
    "gnu-javamail-exception",
    "GPL-3.0-linking-exception",
    "GPL-3.0-linking-source-exception",
    "i2p-gpl-java-exception",
    "LGPL-3.0-linking-exception",
    "Libtool-exception",
    "LLGPL",
    "LZMA-exception",
    "mif-exception",
    "OCaml-LGPL-linking-exception",
    "OpenJDK-assembly-exception-1.0",
    "PS-or-PDF-font-exception-20170817",
    "Qt-LGPL-exception-1.1",
    "Qwt-exception-1.0",
    "Texinfo-exception",
    "u-boot-exception-2.0",
    "WxWindows-exception-3.1",
};

template <class Rows>
auto find_row(const Rows& rows, std::string_view id) -> decltype(std::data(rows)) {
  const std::string wanted = to_lower(id);
  const auto* const row = std::lower_bound(
      std::begin(rows), std::end(rows), wanted,
      [](const auto& info, const std::string& key) { return to_lower(info.id) < key; });
  return row != std::end(rows) && to_lower(row->id) == wanted ? row : nullptr;
}

}  // namespace

std::string_view to_string(LicenseCategory category) {
  switch (category) {
    case LicenseCategory::permissive:
      return "permissive";
    case LicenseCategory::weak_copyleft:
      return "weak-copyleft";
    case LicenseCategory::strong_copyleft:
      return "strong-copyleft";
    case LicenseCategory::network_copyleft:
      return "network-copyleft";
    case LicenseCategory::other:
      break;
  }
  return "other";
}

bool ExceptionInfo::frees_other_works() const {
  return std::find(std::begin(freeing_exceptions), std::end(freeing_exceptions), id) !=
         std::end(freeing_exceptions);
}

std::span<const LicenseInfo> all_licenses() { return license_rows; }

std::span<const ExceptionInfo> all_exceptions() { return exception_rows; }

const LicenseInfo* find_license(std::string_view id) { return find_row(license_rows, id); }

const ExceptionInfo* find_exception(std::string_view id) { return find_row(exception_rows, id); }

std::string_view replacement_of(std::string_view canonical_id) {
  for (const auto& [old_id, today] : replacements) {
    if (old_id == canonical_id) return today;
  }
  return {};
}

}  // namespace lade::sbom
