#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "registry/auth/credential_store.h"
#include "registry/client/docker_destination.h"
#include "registry/client/docker_source.h"
#include "registry/client/signature_shelf.h"
#include "registry/config/certificates.h"
#include "registry/config/pull_sources.h"

namespace lade::registry {

/// What decides how registries are spoken to: flags, files, environment.
struct DockerOptions {
  RegistriesConfig config{};
  std::vector<std::string> certificate_directories{};
  std::string certificate_directory{};  ///< --cert-dir: for the registry named, in place of those
  CredentialOptions credentials{};
  bool anonymous = false;  ///< --no-creds: whatever is known
  /// --tls-verify, for the registry named; nothing: as the files say.
  std::optional<bool> tls_verify{};
  std::shared_ptr<HttpClient> http;
  std::function<Timestamp()> clock;
  /// Shared by all transports of one job; never null.
  std::shared_ptr<BlobLocations> locations = std::make_shared<BlobLocations>();
  std::shared_ptr<SignatureShelf> signatures{};  ///< null: signatures in files are nowhere
  Progress* progress = &no_progress();
};

/// The transport docker: images on registries, by names as containers-transports(5) has them.
/// Remembers each registry with what it learned of it, for all images of one job.
class DockerTransport {
 public:
  explicit DockerTransport(DockerOptions options);

  /// "//host/name:tag" or "//host/name@digest"; without a tag "latest". `invalid` if it is neither.
  static Reference parse(const std::string& details);

  /// "//host/name" alone; `invalid` with a tag or digest.
  static Reference parse_repository(const std::string& details);

  const RegistriesConfig& config() const { return options_.config; }

  /// From its mirrors or its registry. Nothing is asked for yet.
  std::unique_ptr<ImageSource> open(const Reference& reference);
  std::unique_ptr<ImageDestination> write(const Reference& reference);
  /// The repository to ask about tags and referrers or to delete from.
  Repository repository(const Reference& reference);
  /// The registry itself, to log in to or to ask what it has, as "host[:port][/path…]" is known
  /// there; the path decides about credentials alone. `denied` if it is blocked.
  std::shared_ptr<Registry> registry(const std::string& key);

 private:
  std::shared_ptr<Registry> registry_of(const std::string& key, bool insecure, bool is_mirror);
  std::shared_ptr<Registry> make(const std::string& key, bool insecure, bool is_mirror);
  std::shared_ptr<Attachments> attachments_of(const Repository& repository);

  DockerOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Registry>> registries_;
  std::map<std::string, std::shared_ptr<Attachments>> attachments_;
};

}  // namespace lade::registry
