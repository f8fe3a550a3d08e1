#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/guarded.h"
#include "libimage/image/interfaces.h"
#include "libimage/oci/hasher.h"
#include "libimage/stream/digester.h"
#include "libimage/stream/source.h"

/// Images that live in memory and misbehave on request: the fakes behind tests of whatever takes an
/// ImageSource or an ImageDestination.
namespace lade {

/// How the bytes of a blob go wrong on the way.
struct BlobFault {
  std::optional<std::uint64_t> fail_at{};      ///< reading throws `kind` at this byte
  std::optional<std::uint64_t> truncate_at{};  ///< it ends here as if it were whole
  std::string append{};                        ///< comes after the end
  std::optional<std::uint64_t> flip_at{};      ///< this byte is another one
  ErrorKind kind = ErrorKind::unavailable;
};

/// Hands bytes out in pieces of `step` bytes, with a fault.
class FaultySource final : public Source {
 public:
  FaultySource(std::string bytes, BlobFault fault, std::size_t step)
      : bytes_(std::move(bytes)), fault_(std::move(fault)), step_(step) {
    if (fault_.flip_at && *fault_.flip_at < bytes_.size()) bytes_[*fault_.flip_at] ^= 1;
    if (fault_.truncate_at)
      bytes_.resize(std::min<std::size_t>(*fault_.truncate_at, bytes_.size()));
    bytes_ += fault_.append;
  }

  std::size_t read(std::span<std::byte> buffer) override {
    std::size_t end = bytes_.size();
    if (fault_.fail_at) {
      if (at_ >= *fault_.fail_at) fail(fault_.kind, "the line broke at byte {}", at_);
      end = std::min<std::size_t>(end, *fault_.fail_at);
    }
    const std::size_t count = std::min({buffer.size(), end - at_, step_});
    std::copy_n(as_bytes(bytes_).begin() + static_cast<std::ptrdiff_t>(at_), count, buffer.begin());
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  BlobFault fault_;
  std::size_t step_;
  std::size_t at_ = 0;
};

class MemoryImageSource : public ImageSource {
 public:
  explicit MemoryImageSource(std::string name = "memory:source") : name_(std::move(name)) {}

  // -- what it holds
  Descriptor add_blob(std::string bytes, std::string media_type) {
    Descriptor blob{std::move(media_type), digest_of(bytes), bytes.size()};
    blobs_.insert_or_assign(blob.digest, std::move(bytes));
    return blob;
  }
  /// Bytes under a digest that need not be theirs.
  void set_blob(const Digest& digest, std::string bytes) {
    blobs_.insert_or_assign(digest, std::move(bytes));
  }
  Descriptor add_manifest(const RawManifest& manifest) {
    manifests_.insert_or_assign(manifest.digest, manifest);
    return manifest.descriptor();
  }
  void set_top(RawManifest manifest) {
    add_manifest(manifest);
    top_ = std::move(manifest);
  }
  /// Something that is about a manifest; its own subject says which, or a tag of cosign's.
  void attach(const RawManifest& manifest, const std::string& tag = {}) {
    add_manifest(manifest);
    attached_.push_back({referrer_descriptor(manifest), tag});
    subjects_.push_back(tag.empty() ? find_subject(manifest)->digest : *find_cosign_subject(tag));
  }
  void remove_blob(const Digest& digest) { blobs_.erase(digest); }
  void remove_manifest(const Digest& digest) { manifests_.erase(digest); }
  void set_fault(const Digest& digest, BlobFault fault) {
    faults_.insert_or_assign(digest, std::move(fault));
  }
  /// Bytes a read gives at most.
  void set_step(std::size_t step) { step_ = step; }
  const std::string& blob(const Digest& digest) const { return blobs_.at(digest); }
  const std::map<Digest, std::string>& blobs() const { return blobs_; }

  /// How often a blob was opened.
  std::size_t opened(const Digest& digest) {
    return opened_.with([&](const auto& all) { return all.count(digest); });
  }
  std::size_t opened() {
    return opened_.with([](const auto& all) { return all.size(); });
  }

