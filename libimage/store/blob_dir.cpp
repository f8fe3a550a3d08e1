#include "libimage/store/blob_dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/oci/hasher.h"
#include "libimage/store/leases.h"
#include "libimage/store/listing.h"
#include "libimage/store/partial_blob.h"

// A name in blobs/ is a promise that the bytes behind it are whole, which must hold after a power
// cut as well: a blob is written to tmp/, hashed on the way, fsynced and only then renamed. What
// may be lost is the name itself, until the directory is fsynced; nobody minds as long as no row
// points at it. So that second fsync is put off to `sync`, which whoever writes such a row calls
// first: one for all blobs of a build, whichever process wrote them. (The first one cannot be
// shared: on ext4 a hundred fsyncs in a row cost as much as a hundred spread over the writing.)
namespace lade {
namespace {

/// Every so many bytes the kernel is told to begin writing, so that the final fsync finds little
/// left to do.
constexpr std::uint64_t writeback_step_bytes = 16U << 20U;

std::optional<std::uint64_t> find_file_size(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size);
  }
  if (errno != ENOENT) fail_errno("cannot look for {}", path);
  return std::nullopt;
}

class FileBlobWriter final : public BlobWriter {
 public:
  FileBlobWriter(HashAlgorithm algorithm, std::shared_ptr<Session> session)
      : session_(std::move(session)),
        path_(session_->new_path("blob")),
        file_(open_fd(path_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600)),
        hasher_(algorithm) {}

  /// Carries on with a beginning, which is kept for another if this one does not end well.
  FileBlobWriter(PartialBlob partial, std::shared_ptr<Session> session)
      : session_(std::move(session)),
        path_(std::move(partial.path)),
        file_(std::move(partial.file)),
        hasher_(std::move(partial.hasher)),
        held_bytes_(partial.size_bytes),
        size_bytes_(partial.size_bytes),
        flushed_bytes_(partial.size_bytes),
        lasting_(true) {}

  ~FileBlobWriter() override {
    const bool worth_keeping = lasting_ && size_bytes_ >= partial_blob_least_bytes;
    if (file_ && !worth_keeping) ::unlink(path_.c_str());
  }

  std::uint64_t held_bytes() const override { return held_bytes_; }

  using Sink::write;
  void write(std::span<const std::byte> bytes) override {
    require_open();
    hasher_.update(bytes);
    try {
      write_full(file_.get(), bytes);
    } catch (Error& error) {
      error.add_context("cannot store a blob in " + session_->layout().root);
      throw;
    }
    size_bytes_ += bytes.size();
    if (size_bytes_ - flushed_bytes_ >= writeback_step_bytes) start_writeback();
  }

  Descriptor commit(const Descriptor* expected) override {
    require_open();
    const Digest digest = hasher_.finish();
    if (expected != nullptr) verify(digest, *expected);
    session_->protect(blob_line(digest));
    const std::string target = session_->layout().blob(digest);
    if (find_file_size(target) == size_bytes_) {
      ::unlink(path_.c_str());
    } else {
      put_in_place(target);
    }
    file_.reset();
    return {"", digest, size_bytes_};
  }

 private:
  void require_open() const {
    if (!file_) fail(ErrorKind::internal, "a blob was used after its commit");
  }

  void start_writeback() {
    ::sync_file_range(file_.get(), static_cast<off_t>(flushed_bytes_),
                      static_cast<off_t>(size_bytes_ - flushed_bytes_), SYNC_FILE_RANGE_WRITE);
    flushed_bytes_ = size_bytes_;
  }

  void verify(const Digest& digest, const Descriptor& expected) {
    // what is wrong is no beginning for anybody
    lasting_ = false;
    if (size_bytes_ != expected.size_bytes) {
      fail(ErrorKind::corrupt, "cannot store blob {}: wanted {} bytes, got {}",
           expected.digest.str(), expected.size_bytes, size_bytes_);
    }
    if (digest != expected.digest) {
      fail(ErrorKind::corrupt, "cannot store blob {}: its bytes have the digest {}",
           expected.digest.str(), digest.str());
    }
  }

  void put_in_place(const std::string& target) {
    if (::fchmod(file_.get(), 0444) != 0) fail_errno("cannot set the mode of {}", path_);
    if (::fsync(file_.get()) != 0) fail_errno("cannot sync {}", path_);
    if (::rename(path_.c_str(), target.c_str()) != 0) fail_errno("cannot make {}", target);
  }

  std::shared_ptr<Session> session_;
  std::string path_;
  Fd file_;
  Hasher hasher_;
  std::uint64_t held_bytes_ = 0;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t flushed_bytes_ = 0;
  bool lasting_ = false;
};

}  // namespace

std::optional<std::uint64_t> BlobDir::find_size(const Digest& digest) const {
  return find_file_size(layout_.blob(digest));
}

Fd BlobDir::open(const Digest& digest) const {
  try {
    return open_fd(layout_.blob(digest), O_RDONLY | O_NOFOLLOW);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    fail(ErrorKind::not_found, "blob {} is not in the store at {}", digest.str(), layout_.root);
  }
}

std::string BlobDir::read(const Digest& digest, std::size_t limit_bytes) const {
  const Fd file = open(digest);
  std::string bytes = read_all(file.get(), "blob " + digest.str(), limit_bytes);
  const Digest got = digest_of(bytes, digest.algorithm());
  if (got != digest) {
    fail(ErrorKind::corrupt, "blob {} in the store at {} is damaged: its bytes have the digest {}",
         digest.str(), layout_.root, got.str());
  }
  return bytes;
}

std::unique_ptr<BlobWriter> BlobDir::begin(HashAlgorithm algorithm,
                                           std::shared_ptr<Session> session) const {
  return std::make_unique<FileBlobWriter>(algorithm, std::move(session));
}

std::unique_ptr<BlobWriter> BlobDir::begin(const Descriptor& expected,
                                           std::shared_ptr<Session> session) const {
  if (expected.size_bytes >= partial_blob_least_bytes) {
    if (auto partial = open_partial_blob(layout_, expected)) {
      return std::make_unique<FileBlobWriter>(*std::move(partial), std::move(session));
    }
  }
  return begin(expected.digest.algorithm(), std::move(session));
}

void BlobDir::sync() const {
  sync_directory(layout_.blobs(HashAlgorithm::sha256));
  // hardly anybody has any of these, and a sync waits for the disk even if there is nothing to do
  const std::string rare = layout_.blobs(HashAlgorithm::sha512);
  if (!list_directory(rare).empty()) sync_directory(rare);
}

void BlobDir::walk(const std::function<void(const Digest&)>& blob,
                   const std::function<void(const std::string&)>& foreign) const {
  for (const std::string& algorithm : list_directory(layout_.blobs())) {
    const std::string directory = layout_.blobs() + "/" + algorithm;
    if (algorithm != "sha256" && algorithm != "sha512") {
      foreign(directory);
      continue;
    }
    for (const std::string& name : list_directory(directory)) {
      const auto digest = Digest::try_parse(algorithm + ":" + name);
      digest ? blob(*digest) : foreign(directory + "/" + name);
    }
  }
}

}  // namespace lade
