#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "sbom/model/inventory.h"
#include "sbom/vuln/match.h"

namespace lade::sbom {

/// Which findings do not count, who says why, and until when (docs/vulnerabilities.md, "Ignore
/// rules"). A finding must be all that the rule says.
struct IgnoreRule {
  std::vector<std::string> ids{};  ///< any of them, "*" stands for anything; empty: all
  std::string package{};           ///< pattern of the purl, without a version: any; empty: all
  std::string path{};              ///< pattern of where the package is; empty: anywhere
  std::string reason{};
  std::optional<Timestamp> expires{};  ///< from then on it does not count; nothing: never
  bool until_fixed = false;            ///< counts only as long as there is no fix
  std::string origin{};                ///< "FILE:LINE"
};

/// Reads rules in TOML (`schema_version = 1`, `[[ignore]]`), or, from a file whose name ends in
/// ".trivyignore", ids on lines with "exp:DATE". Throws `invalid` with file and line.
std::vector<IgnoreRule> read_ignore_rules(std::string_view text, const std::string& path);

struct IgnoreReport {
  std::size_t suppressed = 0;
  std::vector<std::string> expired{};  ///< in words: rules that are over
  std::vector<std::string> unused{};   ///< in words: rules that no finding is of
};

/// Suppresses findings by "ignored", with the reason of the first rule that they are of.
IgnoreReport apply_ignores(Matches& matches, const Inventory& inventory,
                           const std::vector<IgnoreRule>& rules, Timestamp now);

}  // namespace lade::sbom
