#pragma once

#include <memory>
#include <string>

#include "libimage/transport/transport.h"

namespace lade {

/// `dir:path`: one image as plain files: manifest.json, `<hex>.manifest.json` for the instances of
/// an index, blobs named by their hex digits, and a file "version". Signatures lie beside them
/// ("signature-1"…, "<hex>.signature-1"…), and so does what refers to the image: named in
/// "referrers.json", which other tools do not mind.
std::unique_ptr<ImageSource> open_dir(const std::string& details, const TransportContext& context);
/// Replaces the image that is there at commit. `conflict` for a directory with other contents.
std::unique_ptr<ImageDestination> write_dir(const std::string& details,
                                            const TransportContext& context);
/// Removes the image's files, and the directory if nothing else is in it.
void remove_dir(const std::string& details, const TransportContext& context);

}  // namespace lade
