#pragma once

#include "libimage/transport/transport.h"

namespace lade::cmd {

class Session;

/// The transport containers-storage: where storage.conf and the environment say the stores are.
/// `context` is copied, without what it has outside.
OutsideTransport containers_transport(Session& session, const TransportContext& context);

}  // namespace lade::cmd
