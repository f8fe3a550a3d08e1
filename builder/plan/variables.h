#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libimage/oci/platform.h"

namespace lade::builder {

/// BUILDPLATFORM, TARGETARCH and their kin, which every build has.
std::map<std::string, std::string> platform_args(const Platform& build, const Platform& target);

/// HTTP_PROXY and its kin: may be given as --build-arg without an ARG, reach RUN, and leave no
/// trace in the image or its history.
bool is_proxy_arg(std::string_view name);

}  // namespace lade::builder
