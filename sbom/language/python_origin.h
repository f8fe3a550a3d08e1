#pragma once

#include <string>
#include <string_view>

#include "sbom/model/package.h"

namespace lade::sbom {

/// Where an installed package came from, if not from an index by its name.
struct PythonOrigin {
  std::string url{};  ///< with the commit: "git+https://example.org/a.git@1f2e…"
  bool is_editable = false;
  std::string sha256{};  ///< of the archive
};

/// direct_url.json (packaging.python.org, "Recording the Direct URL Origin"). `invalid` if it is no
/// JSON.
PythonOrigin parse_direct_url(std::string_view text, std::string_view what);

/// The origin as one line, and back.
std::string origin_note(const PythonOrigin& origin);
void apply_origin_note(Package& package, std::string_view note);

/// The names that a requires.txt of setuptools asks for without extras, one a line. Its sections
/// are "[extra]", "[:marker]" or "[extra:marker]".
std::string parse_egg_requirements(std::string_view text, std::string_view python_version);

}  // namespace lade::sbom
