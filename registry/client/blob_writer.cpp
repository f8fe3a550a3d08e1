// Three ways to the same end. A file is sent from where the registry says it stands, as often as it
// takes. A stream of known size is sent in one request while it is written. A stream whose size
// nobody knows yet (a layer being compressed) is cut into chunks. Whoever is told that a request
// was too large sends smaller ones from then on, and tells the others.
#include "registry/client/blob_writer.h"

#include <algorithm>
#include <array>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/hasher.h"
#include "registry/client/blob_upload.h"

namespace lade::registry {
namespace {

constexpr std::uint64_t default_chunk_bytes = 8U << 20U;
constexpr std::uint64_t least_chunk_bytes = 1U << 20U;
constexpr int fruitless_limit = 5;
constexpr std::size_t file_buffer_bytes = 256U << 10U;

/// After a refusal: what GitHub takes, then less. Throws on if the registry wants larger chunks.
std::uint64_t shrink(ChunkLimit& limit, std::uint64_t refused, const UploadSession& session) {
  constexpr std::uint64_t github_bytes = 4U << 20U;
  const std::uint64_t smaller = refused > github_bytes ? github_bytes : refused / 2;
  if (smaller < std::max(least_chunk_bytes, session.least_chunk_bytes())) throw;
  limit->store(smaller);
  return smaller;
}

/// What commit promises of digest and size.
class Tally {
 public:
  explicit Tally(HashAlgorithm algorithm) : hasher_(algorithm) {}

  void add(std::span<const std::byte> bytes) {
    hasher_.update(bytes);
    size_bytes_ += bytes.size();
  }

  Descriptor finish(const Descriptor* expected) {
    Descriptor blob{"", hasher_.finish(), size_bytes_};
    if (expected == nullptr) return blob;
    if (blob.size_bytes != expected->size_bytes) {
      fail(ErrorKind::corrupt, "blob {}: wanted {} bytes, got {}", expected->digest.str(),
           expected->size_bytes, blob.size_bytes);
    }
    if (blob.digest != expected->digest) {
      fail(ErrorKind::corrupt, "blob {}: the bytes are {}", expected->digest.str(),
           blob.digest.str());
    }
    return blob;
  }

  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  Hasher hasher_;
  std::uint64_t size_bytes_ = 0;
};

/// One request for the whole.
class StreamWriter final : public BlobWriter {
 public:
  StreamWriter(const Repository& repository, const Descriptor& expected, ChunkLimit limit)
      : session_(repository),
        size_bytes_(expected.size_bytes),
        limit_(std::move(limit)),
        tally_(expected.digest.algorithm()),
        upload_(session_.stream(size_bytes_)) {}

  using Sink::write;
  void write(std::span<const std::byte> bytes) override {
    tally_.add(bytes);
    if (tally_.size_bytes() > size_bytes_) {
      fail(ErrorKind::corrupt, "a blob of {} bytes has more", size_bytes_);
    }
    if (!upload_.write(bytes)) end();
  }

  Descriptor commit(const Descriptor* expected) override {
    Descriptor blob = tally_.finish(expected);
    if (blob.size_bytes != size_bytes_) {
      fail(ErrorKind::corrupt, "wanted {} bytes, got {}", size_bytes_, blob.size_bytes);
    }
    end();
    session_.close(blob.digest);
    return blob;
  }

 private:
  void end() {
    try {
      session_.finish_stream(upload_, size_bytes_);
    } catch (const TooLarge&) {
      shrink(limit_, size_bytes_, session_);
      fail(ErrorKind::unavailable, "the registry wants smaller requests");
    }
    if (tally_.size_bytes() < size_bytes_) {
      fail(ErrorKind::unavailable, "the registry answered before it had all");
    }
  }

  UploadSession session_;
  std::uint64_t size_bytes_;
  ChunkLimit limit_;
  Tally tally_;
  HttpClient::Upload upload_;
};

/// Sends chunks, each again from where the registry stands if its connection broke.
class ChunkSender {
 public:
  ChunkSender(UploadSession& session, ChunkLimit limit)
      : session_(session), limit_(std::move(limit)) {}

  std::uint64_t chunk_bytes() const {
    const std::uint64_t limit = limit_->load();
    return std::max(limit == 0 ? default_chunk_bytes : limit, session_.least_chunk_bytes());
  }

