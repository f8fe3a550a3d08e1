#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/fd.h"
#include "libimage/base/time.h"
#include "libimage/image/referrer.h"
#include "libimage/oci/compression.h"
#include "libimage/oci/descriptor.h"
#include "libimage/oci/manifest.h"
#include "libimage/oci/reference.h"
#include "libimage/stream/sink.h"
#include "libimage/stream/source.h"

/// The edge of the world: what images come from and go to. Every implementation passes the
/// contract suite in tests/contract.
namespace lade {

/// An image (or index, or artifact) that can be read. Calls may come from several threads.
class ImageSource {
 public:
  virtual ~ImageSource() = default;
  /// How the user names it, with transport.
  virtual std::string name() const = 0;
  /// The manifest or index the name stands for. Bytes are bounded; the caller parses them.
  virtual RawManifest manifest() = 0;
  /// A manifest by descriptor (an instance of an index, a referrer), verified. `not_found` if the
  /// source does not hold it.
  virtual RawManifest manifest(const Descriptor& descriptor) = 0;
  /// The bytes of a blob as they are stored, unverified. `not_found` if it is not there.
  virtual std::unique_ptr<Source> open_blob(const Descriptor& descriptor) = 0;
  /// The same from a byte on; no more than `first_byte` bytes are read in vain.
  virtual std::unique_ptr<Source> open_blob_at(const Descriptor& descriptor,
                                               std::uint64_t first_byte);
  /// What the name stands for, as cheaply as it can be told.
  virtual Descriptor find_top() { return manifest().descriptor(); }
  /// The file that is the blob, byte for byte, where there is one: lets a copy be a reflink.
  virtual std::optional<Fd> find_blob_file(const Descriptor&) { return std::nullopt; }
  /// What is known to be about a manifest, whether or not the source has that one; `manifest`
  /// reads them. An answer is one step: those may have referrers of their own.
  virtual std::vector<Referrer> referrers(const Digest& /*subject*/) { return {}; }
  /// The signatures that lie beside a manifest as files (containers-signature(5)), in order. Those
  /// that are manifests themselves are referrers.
  virtual std::vector<std::string> signatures(const Digest& /*manifest*/) { return {}; }
};

/// A blob being written. Destroyed without commit, it leaves no trace, but perhaps a beginning for
/// the next writer of the same blob.
class BlobWriter : public Sink {
 public:
  /// How much it begins with: what a writer that was interrupted left of the same blob. What is
  /// written follows that. Should it be wrong, `commit` says `corrupt`, and the next writer begins
  /// with nothing.
  virtual std::uint64_t held_bytes() const { return 0; }
  /// Makes the blob last under its digest and returns digest and size (no media type). With
  /// `expected`, a differing size or digest is `corrupt` and nothing is kept.
  virtual Descriptor commit(const Descriptor* expected) = 0;
};

/// What a destination can take.
struct DestinationAbilities {
  bool indexes = true;      ///< more than one manifest
  bool any_blobs = true;    ///< artifacts and blobs that are no layers
  bool oci = true;          ///< OCI manifests
  bool docker = true;       ///< Docker v2s2 manifests
  bool referrers = false;   ///< manifests that are about those of the image
  bool signatures = false;  ///< signatures as files beside manifests
  /// Layers must be stored in this form (docker-archive: none).
  std::optional<Compression> layer_compression{};
};

/// Where an image can be written. Order: blobs, then manifests bottom-up, then referrers, then
/// `commit` with the top one. Nothing is visible under the destination's name before `commit`
/// returns; after it, everything is, whole. Blob calls may come from several threads.
class ImageDestination {
 public:
  virtual ~ImageDestination() = default;
  virtual std::string name() const = 0;
  virtual const DestinationAbilities& abilities() const = 0;
  virtual bool has_blob(const Descriptor& descriptor) = 0;
  /// `expected` is the blob that will be written; a size of 0 says that nobody knows it yet: a
  /// layer that is being recompressed has the new media type, and the diff id for a digest.
  virtual std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) = 0;
  /// Takes a blob from the file that is it (a reflink, a copy in the kernel) if that is better
  /// than being written to; false if not. Verifies like BlobWriter::commit and keeps nothing that
  /// is not `expected`. The descriptor stays the caller's.
  /// `told` hears how many bytes of it are through so far; what is sent again counts anew.
  virtual bool adopt_blob_file(const Descriptor& /*expected*/, int /*file*/,
                               const std::function<void(std::uint64_t)>& /*told*/) {
    return false;
  }
  virtual void put_manifest(const RawManifest& manifest) = 0;
  /// Takes a manifest that is about one that was put (or about such a one), by its own subject or,
  /// if there is one, by cosign's tag. Its blobs are there. Only where `abilities` says so.
  virtual void put_referrer(const RawManifest& manifest, const std::string& tag);
  /// What of that it has already, as far as it can be told before it is written.
  virtual std::vector<Referrer> referrers(const Digest& /*subject*/) { return {}; }
  /// Takes the signatures that lie beside a manifest as files, before `commit`. Only where
  /// `abilities` says so.
  virtual void put_signatures(const Digest& manifest, const std::vector<std::string>& signatures);
  /// Those that it has already.
  virtual std::vector<std::string> signatures(const Digest& /*manifest*/) { return {}; }
  /// What its name stands for now, if that is there with all its blobs (an index may lack images);
  /// nothing if it cannot be told cheaply.
  virtual std::optional<Descriptor> find_top() { return std::nullopt; }
  /// Is a manifest there with all its blobs? No, if it cannot be told cheaply.
  virtual bool has_manifest(const Descriptor& /*manifest*/) { return false; }
  virtual void commit(const RawManifest& top) = 0;
  /// Instead of `commit`: makes what put_referrer took last beside an image that is there already,
  /// whatever its name stands for by now. `unsupported` where that means writing all of it anew.
  virtual void commit_referrers();
};

