#pragma once

#include <memory>

#include "registry/client/signature_shelf.h"
#include "registry/config/environment.h"
#include "registry/http/http_client.h"

namespace lade::cmd {

/// The signature storage that the user's or the machine's registries.d names, which is read when
/// somebody first asks.
std::shared_ptr<registry::SignatureShelf> make_lookaside_shelf(
    registry::UserEnvironment environment, std::shared_ptr<registry::HttpClient> http);

}  // namespace lade::cmd
