#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "libimage/image/interfaces.h"
#include "registry/client/repository.h"

namespace lade::registry {

/// What one request may carry, learned from refusals and shared by all uploads; 0: everything.
using ChunkLimit = std::shared_ptr<std::atomic<std::uint64_t>>;

/// Sends a blob as it is written. One of known size goes in a single request; if that breaks it is
/// `unavailable` and to be written anew. Others go in chunks that are kept until the registry has
/// them, so that a broken connection costs no more than one.
std::unique_ptr<BlobWriter> make_registry_blob_writer(const Repository& repository,
                                                      const Descriptor& expected,
                                                      ChunkLimit chunk_limit);

/// Hears how many bytes of a blob were sent.
using BytesSent = std::function<void(std::uint64_t)>;

/// Sends a blob that is a file, and carries on where a connection broke.
void upload_blob_file(
    const Repository& repository, const Descriptor& expected, int file,
    const ChunkLimit& chunk_limit, const BytesSent& told = [](std::uint64_t) {});

}  // namespace lade::registry
