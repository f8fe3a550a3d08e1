#pragma once

#include "cmd/session.h"
#include "registry/pull/image_finder.h"

namespace lade::cmd {

/// `invalid` with the flag's name.
registry::PullPolicy parse_policy(const std::string& text, std::string_view flag);

/// Finds images in the session's store and on registries, as flags, the user's files and the
/// environment say. Asks on the terminal, if there is one, which registry a short name means.
registry::ImageFinder make_image_finder(Session& session, const NetworkFlags& network,
                                        registry::PullPolicy policy);

/// What FROM names: images of any transport, of none by a finder.
std::unique_ptr<ImageResolver> make_image_resolver(Session& session, registry::PullPolicy policy);

/// Whether a finder is who knows about the name: docker:// and what names no transport.
bool is_for_finder(const std::string& text);

}  // namespace lade::cmd
