#include "libimage/transport/tarball.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <map>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/text.h"
#include "libimage/image/mutate.h"
#include "libimage/oci/config.h"
#include "libimage/oci/media_type.h"
#include "libimage/stream/cancellable.h"
#include "libimage/stream/codec.h"
#include "libimage/stream/digester.h"
#include "libimage/transport/blob_file.h"
#include "libimage/transport/temp_file.h"

namespace lade {
namespace {

struct Tarball {
  std::shared_ptr<const Fd> file;
  std::string name;
  Timestamp time;
  std::uint64_t size_bytes = 0;
};

/// All bytes of a tarball; keeps the file open.
class TarballBytes final : public Source {
 public:
  explicit TarballBytes(const Tarball& tarball)
      : file_(tarball.file), range_(file_->get(), 0, tarball.size_bytes, tarball.name) {}
  std::size_t read(std::span<std::byte> buffer) override { return range_.read(buffer); }

 private:
  std::shared_ptr<const Fd> file_;
  RangeSource range_;
};

std::unique_ptr<Source> whole(const Tarball& tarball) {
  return std::make_unique<TarballBytes>(tarball);
}

Compression compression_of(const Tarball& tarball) {
  std::array<std::byte, 8> head{};
  return sniff(std::span(head).first(pread_full(tarball.file->get(), head, 0)));
}

/// The bytes of `source` in a file without a name.
void spool(Tarball& tarball, Source& source, const std::string& directory) {
  Fd file = anonymous_file(directory);
  FdSink sink(file.get(), directory);
  tarball.size_bytes = copy(source, sink);
  tarball.file = std::make_shared<Fd>(std::move(file));
}

Tarball open_file(const std::string& path, const TransportContext& context) {
  if (path == "-") {
    Tarball tarball{.file = nullptr, .name = "standard input", .time = context.now};
    CancellableFdSource input(duplicate(context.stdin_fd), tarball.name, context.cancel);
    spool(tarball, input, context.temporary_directory);
    return tarball;
  }
  Fd file = open_to_read(path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_errno("cannot stat {}", path);
  const Timestamp changed{status.st_mtim.tv_sec, static_cast<std::int32_t>(status.st_mtim.tv_nsec)};
  Tarball tarball{.file = nullptr, .name = path, .time = context.epoch.value_or(changed)};
  if (S_ISREG(status.st_mode)) {
    tarball.size_bytes = static_cast<std::uint64_t>(status.st_size);
    tarball.file = std::make_shared<Fd>(std::move(file));
  } else {
    CancellableFdSource input(std::move(file), path, context.cancel);
    spool(tarball, input, context.temporary_directory);
  }
  return tarball;
}

class BorrowedSource final : public Source {
 public:
  explicit BorrowedSource(Source& inner) : inner_(inner) {}
  std::size_t read(std::span<std::byte> buffer) override { return inner_.read(buffer); }

 private:
  Source& inner_;
};

/// Reads the archive to its end: what is no tar must not become a layer.
Digest diff_id_of(Source& stored, Compression compression, const ExpansionLimit& limit,
                  const std::string& name) {
  const auto tar = open_decoder(std::make_unique<BorrowedSource>(stored), compression, limit);
  DigestSource digested(*tar);
  TarReader reader(digested, name);
  while (reader.next()) {
  }
  reader.drain(true);
  return digested.digest();
}

class TarballSource final : public ImageSource {
 public:
  TarballSource(std::string name, const std::vector<std::string>& paths,
                const TransportContext& context)
      : name_(std::move(name)), image_(author(paths, context)) {}

  std::string name() const override { return name_; }
  RawManifest manifest() override { return image_.manifest; }

  RawManifest manifest(const Descriptor& descriptor) override {
    if (descriptor.digest == image_.manifest.digest) return image_.manifest;
    fail(ErrorKind::not_found, "{} does not hold manifest {}", name_, descriptor.digest.str());
  }

  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    if (descriptor.digest == image_.config.digest) {
      return std::make_unique<StringSource>(image_.config_bytes);
    }
    const auto found = blobs_.find(descriptor.digest);
    if (found == blobs_.end()) fail_missing_blob(descriptor, name_);
    return whole(found->second);
  }

  std::optional<Fd> find_blob_file(const Descriptor& descriptor) override {
    const auto found = blobs_.find(descriptor.digest);
    if (found == blobs_.end()) return std::nullopt;
    // opened anew: a duplicate would share the position with every other reader
    return open_fd(fmt::format("/proc/self/fd/{}", found->second.file->get()), O_RDONLY);
  }

 private:
  AuthoredImage author(const std::vector<std::string>& paths, const TransportContext& context);
  NewLayer add(Tarball tarball, const TransportContext& context);
  NewLayer add_named(Tarball tarball, const std::string& path, const TransportContext& context);

  std::string name_;
  std::map<Digest, Tarball> blobs_;
  AuthoredImage image_;
};

AuthoredImage TarballSource::author(const std::vector<std::string>& paths,
                                    const TransportContext& context) {
  ImageConfig config;
  config.platform = context.platform;
  std::vector<Descriptor> layers;
  for (const std::string& path : paths) {
    Tarball tarball = open_file(path, context);
    const Timestamp time = tarball.time;
    const NewLayer layer = add_named(std::move(tarball), path, context);
    config.created = std::max(config.created.value_or(time), time);
    config.diff_ids.push_back(layer.diff_id);
    config.history.push_back(
        {.created = time,
         .created_by = fmt::format("/bin/sh -c #(nop) ADD file:{} in /", layer.diff_id.hex()),
         .author = "",
         .comment = "imported from tarball"});
    layers.push_back(layer.blob);
  }
  return author_image(config, std::move(layers), {}, ImageFormat::oci);
}

/// Decoders do not know whose bytes they read.
NewLayer TarballSource::add_named(Tarball tarball, const std::string& path,
                                  const TransportContext& context) {
  try {
    return add(std::move(tarball), context);
  } catch (Error& error) {
    if (error.message().find(path) == std::string::npos) error.add_context(path);
    throw;
  }
}

NewLayer TarballSource::add(Tarball tarball, const TransportContext& context) {
  Compression compression = compression_of(tarball);
  if (compression == Compression::xz || compression == Compression::bzip2) {
    const auto unpacked =
        open_decoder(cancellable(whole(tarball), context.cancel), compression, context.expansion);
    Tarball plain = tarball;
    spool(plain, *unpacked, context.temporary_directory);
    tarball = std::move(plain);
    compression = Compression::none;
  }
  const auto stored = cancellable(whole(tarball), context.cancel);
  DigestSource digested(*stored);
  const Digest diff_id = diff_id_of(digested, compression, context.expansion, tarball.name);
  const Descriptor blob{.media_type = media_type::layer_type(false, compression),
                        .digest = digested.digest(),
                        .size_bytes = tarball.size_bytes};
  blobs_.try_emplace(blob.digest, std::move(tarball));
  return {.blob = blob, .diff_id = diff_id};
}

}  // namespace

std::unique_ptr<ImageSource> open_tarball(const std::string& details,
                                          const TransportContext& context) {
  const std::vector<std::string> paths = split(details, ':');
  for (const std::string& path : paths) {
    if (path.empty()) {
      fail(ErrorKind::invalid, "\"tarball:{}\" has an empty path; wanted tarball:path[:path...]",
           details);
    }
  }
  return std::make_unique<TarballSource>("tarball:" + details, paths, context);
}

}  // namespace lade