  // -- ImageSource
  std::string name() const override { return name_; }
  RawManifest manifest() override {
    if (!top_) fail(ErrorKind::not_found, "{} holds no image", name_);
    return *top_;
  }
  RawManifest manifest(const Descriptor& descriptor) override {
    const auto found = manifests_.find(descriptor.digest);
    if (found == manifests_.end()) {
      fail(ErrorKind::not_found, "{} has no manifest {}", name_, descriptor.digest.str());
    }
    return found->second;
  }
  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    const auto found = blobs_.find(descriptor.digest);
    if (found == blobs_.end()) {
      fail(ErrorKind::not_found, "{} has no blob {}", name_, descriptor.digest.str());
    }
    opened_.with([&](auto& all) { all.insert(descriptor.digest); });
    const auto fault = faults_.find(descriptor.digest);
    return std::make_unique<FaultySource>(
        found->second, fault == faults_.end() ? BlobFault{} : fault->second, step_);
  }
  std::vector<Referrer> referrers(const Digest& subject) override {
    std::vector<Referrer> found;
    for (std::size_t i = 0; i < attached_.size(); ++i) {
      if (subjects_[i] == subject) found.push_back(attached_[i]);
    }
    return found;
  }

 private:
  std::string name_;
  std::optional<RawManifest> top_;
  std::map<Digest, std::string> blobs_;
  std::map<Digest, RawManifest> manifests_;
  std::vector<Referrer> attached_;
  std::vector<Digest> subjects_;  ///< of those
  std::map<Digest, BlobFault> faults_;
  std::size_t step_ = SIZE_MAX;
  Guarded<std::multiset<Digest>> opened_;
};

/// Hands every question on to a source that outlives it: for who must own a source.
class ForwardingSource : public ImageSource {
 public:
  explicit ForwardingSource(ImageSource& inner) : inner_(inner) {}
  std::string name() const override { return inner_.name(); }
  RawManifest manifest() override { return inner_.manifest(); }
  RawManifest manifest(const Descriptor& one) override { return inner_.manifest(one); }
  std::unique_ptr<Source> open_blob(const Descriptor& one) override {
    return inner_.open_blob(one);
  }
  std::unique_ptr<Source> open_blob_at(const Descriptor& one, std::uint64_t first) override {
    return inner_.open_blob_at(one, first);
  }
  Descriptor find_top() override { return inner_.find_top(); }
  std::optional<Fd> find_blob_file(const Descriptor& one) override {
    return inner_.find_blob_file(one);
  }
  std::vector<Referrer> referrers(const Digest& subject) override {
    return inner_.referrers(subject);
  }
  std::vector<std::string> signatures(const Digest& manifest) override {
    return inner_.signatures(manifest);
  }

 private:
  ImageSource& inner_;
};

/// Where a destination stops working; counts are over its whole life.
struct DestinationFault {
  std::optional<std::uint64_t> fail_at_byte{};    ///< of all blob bytes written
  std::optional<std::size_t> fail_at_commit{};    ///< of the n-th blob (from 0)
  std::optional<std::size_t> fail_at_manifest{};  ///< the n-th put_manifest (from 0)
  bool fail_at_name = false;                      ///< the final commit
};

class MemoryImageDestination final : public ImageDestination {
 public:
  explicit MemoryImageDestination(DestinationAbilities abilities = {},
                                  std::string name = "memory:destination")
      : abilities_(abilities), name_(std::move(name)) {}

  void set_fault(const DestinationFault& fault) { fault_ = fault; }
  void add_blob(std::string bytes) {
    state_.with([&](State& state) { state.blobs[digest_of(bytes)] = std::move(bytes); });
  }

  /// The order in which blobs, manifests and the name came: "blob …", "manifest …", "name …".
  std::vector<std::string> events() {
    return state_.with([](const State& state) { return state.events; });
  }
  std::map<Digest, std::string> blobs() {
    return state_.with([](const State& state) { return state.blobs; });
  }
  std::map<Digest, RawManifest> manifests() {
    return state_.with([](const State& state) { return state.manifests; });
  }
  std::optional<RawManifest> top() {
    return state_.with([](const State& state) { return state.top; });
  }
  /// The largest piece that was ever written at once.
  std::size_t largest_write() {
    return state_.with([](const State& state) { return state.largest_write; });
  }
  /// What was written, to read.
  std::unique_ptr<MemoryImageSource> as_source() {
    auto source = std::make_unique<MemoryImageSource>(name_);
    state_.with([&](const State& state) {
      for (const auto& [digest, bytes] : state.blobs) source->set_blob(digest, bytes);
      for (const auto& [digest, raw] : state.manifests) source->add_manifest(raw);
      for (const auto& [raw, tag] : state.attached) source->attach(raw, tag);
      if (state.top) source->set_top(*state.top);
    });
    return source;
  }

