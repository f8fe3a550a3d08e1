// A store has locks, drivers and a record of everything, and its rules are those of the programs it
// belongs to. So nothing is written to it from here: the image is packed into an archive, which
// podman or buildah takes as it would take any other.
#include <unistd.h>

#include "libimage/base/child.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"
#include "libimage/containers/containers_storage.h"
#include "libimage/oci/manifest.h"
#include "libimage/stream/cancellable.h"
#include "libimage/transport/oci_archive.h"

namespace lade {
namespace {

constexpr std::uint64_t output_limit_bytes = 1U << 20U;
constexpr std::string_view archive_name = "image.tar";

std::string find_writer(const std::string& name) {
  for (const char* program : {"podman", "buildah"}) {
    if (auto path = find_program(program)) return std::move(*path);
  }
  fail(ErrorKind::unsupported,
       "{} can only be written to through podman or buildah: install one of them (package podman "
       "or buildah)",
       name);
}

/// The flags that podman and buildah share.
std::vector<std::string> place_flags(const ContainersPlace& place) {
  std::vector<std::string> flags = {"--root", place.root};
  const auto add = [&](const char* flag, const std::string& value) {
    if (!value.empty()) flags.insert(flags.end(), {flag, value});
  };
  add("--runroot", place.run_root);
  add("--storage-driver", place.driver);
  for (const std::string& option : place.options) add("--storage-opt", option);
  return flags;
}

std::string last_line(const std::string& output) {
  const std::string_view text = trim(output);
  return std::string(text.substr(text.rfind('\n') + 1));
}

class ContainersDestination final : public ImageDestination {
 public:
  ContainersDestination(std::string name, const Reference& reference,
                        const std::optional<ContainersPlace>& place, TransportContext context)
      : name_(std::move(name)),
        program_(find_writer(name_)),
        place_(place),
        context_(std::move(context)),
        directory_(context_.temporary_directory),
        archive_(write_oci_archive(
            fmt::format("{}/{}:{}", directory_.path(), archive_name, reference.str()), context_)) {}

  std::string name() const override { return name_; }
  const DestinationAbilities& abilities() const override { return abilities_; }
  bool has_blob(const Descriptor& descriptor) override { return archive_->has_blob(descriptor); }
  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) override {
    return archive_->begin_blob(expected);
  }
  void put_manifest(const RawManifest& manifest) override { archive_->put_manifest(manifest); }

  void commit(const RawManifest& top) override {
    archive_->commit(top);
    const std::string id = hand_over();
    const Manifest manifest = parse_manifest(top.bytes, top.media_type, name_);
    if (id != manifest.config.digest.hex()) {
      fail(ErrorKind::internal, "{}: {} took image {} for {}", name_, program_,
           manifest.config.digest.hex(), printable(id));
    }
  }

 private:
  /// The id that the program gives the image.
  std::string hand_over() {
    auto [output, input] = make_pipe();
    ChildOptions options;
    options.argv = {program_};
    options.stdout_fd = input.get();
    options.stderr_fd = input.get();
    if (place_) {
      for (std::string& flag : place_flags(*place_)) options.argv.push_back(std::move(flag));
    }
    options.argv.insert(options.argv.end(),
                        {"pull", "-q", fmt::format("oci-archive:{}", archive_name)});
    // what is left out of the name cannot be misread as a part of it
    options.directory = directory_.path();
    Child child(options);
    input.reset();
    CancellableFdSource source(std::move(output), program_, context_.cancel);
    const std::string text = read_all(source, output_limit_bytes, "what " + program_ + " says");
    const ExitStatus status = child.wait();
    if (status.code != 0) {
      fail(ErrorKind::io, "{}: {} failed with code {}: {}", name_, program_, status.code,
           printable(last_line(text)));
    }
    return last_line(text);
  }

  std::string name_;
  std::string program_;
  std::optional<ContainersPlace> place_;
  TransportContext context_;
  TempDir directory_;
  std::unique_ptr<ImageDestination> archive_;
  DestinationAbilities abilities_{.indexes = false, .any_blobs = false};
};

}  // namespace

std::unique_ptr<ImageDestination> write_containers_storage(const std::string& details,
                                                           const TransportContext& context) {
  const ContainersName name = parse_containers_name(details);
  const std::string shown = "containers-storage:" + details;
  if (!name.id.empty() || !name.reference || name.reference->digest()) {
    fail(ErrorKind::invalid, "{}: an image is written under a name with a tag, not an id or digest",
         printable(shown));
  }
  return std::make_unique<ContainersDestination>(shown, *name.reference, name.place, context);
}

}  // namespace lade
