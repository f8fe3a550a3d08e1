#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/model/inventory.h"

namespace lade::sbom {

/// What the inventory knows and a format has no field of its own for, as a name and a value. All
/// formats say the same facts: CycloneDX as properties, SPDX as lines of an annotation.
struct Fact {
  std::string name;  ///< "location:0:path"; formats put "lade:" before it
  std::string value;

  bool operator==(const Fact&) const = default;
};

inline constexpr std::string_view fact_prefix = "lade:";

/// What there is to say of a package, in a fixed order.
std::vector<Fact> facts_of(const Package& package, const Subject& subject);
std::vector<Fact> facts_of(const Subject& subject);
std::vector<Fact> facts_of(const Distribution& distribution);

/// Takes a fact over, `name` without its prefix; what is none that is known, or malformed, is
/// passed over. Facts of a list have to come in its order.
void apply_fact(Package& package, std::string_view name, const std::string& value);
void apply_fact(Subject& subject, std::string_view name, const std::string& value);
void apply_fact(Distribution& distribution, std::string_view name, const std::string& value);

/// Facts as lines "lade:name=value", line breaks and backslashes in values escaped.
std::string to_lines(const std::vector<Fact>& facts);
/// The facts among the lines of a text, names without the prefix.
std::vector<Fact> facts_in(std::string_view text);

/// The layer with this diff id, which is appended if there is none.
std::size_t layer_of_diff_id(Subject& subject, const Digest& diff_id);

}  // namespace lade::sbom
