#include "cmd/lookaside_shelf.h"

#include <mutex>
#include <optional>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "registry/config/lookaside.h"
#include "signing/gpg/lookaside.h"

namespace lade::cmd {
namespace {

class LookasideShelf final : public registry::SignatureShelf {
 public:
  LookasideShelf(registry::UserEnvironment environment, std::shared_ptr<registry::HttpClient> http)
      : environment_(std::move(environment)), http_(std::move(http)) {}

  std::vector<std::string> read(const Reference& image, const Digest& manifest) override {
    return read_at(storage_of(image).read_url, manifest);
  }

  bool has_room(const Reference& image) override {
    const auto storage = storage_of(image);
    return storage.write_url && storage.write_url->starts_with("file:");
  }

  std::vector<std::string> staged(const Reference& image, const Digest& manifest) override {
    return read_at(storage_of(image).write_url, manifest);
  }

  void write(const Reference& image, const Digest& manifest,
             const std::vector<std::string>& signatures) override {
    const auto storage = storage_of(image);
    if (!storage.write_url) {
      fail(ErrorKind::unsupported, "{} names no place for signatures of {}", storage.origin,
           image.str());
    }
    try {
      for (const std::string& signature : signatures) {
        signing::write_lookaside(address(*storage.write_url, manifest), signature);
      }
    } catch (Error& error) {
      error.add_context(fmt::format("write signatures of {} where {} says", image.str(),
                                    storage.origin.empty() ? "registries.d" : storage.origin));
      throw;
    }
  }

 private:
  static signing::SignatureAddress address(const std::string& url, const Digest& manifest) {
    return
        [url, manifest](unsigned number) { return registry::signature_url(url, manifest, number); };
  }

  std::vector<std::string> read_at(const std::optional<std::string>& url, const Digest& manifest) {
    if (!url) return {};
    return signing::read_lookaside(address(*url, manifest),
                                   [this](const std::string& page) { return fetch(page); });
  }

  std::optional<std::string> fetch(const std::string& url) {
    const registry::HttpResponse response = http_->send({.url = url});
    if (response.status == 404 || response.status == 410) return std::nullopt;
    if (!response.ok()) {
      fail(registry::kind_of_status(response.status), "{} answers with the status {}",
           printable(url), response.status);
    }
    return read_all(*response.body, signing::lookaside_limit_bytes, url);
  }

  registry::SignatureStorage storage_of(const Reference& image) {
    std::call_once(once_, [this] {
      config_ = registry::load_lookaside(registry::lookaside_directory(environment_));
    });
    return registry::find_signature_storage(config_, image, environment_);
  }

  registry::UserEnvironment environment_;
  std::shared_ptr<registry::HttpClient> http_;
  std::once_flag once_;
  registry::LookasideConfig config_;
};

}  // namespace

std::shared_ptr<registry::SignatureShelf> make_lookaside_shelf(
    registry::UserEnvironment environment, std::shared_ptr<registry::HttpClient> http) {
  return std::make_shared<LookasideShelf>(std::move(environment), std::move(http));
}

}  // namespace lade::cmd
