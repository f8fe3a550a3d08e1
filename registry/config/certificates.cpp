#include "registry/config/certificates.h"

#include <set>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::registry {
namespace {

std::string with_ending(std::string_view name, std::string_view ending, std::string_view other) {
  return std::string(name.substr(0, name.size() - ending.size())).append(other);
}

}  // namespace

RegistryCertificates read_certificates(const std::string& directory) {
  constexpr std::string_view certificate = ".cert";
  constexpr std::string_view key = ".key";
  RegistryCertificates found;
  const std::vector<std::string> listed = list_names(directory);
  const std::set<std::string> names(listed.begin(), listed.end());
  for (const std::string& name : names) {
    const std::string path = join_path(directory, name);
    if (name.ends_with(".crt")) found.authorities.push_back(path);
    if (name.ends_with(certificate)) {
      const std::string partner = with_ending(name, certificate, key);
      if (!names.contains(partner)) {
        fail(ErrorKind::invalid,
             "{}: wanted its key {} beside it, got none (an authority's certificate ends in .crt)",
             path, partner);
      }
      found.clients.push_back({path, join_path(directory, partner)});
    }
    if (name.ends_with(key) && !names.contains(with_ending(name, key, certificate))) {
      fail(ErrorKind::invalid, "{}: wanted its certificate {} beside it, got none", path,
           with_ending(name, key, certificate));
    }
  }
  return found;
}

std::vector<std::string> certificate_directories(const UserEnvironment& environment) {
  std::vector<std::string> directories;
  const std::string own = environment.config_path("containers/certs.d");
  if (!own.empty()) directories.push_back(own);
  directories.push_back(environment.system_path("/etc/containers/certs.d"));
  directories.push_back(environment.system_path("/etc/docker/certs.d"));
  return directories;
}

RegistryCertificates find_certificates(std::string_view host,
                                       const std::vector<std::string>& directories) {
  const bool is_name = !host.empty() && !host.starts_with('.') &&
                       host.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
  if (!is_name) {
    fail(ErrorKind::invalid, "cannot look for certificates: wanted host[:port], got \"{}\"",
         printable(host));
  }
  for (const std::string& directory : directories) {
    try {
      return read_certificates(join_path(directory, host));
    } catch (const Error& error) {
      // what this user may not see is for others, as certificates for root alone are
      const bool passed_by =
          error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::denied;
      if (!passed_by) throw;
    }
  }
  return {};
}

}  // namespace lade::registry