  // -- ImageDestination
  std::string name() const override { return name_; }
  const DestinationAbilities& abilities() const override { return abilities_; }
  bool has_blob(const Descriptor& descriptor) override {
    return state_.with([&](const State& state) { return state.blobs.contains(descriptor.digest); });
  }
  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& /*expected*/) override {
    return std::make_unique<Writer>(*this);
  }
  void put_manifest(const RawManifest& manifest) override {
    state_.with([&](State& state) {
      if (fault_.fail_at_manifest == state.manifests.size()) {
        fail(ErrorKind::io, "no room for manifest {}", manifest.digest.str());
      }
      state.events.push_back("manifest " + manifest.digest.str());
      state.manifests.insert_or_assign(manifest.digest, manifest);
    });
  }
  void put_referrer(const RawManifest& manifest, const std::string& tag) override {
    if (!abilities_.referrers) return ImageDestination::put_referrer(manifest, tag);
    state_.with([&](State& state) {
      state.events.push_back(fmt::format("referrer {}", tag.empty() ? manifest.digest.str() : tag));
      state.manifests.insert_or_assign(manifest.digest, manifest);
      // a tag is one thing, the last that it was put on
      std::erase_if(state.attached,
                    [&](const auto& one) { return !tag.empty() && one.second == tag; });
      state.attached.emplace_back(manifest, tag);
    });
  }
  void commit_referrers() override {}
  void put_signatures(const Digest& manifest, const std::vector<std::string>& files) override {
    state_.with([&](State& state) { state.signatures[manifest] = files; });
  }
  std::vector<std::string> signatures(const Digest& manifest) override {
    return state_.with([&](const State& state) {
      const auto found = state.signatures.find(manifest);
      return found == state.signatures.end() ? std::vector<std::string>() : found->second;
    });
  }
  std::vector<Referrer> referrers(const Digest& subject) override {
    return as_source()->referrers(subject);
  }
  void commit(const RawManifest& top) override {
    if (fault_.fail_at_name) fail(ErrorKind::io, "no room for the name");
    state_.with([&](State& state) {
      state.events.push_back("name " + top.digest.str());
      state.top = top;
    });
  }

 private:
  struct State {
    std::map<Digest, std::string> blobs;
    std::map<Digest, RawManifest> manifests;
    std::optional<RawManifest> top;
    std::vector<std::pair<RawManifest, std::string>> attached;
    std::map<Digest, std::vector<std::string>> signatures;
    std::vector<std::string> events;
    std::uint64_t bytes = 0;
    std::size_t commits = 0;
    std::size_t largest_write = 0;
  };

  class Writer final : public BlobWriter {
   public:
    explicit Writer(MemoryImageDestination& owner) : owner_(owner) {}
    using Sink::write;
    void write(std::span<const std::byte> bytes) override {
      owner_.state_.with([&](State& state) {
        state.bytes += bytes.size();
        state.largest_write = std::max(state.largest_write, bytes.size());
        if (owner_.fault_.fail_at_byte && state.bytes > *owner_.fault_.fail_at_byte) {
          fail(ErrorKind::io, "no room for byte {}", *owner_.fault_.fail_at_byte);
        }
      });
      bytes_ += as_text(bytes);
    }
    Descriptor commit(const Descriptor* expected) override {
      const Digest digest = digest_of(
          bytes_, expected == nullptr ? HashAlgorithm::sha256 : expected->digest.algorithm());
      if (expected != nullptr &&
          (digest != expected->digest || bytes_.size() != expected->size_bytes)) {
        fail(ErrorKind::corrupt, "blob: wanted {}, got {}", expected->digest.str(), digest.str());
      }
      const std::size_t size = bytes_.size();
      owner_.state_.with([&](State& state) {
        if (owner_.fault_.fail_at_commit == state.commits++)
          fail(ErrorKind::io, "no room to keep it");
        state.events.push_back("blob " + digest.str());
        state.blobs.insert_or_assign(digest, std::move(bytes_));
      });
      return {"", digest, size};
    }

   private:
    MemoryImageDestination& owner_;
    std::string bytes_;
  };

  DestinationAbilities abilities_;
  std::string name_;
  DestinationFault fault_;
  Guarded<State> state_;
};

}  // namespace lade
