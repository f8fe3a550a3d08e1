#include "registry/client/docker_transport.h"

#include "libimage/base/error.h"

namespace lade::registry {
namespace {

Reference parse_details(const std::string& details) {
  constexpr std::string_view slashes = "//";
  if (!details.starts_with(slashes)) {
    fail(ErrorKind::invalid, "\"docker:{}\": wanted docker://NAME", details);
  }
  return Reference::parse(std::string_view(details).substr(slashes.size()));
}

}  // namespace

DockerTransport::DockerTransport(DockerOptions options) : options_(std::move(options)) {}

Reference DockerTransport::parse(const std::string& details) {
  return parse_details(details).or_latest();
}

Reference DockerTransport::parse_repository(const std::string& details) {
  Reference reference = parse_details(details);
  if (!reference.tag() && !reference.digest()) return reference;
  fail(ErrorKind::invalid, "docker:{}: wanted a repository, without tag or digest: docker://{}",
       details, reference.name());
}

std::unique_ptr<ImageSource> DockerTransport::open(const Reference& reference) {
  std::vector<PullPlace> places;
  for (const PullSource& source : pull_sources(options_.config, reference)) {
    Repository place{registry_of(source.reference.name(), source.insecure, source.is_mirror),
                     source.reference};
    auto attachments = attachments_of(place);
    places.push_back({std::move(place), source.is_mirror, std::move(attachments)});
  }
  return std::make_unique<DockerSource>(reference, std::move(places), options_.http,
                                        options_.locations, options_.signatures);
}

std::unique_ptr<ImageDestination> DockerTransport::write(const Reference& reference) {
  Repository place = repository(reference);
  auto attachments = attachments_of(place);
  return std::make_unique<DockerDestination>(std::move(place), options_.locations,
                                             std::move(attachments), options_.signatures);
}

Repository DockerTransport::repository(const Reference& reference) {
  const PullSource target = push_target(options_.config, reference);
  return {registry_of(target.reference.name(), target.insecure, false), target.reference};
}

std::shared_ptr<Registry> DockerTransport::registry(const std::string& key) {
  return registry_of(key, is_insecure(options_.config, key), false);
}

/// Credentials may differ by repository, so each has its registry.
std::shared_ptr<Registry> DockerTransport::registry_of(const std::string& key, bool insecure,
                                                       bool is_mirror) {
  const std::lock_guard lock(mutex_);
  auto& registry = registries_[fmt::format("{} {} {}", key, insecure, is_mirror)];
  if (!registry) registry = make(key, insecure, is_mirror);
  return registry;
}

std::shared_ptr<Attachments> DockerTransport::attachments_of(const Repository& repository) {
  const std::lock_guard lock(mutex_);
  auto& attachments = attachments_[fmt::format("{} {}", fmt::ptr(repository.registry.get()),
                                               repository.reference.name())];
  if (!attachments) attachments = std::make_shared<Attachments>(repository);
  return attachments;
}

std::shared_ptr<Registry> DockerTransport::make(const std::string& key, bool insecure,
                                                bool is_mirror) {
  const std::string host(host_of_key(key));
  Registry::Options options{.host = host,
                            .insecure = insecure,
                            .http = options_.http,
                            .clock = options_.clock,
                            .progress = options_.progress};
  RegistryCertificates certificates;
  if (!is_mirror && options_.tls_verify) options.insecure = !*options_.tls_verify;
  if (!is_mirror && !options_.certificate_directory.empty()) {
    certificates = read_certificates(options_.certificate_directory);
  } else {
    certificates = find_certificates(host, options_.certificate_directories);
  }
  options.trust.authorities = certificates.authorities;
  if (!certificates.clients.empty()) {
    options.trust.client_certificate = certificates.clients.front().certificate;
    options.trust.client_key = certificates.clients.front().key;
  }
  if (!options_.anonymous) {
    CredentialOptions wanted = options_.credentials;
    // what is given on the command line is for the registry that is named there
    if (is_mirror) wanted.given.reset();
    options.credentials = find_credentials(wanted, key, *options_.progress);
  }
  return std::make_shared<Registry>(std::move(options));
}

}  // namespace lade::registry
