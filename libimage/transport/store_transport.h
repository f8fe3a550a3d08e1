#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libimage/transport/transport.h"

namespace lade {

/// `store:name`: Lade's own store. To read: whatever `Store::resolve` understands.
std::unique_ptr<ImageSource> open_store_name(const std::string& details,
                                             const TransportContext& context);
/// To write: a name, which gets the tag "latest" if it has none.
std::unique_ptr<ImageDestination> write_store_name(const std::string& details,
                                                   const TransportContext& context);
std::vector<std::string> list_store_names(const std::string& details,
                                          const TransportContext& context);
/// Ends the name; the image goes with the next collection of garbage.
void remove_store_name(const std::string& details, const TransportContext& context);

}  // namespace lade
