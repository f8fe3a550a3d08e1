#include "libimage/stream/digester.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libimage/base/error.h"

namespace lade {

void DigestSink::write(std::span<const std::byte> bytes) {
  hasher_.update(bytes);
  size_bytes_ += bytes.size();
  if (inner_ != nullptr) inner_->write(bytes);
}

std::size_t DigestSource::read(std::span<std::byte> buffer) {
  const std::size_t count = inner_.read(buffer);
  hasher_.update(std::span<const std::byte>(buffer.first(count)));
  size_bytes_ += count;
  return count;
}

std::size_t SizedSource::read(std::span<std::byte> buffer) {
  const std::size_t count = inner_->read(buffer);
  seen_bytes_ += count;
  // kept, so that whoever reads on is told again
  if (seen_bytes_ > size_bytes_) {
    fail(ErrorKind::corrupt,
         "{} has more bytes than its descriptor says: wanted {}, got at least {}", what_,
         size_bytes_, seen_bytes_);
  }
  if (count == 0 && seen_bytes_ < size_bytes_) {
    fail(ErrorKind::corrupt, "{} ends early: wanted {} bytes, got {}", what_, size_bytes_,
         seen_bytes_);
  }
  return count;
}

VerifiedSource::VerifiedSource(std::unique_ptr<Source> inner, const Descriptor& expected,
                               std::string what)
    : inner_(std::move(inner), expected.size_bytes, what),
      expected_digest_(expected.digest),
      what_(std::move(what)),
      hasher_(expected.digest.algorithm()) {}

std::size_t VerifiedSource::read(std::span<std::byte> buffer) {
  if (checked_) return 0;
  const std::size_t count = inner_.read(buffer);
  if (count > 0) {
    hasher_.update(std::span<const std::byte>(buffer.first(count)));
    return count;
  }
  if (const Digest got = hasher_.finish(); got != expected_digest_) {
    fail(ErrorKind::corrupt, "{} has the wrong digest: wanted {}, got {}", what_,
         expected_digest_.str(), got.str());
  }
  checked_ = true;
  return 0;
}

}  // namespace lade
