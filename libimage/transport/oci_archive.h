#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libimage/transport/transport.h"

namespace lade {

/// `oci-archive:path[:{reference|@source-index}]`: an OCI layout in a tar archive, read without
/// unpacking. The path "-" is stdin.
std::unique_ptr<ImageSource> open_oci_archive(const std::string& details,
                                              const TransportContext& context);
/// Replaces the archive whole at commit, or writes to stdout ("-").
std::unique_ptr<ImageDestination> write_oci_archive(const std::string& details,
                                                    const TransportContext& context);
std::vector<std::string> list_oci_archive(const std::string& details,
                                          const TransportContext& context);

}  // namespace lade
