#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/progress.h"
#include "libimage/image/index_edit.h"
#include "libimage/transport/transport.h"

namespace lade {

/// Indexes that are put together in the store, under a name of their own. Any number of processes
/// may change one at once.

/// A new one without images; `conflict` if the name is taken, unless it is by an index and `amend`
/// allows to go on with that one.
void create_index(Store& store, const Reference& name, const Index& first, bool amend);

/// The index of that name; `invalid` if it is an image.
RawManifest read_stored_index(Store& store, const Reference& name);

/// Reads it, lets `change` have it and points the name at what that made of it. Answers the index.
RawManifest edit_index(Store& store, const Reference& name,
                       const std::function<void(Index&)>& change);

struct AddOptions {
  bool all = false;  ///< of an index all images, not the one for the context's platform
  InstanceWords words{};
  Admission* admission = nullptr;  ///< asked about the image first; may be null
};

/// Adds an image of any transport. One on a registry stays there: the index has its digest, and the
/// store remembers where it was (index_origins.h). What comes from elsewhere is copied into the
/// store. Answers the entries that were added.
std::vector<Descriptor> add_to_index(const TransportContext& context, const Reference& name,
                                     const ImageName& image, const AddOptions& options,
                                     Progress& progress);

/// An artifact of files of this machine, as `podman manifest add --artifact` makes one.
struct FileArtifact {
  std::string artifact_type;
  std::string layer_type = "application/octet-stream";
  std::vector<std::string> files;  ///< each a layer, titled with its name
};
Descriptor add_artifact_to_index(Store& store, const Reference& name, const FileArtifact& artifact,
                                 const InstanceWords& words);

}  // namespace lade
