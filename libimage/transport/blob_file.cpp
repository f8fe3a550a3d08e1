#include "libimage/transport/blob_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "libimage/oci/hasher.h"

namespace lade {
namespace {

class FileBlobWriter final : public BlobWriter {
 public:
  FileBlobWriter(const std::string& prefix, HashAlgorithm algorithm, KeepBlob keep)
      : file_(prefix), hasher_(algorithm), keep_(std::move(keep)) {}

  FileBlobWriter(PartialBlob beginning, KeepBlob keep)
      : file_(std::move(beginning.path), std::move(beginning.file)),
        hasher_(std::move(beginning.hasher)),
        keep_(std::move(keep)),
        held_bytes_(beginning.size_bytes),
        size_bytes_(beginning.size_bytes),
        lasting_(true) {}

  ~FileBlobWriter() override {
    if (lasting_ && size_bytes_ >= partial_blob_least_bytes) file_.release();
  }

  std::uint64_t held_bytes() const override { return held_bytes_; }

  using Sink::write;
  void write(std::span<const std::byte> bytes) override {
    write_full(file_.fd(), bytes);
    hasher_.update(bytes);
    size_bytes_ += bytes.size();
  }

  Descriptor commit(const Descriptor* expected) override {
    Descriptor blob{.media_type = "", .digest = hasher_.finish(), .size_bytes = size_bytes_};
    if (expected != nullptr) {
      // what is wrong is no beginning for anybody
      const bool lasting = std::exchange(lasting_, false);
      verify(blob, *expected);
      lasting_ = lasting;
    }
    keep_(file_, blob);
    return blob;
  }

 private:
  static void verify(const Descriptor& got, const Descriptor& wanted) {
    if (got.size_bytes != wanted.size_bytes) {
      fail(ErrorKind::corrupt, "blob {} has {} bytes instead of {}", wanted.digest.str(),
           got.size_bytes, wanted.size_bytes);
    }
    if (got.digest != wanted.digest) {
      fail(ErrorKind::corrupt, "blob {} has the digest {}", wanted.digest.str(), got.digest.str());
    }
  }

  TempFile file_;
  Hasher hasher_;
  KeepBlob keep_;
  std::uint64_t held_bytes_ = 0;
  std::uint64_t size_bytes_ = 0;
  bool lasting_ = false;
};

}  // namespace

std::unique_ptr<BlobWriter> make_blob_writer(const std::string& prefix, HashAlgorithm algorithm,
                                             KeepBlob keep) {
  return std::make_unique<FileBlobWriter>(prefix, algorithm, std::move(keep));
}

std::unique_ptr<BlobWriter> make_blob_writer(PartialBlob beginning, KeepBlob keep) {
  return std::make_unique<FileBlobWriter>(std::move(beginning), std::move(keep));
}

std::optional<Fd> find_regular_file(const std::string& path) {
  Fd file;
  try {
    file = open_fd(path, O_RDONLY | O_NONBLOCK);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return std::nullopt;
    throw;
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_errno("cannot stat {}", path);
  if (!S_ISREG(status.st_mode)) fail(ErrorKind::corrupt, "{} is not a regular file", path);
  return file;
}

std::unique_ptr<Source> open_blob_file(const std::string& path, const Descriptor& descriptor,
                                       const std::string& where) {
  auto file = find_regular_file(path);
  if (!file) fail_missing_blob(descriptor, where);
  return std::make_unique<FdSource>(std::move(*file), path);
}

void fail_missing_blob(const Descriptor& descriptor, const std::string& where) {
  fail(ErrorKind::not_found, "{} does not hold blob {}", where, descriptor.digest.str());
}

RawManifest read_manifest_blob(Source& source, const Descriptor& descriptor,
                               const std::string& where) {
  const std::string what = fmt::format("manifest {} of {}", descriptor.digest.str(), where);
  std::string bytes = read_all(source, manifest_limit_bytes, what);
  if (bytes.size() != descriptor.size_bytes) {
    fail(ErrorKind::corrupt, "{} has {} bytes instead of {}", what, bytes.size(),
         descriptor.size_bytes);
  }
  const Digest digest = digest_of(bytes, descriptor.digest.algorithm());
  if (digest != descriptor.digest) {
    fail(ErrorKind::corrupt, "{} has the digest {}", what, digest.str());
  }
  std::string type = descriptor.media_type;
  if (type.empty()) type = guess_manifest_type(bytes, what);
  return {.bytes = std::move(bytes), .media_type = std::move(type), .digest = digest};
}

}  // namespace lade
