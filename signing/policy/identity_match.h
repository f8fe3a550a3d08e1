#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libimage/oci/reference.h"
#include "signing/policy/policy.h"

namespace lade::signing {

/// Why a signature that claims the name `signed_name` is not one of what was asked for, in words;
/// nothing if it is. `image` is the name that the image was asked for by, if it has one.
std::optional<std::string> identity_objection(const IdentityMatch& match,
                                              const std::optional<Reference>& image,
                                              std::string_view signed_name);

/// As people read it: "matchRepository", "exactReference docker.io/library/app:1"…
std::string describe(const IdentityMatch& match);

/// Whether it compares with the image's own name, which images of files have none of.
bool needs_reference(const IdentityMatch& match);

}  // namespace lade::signing
