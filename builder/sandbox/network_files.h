#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "builder/sandbox/runner.h"

namespace lade::builder {

/// The container's /etc/hosts: the added entries, then the host's lines where the network is the
/// host's, else those of the loopback device; and the container's own name. Throws `invalid` for an
/// entry that would not be one line.
std::string hosts_file(const RunSpec& spec, std::string_view host_text);

/// The container's /etc/resolv.conf: the host's text, in which the lines of a kind that `dns` gives
/// are replaced; without a network, only what `dns` gives.
std::string resolv_conf(const RunSpec& spec, std::string_view host_text);

}  // namespace lade::builder
