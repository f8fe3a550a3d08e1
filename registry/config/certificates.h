#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/config/environment.h"

namespace lade::registry {

/// A certificate that Lade shows the registry, and its key: two files.
struct ClientCertificate {
  std::string certificate;
  std::string key;

  bool operator==(const ClientCertificate&) const = default;
};

/// The files of a certs.d directory, by name (containers-certs.d(5)). Only their names are looked
/// at here; who speaks TLS reads them.
struct RegistryCertificates {
  std::vector<std::string> authorities;    ///< *.crt: trusted beside the system's
  std::vector<ClientCertificate> clients;  ///< *.cert with the *.key of the same name

  bool empty() const { return authorities.empty() && clients.empty(); }
};

/// What stands in `directory` itself (--cert-dir). `not_found` if it is not there; `invalid` if a
/// certificate lacks its key or a key its certificate.
RegistryCertificates read_certificates(const std::string& directory);

/// The directories that hold one of "host[:port]" each, first to last:
/// ~/.config/containers/certs.d, /etc/containers/certs.d, /etc/docker/certs.d.
std::vector<std::string> certificate_directories(const UserEnvironment& environment);

/// The certificates for `host` ("host[:port]", as the reference has it: "docker.io") from the first
/// of `directories` that has any directory for it; none if none has.
RegistryCertificates find_certificates(std::string_view host,
                                       const std::vector<std::string>& directories);

}  // namespace lade::registry
