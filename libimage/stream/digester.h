#pragma once

#include <cstdint>
#include <memory>

#include "libimage/oci/descriptor.h"
#include "libimage/oci/hasher.h"
#include "libimage/stream/sink.h"
#include "libimage/stream/source.h"

namespace lade {

/// Passes bytes on to `inner` (or nowhere) and knows their digest and number.
class DigestSink final : public Sink {
 public:
  explicit DigestSink(Sink* inner = nullptr, HashAlgorithm algorithm = HashAlgorithm::sha256)
      : inner_(inner), hasher_(algorithm) {}
  using Sink::write;
  void write(std::span<const std::byte> bytes) override;
  /// Of everything written so far; asked once, at the end.
  Digest digest() { return hasher_.finish(); }
  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  Sink* inner_;
  Hasher hasher_;
  std::uint64_t size_bytes_ = 0;
};

/// Passes bytes through and knows their digest and number at the end.
class DigestSource final : public Source {
 public:
  explicit DigestSource(Source& inner, HashAlgorithm algorithm = HashAlgorithm::sha256)
      : inner_(inner), hasher_(algorithm) {}
  std::size_t read(std::span<std::byte> buffer) override;
  Digest digest() { return hasher_.finish(); }
  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  Source& inner_;
  Hasher hasher_;
  std::uint64_t size_bytes_ = 0;
};

/// Passes bytes through and throws `corrupt` (wanted, got) as soon as there are more than
/// `size_bytes`, or at the end if there are fewer. For bytes whose digest somebody else checks.
class SizedSource final : public Source {
 public:
  SizedSource(std::unique_ptr<Source> inner, std::uint64_t size_bytes, std::string what)
      : inner_(std::move(inner)), size_bytes_(size_bytes), what_(std::move(what)) {}
  std::size_t read(std::span<std::byte> buffer) override;

 private:
  std::unique_ptr<Source> inner_;
  std::uint64_t size_bytes_;
  std::string what_;
  std::uint64_t seen_bytes_ = 0;
};

/// The same, and throws if the digest differs. The end is reported only after the check, so whoever
/// saw the end saw verified bytes.
class VerifiedSource final : public Source {
 public:
  VerifiedSource(std::unique_ptr<Source> inner, const Descriptor& expected, std::string what);
  std::size_t read(std::span<std::byte> buffer) override;

 private:
  SizedSource inner_;
  Digest expected_digest_;
  std::string what_;
  Hasher hasher_;
  bool checked_ = false;
};

}  // namespace lade
