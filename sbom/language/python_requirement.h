#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lade::sbom {

/// The normalised name that a requirement asks for ("Foo.Bar[baz] (>=1) ; python_version < '3'");
/// nothing if its environment marker rules it out, or it is no requirement.
std::optional<std::string> required_name(std::string_view requirement,
                                         std::string_view python_version);

/// Evaluates an environment marker (packaging.python.org, "Dependency specifiers") for CPython on
/// Linux without extras. A variable whose value is not known (the machine, the Python version if
/// that is empty) makes its comparison true, and so does a marker that is none: a requirement too
/// many does less harm than one too few.
bool marker_holds(std::string_view marker, std::string_view python_version);

}  // namespace lade::sbom
