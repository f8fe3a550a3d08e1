#pragma once

#include "cmd/session.h"
#include "libimage/base/json.h"
#include "libimage/image/image.h"

namespace lade::cmd {

/// What `skopeo inspect` prints of an image.
Json skopeo_record(Session& session, const ImageName& name, const Image& image);
/// That and more, under the names that templates for docker, podman, buildah and skopeo use.
Json full_record(Session& session, const ImageName& name, const Image& image);
/// An index: its digest and its instances.
Json index_record(const RawManifest& index, const std::string& name);

}  // namespace lade::cmd