  void send(std::span<const std::byte> bytes) {
    const std::uint64_t begin = session_.offset();
    int fruitless = 0;
    while (session_.offset() < begin + bytes.size()) {
      const auto rest = bytes.subspan(session_.offset() - begin);
      const auto chunk = rest.first(std::min<std::uint64_t>(rest.size(), chunk_bytes()));
      try {
        session_.send_chunk(chunk);
        fruitless = 0;
      } catch (const TooLarge&) {
        shrink(limit_, chunk.size(), session_);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::unavailable || ++fruitless > fruitless_limit) throw;
        const std::uint64_t offset = session_.find_offset();
        if (offset < begin || offset > begin + bytes.size()) {
          fail(ErrorKind::unavailable, "the registry lost what it had of an upload");
        }
      }
    }
  }

 private:
  UploadSession& session_;
  ChunkLimit limit_;
};

class ChunkedWriter final : public BlobWriter {
 public:
  ChunkedWriter(const Repository& repository, HashAlgorithm algorithm, ChunkLimit limit)
      : session_(repository), sender_(session_, std::move(limit)), tally_(algorithm) {}

  using Sink::write;
  void write(std::span<const std::byte> bytes) override {
    tally_.add(bytes);
    while (!bytes.empty()) {
      const std::size_t chunk_bytes = sender_.chunk_bytes();
      const std::size_t room = chunk_bytes > chunk_.size() ? chunk_bytes - chunk_.size() : 0;
      const auto some = bytes.first(std::min(room, bytes.size()));
      chunk_.insert(chunk_.end(), some.begin(), some.end());
      bytes = bytes.subspan(some.size());
      if (chunk_.size() >= chunk_bytes) flush();
    }
  }

  Descriptor commit(const Descriptor* expected) override {
    Descriptor blob = tally_.finish(expected);
    flush();
    session_.close(blob.digest);
    return blob;
  }

 private:
  void flush() {
    sender_.send(chunk_);
    chunk_.clear();
  }

  UploadSession session_;
  ChunkSender sender_;
  Tally tally_;
  std::vector<std::byte> chunk_;
};

/// The rest of the file in one request, or in chunks once that was refused.
void send_file(UploadSession& session, int file, std::uint64_t size_bytes, ChunkLimit limit,
               const BytesSent& told) {
  std::vector<std::byte> buffer;
  const std::uint64_t rest = size_bytes - session.offset();
  RangeSource source(file, session.offset(), rest, "a blob's file");
  if (limit->load() > 0) {
    ChunkSender sender(session, std::move(limit));
    buffer.resize(std::min(rest, sender.chunk_bytes()));
    while (const std::size_t count = read_full(source, buffer)) {
      sender.send(std::span(buffer).first(count));
      told(session.offset());
    }
    return;
  }
  auto upload = session.stream(rest);
  std::uint64_t sent = session.offset();
  buffer.resize(std::min<std::uint64_t>(rest + 1, file_buffer_bytes));
  while (const std::size_t count = source.read(buffer)) {
    if (!upload.write(std::span(buffer).first(count))) break;
    told(sent += count);
  }
  session.finish_stream(upload, rest);
}

}  // namespace

std::unique_ptr<BlobWriter> make_registry_blob_writer(const Repository& repository,
                                                      const Descriptor& expected,
                                                      ChunkLimit chunk_limit) {
  const std::uint64_t limit = chunk_limit->load();
  const bool whole = expected.size_bytes > 0 && (limit == 0 || expected.size_bytes <= limit);
  if (whole) return std::make_unique<StreamWriter>(repository, expected, std::move(chunk_limit));
  return std::make_unique<ChunkedWriter>(repository, expected.digest.algorithm(),
                                         std::move(chunk_limit));
}

void upload_blob_file(const Repository& repository, const Descriptor& expected, int file,
                      const ChunkLimit& chunk_limit, const BytesSent& told) {
  UploadSession session(repository);
  int fruitless = 0;
  while (session.offset() < expected.size_bytes) {
    const std::uint64_t before = session.offset();
    try {
      send_file(session, file, expected.size_bytes, chunk_limit, told);
    } catch (const TooLarge&) {
      ChunkLimit limit = chunk_limit;
      shrink(limit, expected.size_bytes - before, session);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable) throw;
      const std::uint64_t after = session.find_offset();
      fruitless = after > before ? 1 : fruitless + 1;
      if (fruitless > fruitless_limit) throw;
      if (after > expected.size_bytes) {
        fail(ErrorKind::corrupt, "the registry says it has {} of {} bytes", after,
             expected.size_bytes);
      }
    }
  }
  session.close(expected.digest);
}

}  // namespace lade::registry