/// Resolves what FROM, COPY --from and the commands name to an image in reach.
class ImageResolver {
 public:
  virtual ~ImageResolver() = default;
  /// `not_found` says where was looked.
  virtual std::unique_ptr<ImageSource> open(const std::string& name, const Platform& platform) = 0;
};

/// A document on the network, for ADD.
struct FetchedUrl {
  std::unique_ptr<Source> body;
  std::optional<std::uint64_t> size_bytes;
  std::optional<Timestamp> last_modified;
  std::string file_name;  ///< from Content-Disposition or the URL's path; may be empty
};

class UrlFetcher {
 public:
  virtual ~UrlFetcher() = default;
  virtual FetchedUrl fetch(const std::string& url) = 0;
};

/// Where a git repository is, and what of it is wanted.
struct RepositoryRequest {
  std::string remote;  ///< as git takes it; may hold a password, which is shown nowhere
  std::string ref;     ///< branch, tag, full ref name or commit id; empty: the default branch
  bool keep_git_directory = false;
};

/// A ref as it stands.
struct RepositoryCommit {
  std::string id;     ///< 40 or 64 hex digits
  std::string ref;    ///< full name; empty if the request named a commit
  std::string tag{};  ///< id of the annotated tag that leads to the commit; else empty
};

struct FetchedRepository {
  /// A tar of the files as a checkout has them: owned by root, modes 0755 and 0644, with the time
  /// of the commit. Submodules are empty directories.
  std::unique_ptr<Source> files;
  /// If wanted: the repository itself, ready to be called .git; `info` in it is no part of it.
  std::string git_directory;
  Timestamp committed{};
  std::vector<std::string> submodules{};  ///< paths
};

/// Git repositories on the network, for ADD and build contexts. What a repository holds is never
/// run.
class RepositoryFetcher {
 public:
  virtual ~RepositoryFetcher() = default;
  /// `not_found` if there is no such ref; asks nobody if the ref is a whole commit id. Work files
  /// go to `directory`, which the caller removes.
  virtual RepositoryCommit resolve(const RepositoryRequest& request,
                                   const std::string& directory) = 0;
  /// Fetches a commit that `resolve` found, without its history if the server can. `directory` must
  /// stay until `files` is read and the repository is used.
  virtual FetchedRepository fetch(const RepositoryRequest& request, const RepositoryCommit& commit,
                                  const std::string& directory) = 0;
};

/// Asked before an image is used: policy.
class Admission {
 public:
  virtual ~Admission() = default;
  /// Throws `denied` with the rule that decided.
  virtual void admit(ImageSource& source, const RawManifest& manifest) = 0;
};

}  // namespace lade
