#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sbom/model/package.h"

namespace lade::sbom {

/// The header of a METADATA or PKG-INFO file (packaging.python.org, "Core metadata
/// specifications"): fields in their order, keys in lower case, folded lines joined by newlines;
/// what follows the first empty line is the description and is not looked at.
std::vector<std::pair<std::string, std::string>> parse_header_fields(std::string_view text);

/// PEP 503: lower case, runs of "-", "_" and "." as one "-".
std::string normalize_python_name(std::string_view name);

/// The package that the metadata tells of, its name normalised; nothing without name and version.
/// `depends` are the normalised names of those requirements that may be wanted where it is
/// installed (python_requirement.h); `python_version` ("3.11") is empty if it is not known.
std::optional<Package> parse_python_metadata(std::string_view text,
                                             std::string_view python_version);

}  // namespace lade::sbom
