#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "sbom/distribution/package_collector.h"

namespace lade::sbom {

/// A paragraph of a control file (deb-control(5)). Views point into its text.
struct ControlStanza {
  struct Field {
    std::string_view name;
    std::string_view value;  ///< trimmed; lines that continue it stand in it as they are
  };
  std::vector<Field> fields{};
  std::size_t line = 0;  ///< where it begins, from 1

  /// The value of a field, upper and lower case not told apart; empty if there is none.
  std::string_view value(std::string_view name) const;
  /// Its first line.
  std::string_view first_line(std::string_view name) const;
  bool has(std::string_view name) const;
};

/// Visits every paragraph until `visit` answers false. A line that is no field and a field that is
/// too long are faults, and left out.
void for_each_stanza(std::string_view text, PackageCollector& collector,
                     const std::function<bool(const ControlStanza&)>& visit);

/// Fills the list with the parts of a comma-separated field.
void add_list(PackageCollector& collector, std::vector<std::string>& list, std::string_view field);

}  // namespace lade::sbom
