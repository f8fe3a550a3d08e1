#pragma once

#include <memory>
#include <string>

#include "registry/client/docker_destination.h"
#include "registry/client/docker_source.h"
#include "registry/http/http_client.h"
#include "tests/support/fake_registry.h"

namespace lade::registry {

/// A client whose pauses are short, and repositories of a fake registry seen through it.
class Fixture {
 public:
  Fixture() {
    HttpOptions options;
    options.pause = std::chrono::milliseconds(1);
    http_ = std::make_shared<HttpClient>(std::move(options));
  }

  Repository repository(const std::string& name = "team/app:1") {
    return {open({}), Reference::parse(fake.host() + "/" + name)};
  }
  std::shared_ptr<Registry> open(std::optional<Credentials> credentials) {
    return std::make_shared<Registry>(Registry::Options{.host = fake.host(),
                                                        .insecure = true,
                                                        .credentials = std::move(credentials),
                                                        .http = http_,
                                                        .clock = [] { return Timestamp{}; },
                                                        .progress = &progress});
  }
  std::unique_ptr<DockerSource> source(const std::string& name = "team/app:1") {
    Repository place = repository(name);
    const Reference reference = place.reference;
    return std::make_unique<DockerSource>(reference, std::vector<PullPlace>{{std::move(place)}},
                                          http_, locations);
  }
  std::unique_ptr<DockerDestination> destination(const std::string& name = "team/app:1") {
    return std::make_unique<DockerDestination>(repository(name), locations);
  }

  /// Keeps what it is told.
  struct Warnings final : Progress {
    std::unique_ptr<ProgressTask> begin(std::string_view name, std::uint64_t total) override {
      return no_progress().begin(name, total);
    }
    void warning(std::string_view message) override { all.emplace_back(message); }
    std::vector<std::string> all;
  };

  FakeRegistry fake;
  Warnings progress;
  std::shared_ptr<HttpClient> http_;
  std::shared_ptr<BlobLocations> locations = std::make_shared<BlobLocations>();
};

}  // namespace lade::registry
