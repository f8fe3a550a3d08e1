#pragma once

#include <string>
#include <vector>

#include "builder/build/build.h"
#include "cmd/session.h"
#include "libimage/image/copy.h"

namespace lade::cmd {

/// Copies an image of the store ("store:…") to where people ask for it.
CopyReport push_image(Session& session, const std::string& image, const ImageName& to,
                      const CopyOptions& options, Progress& progress);

/// Pushes an image that was just built under all these names.
void push_result(Session& session, const builder::BuildRecord& record, const Descriptor& result,
                 const std::vector<Reference>& names, Progress& progress);

}  // namespace lade::cmd
