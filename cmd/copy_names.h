#pragma once

#include <string>
#include <vector>

#include "libimage/transport/transport.h"

namespace lade::cmd {

/// The names an image keeps where it goes together with others: those it has where it comes from,
/// as far as they can be names in `transport`. A docker-archive wants a repository, so a bare tag
/// is none there.
std::vector<std::string> names_to_keep(const ImageName& from, const ImageSource& source,
                                       const std::string& transport,
                                       const TransportContext& context);

}  // namespace lade::cmd
