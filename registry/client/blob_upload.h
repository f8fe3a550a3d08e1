#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "libimage/oci/descriptor.h"
#include "registry/client/repository.h"

namespace lade::registry {

/// An upload that a registry has begun (distribution-spec 1.1, "Pushing blobs"). Ended by `close`;
/// destroyed without, the registry is told to forget it.
class UploadSession {
 public:
  explicit UploadSession(Repository repository);
  UploadSession(const UploadSession&) = delete;
  UploadSession& operator=(const UploadSession&) = delete;
  ~UploadSession();

  /// The least a chunk may have but the last (OCI-Chunk-Min-Length); 0: anything.
  std::uint64_t least_chunk_bytes() const { return least_chunk_bytes_; }
  /// How much the registry has, as far as is known.
  std::uint64_t offset() const { return offset_; }

  /// Appends a chunk. `unavailable` if the connection broke (ask `find_offset`), a status of 413
  /// is `TooLarge`.
  void send_chunk(std::span<const std::byte> chunk);
  /// Asks how much has arrived.
  std::uint64_t find_offset();
  /// Begins a single request for the rest, `size_bytes` long; written as it comes.
  HttpClient::Upload stream(std::uint64_t size_bytes);
  /// Takes note of the answer to `stream`.
  void finish_stream(HttpClient::Upload& upload, std::uint64_t size_bytes);
  /// Makes a blob of what was sent; the registry verifies the digest.
  void close(const Digest& digest);

  /// Cancels what an answer 202 to another request has begun.
  static void discard(const Repository& repository, const HttpResponse& response) noexcept;

 private:
  void take_location(const HttpResponse& response);
  HttpRequest patch(std::uint64_t size_bytes) const;
  void accept(HttpResponse response, std::uint64_t size_bytes);

  Repository repository_;
  std::string location_;
  std::uint64_t least_chunk_bytes_ = 0;
  std::uint64_t offset_ = 0;
  bool ended_ = false;
};

/// A registry or its proxy does not take so much in one request.
class TooLarge : public Error {
 public:
  using Error::Error;
};

}  // namespace lade::registry
