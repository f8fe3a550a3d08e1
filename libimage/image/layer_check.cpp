// A layer is read once, through all checks at the same time:
//   stored bytes -> size and digest -> unpacked -> diff id -> tar members
// A check that fails does not silence the ones below it: after an unreadable tar the rest still
// goes into the diff id, after a broken packing the rest still goes into the digest. Where the
// digest is wrong already, that is the one flaw told, since the others follow from it.
#include "libimage/image/layer_check.h"

#include <array>
#include <exception>
#include <unordered_set>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/whiteout.h"
#include "libimage/oci/media_type.h"
#include "libimage/stream/codec.h"
#include "libimage/stream/digester.h"

namespace lade {
namespace {

/// More flaws of one layer than this are counted only.
constexpr std::size_t told_limit = 20;

/// A source somebody else owns, after some bytes that were read from it before.
class ResumedSource final : public Source {
 public:
  ResumedSource(std::span<const std::byte> head, Source& rest) : head_(head), rest_(rest) {}

  std::size_t read(std::span<std::byte> buffer) override {
    const std::size_t count = head_.read(buffer);
    return count > 0 ? count : rest_.read(buffer);
  }

 private:
  MemorySource head_;
  Source& rest_;
};

/// Once broken, broken for good: whoever reads on hears of the first error again.
class LatchedSource final : public Source {
 public:
  explicit LatchedSource(std::unique_ptr<Source> inner) : inner_(std::move(inner)) {}

  std::size_t read(std::span<std::byte> buffer) override {
    if (error_) std::rethrow_exception(error_);
    try {
      return inner_->read(buffer);
    } catch (...) {
      error_ = std::current_exception();
      throw;
    }
  }

 private:
  std::unique_ptr<Source> inner_;
  std::exception_ptr error_;
};

class Findings {
 public:
  void add(std::string flaw) {
    if (++count_ <= told_limit) flaws_.push_back(std::move(flaw));
  }

  std::vector<std::string> take() {
    if (count_ > told_limit) {
      flaws_.push_back(fmt::format("{} more flaws of this kind", count_ - told_limit));
    }
    return std::move(flaws_);
  }

 private:
  std::vector<std::string> flaws_;
  std::size_t count_ = 0;
};

/// Runs a check; its flaw, if it finds one.
template <class Check>
std::optional<std::string> flaw_of(Check&& check) {
  try {
    check();
  } catch (const Error& error) {
    if (!is_flaw(error)) throw;
    return error.message();
  }
  return std::nullopt;
}

void drain(Source& source) {
  NullSink nowhere;
  copy(source, nowhere);
}

void check_member(const Entry& entry, std::unordered_set<std::size_t>& seen, Findings& findings) {
  const std::string name = printable(entry.path);
  const auto flaw = flaw_of([&] {
    const std::string path = normalize_layer_path(entry.path);
    parse_whiteout(path);
    // a name's hash stands for it, so that a layer of millions of members stays checkable
    if (!seen.insert(std::hash<std::string>{}(path)).second) {
      findings.add(fmt::format("member \"{}\" occurs more than once", name));
    }
    if (entry.type == EntryType::hardlink) normalize_layer_path(entry.link_target);
  });
  if (flaw) findings.add(fmt::format("member \"{}\": {}", name, *flaw));
}

void check_tar(Source& tar, Findings& findings) {
  TarReader reader(tar, "the tar");
  std::unordered_set<std::size_t> seen;
  while (const auto entry = reader.next()) check_member(*entry, seen, findings);
  reader.drain();
}

void check_packing(const Descriptor& layer, std::span<const std::byte> head, Findings& findings) {
  const auto promised = media_type::layer_compression(layer.media_type);
  const Compression got = sniff(head);
  if (promised && *promised != got) {
    findings.add(fmt::format("is packed otherwise than its media type {} says: wanted {}, got {}",
                             layer.media_type, to_string(*promised), to_string(got)));
  }
}

void check_unpacked(Source& stored, std::span<const std::byte> head, const Digest* diff_id,
                    const ExpansionLimit& limit, Findings& findings) {
  const auto unpacked =
      open_decoder(std::make_unique<ResumedSource>(head, stored), sniff(head), limit);
  DigestSource tar(*unpacked, diff_id == nullptr ? HashAlgorithm::sha256 : diff_id->algorithm());
  if (const auto flaw = flaw_of([&] { check_tar(tar, findings); })) findings.add(*flaw);
  drain(tar);
  if (diff_id == nullptr) return;
  if (const Digest got = tar.digest(); got != *diff_id) {
    findings.add(fmt::format("does not have the config's diff id: wanted {}, got {}",
                             diff_id->str(), got.str()));
  }
}

std::unique_ptr<Source> open_verified(ImageSource& source, const Descriptor& blob) {
  auto stored = source.open_blob(blob);
  return std::make_unique<LatchedSource>(
      std::make_unique<VerifiedSource>(std::move(stored), blob, "the blob"));
}

}  // namespace

std::vector<std::string> check_layer(ImageSource& source, const Descriptor& layer,
                                     const Digest* diff_id, const ExpansionLimit& limit) {
  Findings findings;
  const auto flaw = flaw_of([&] {
    const auto stored = open_verified(source, layer);
    std::array<std::byte, 6> buffer{};
    const std::span head(buffer.data(), read_full(*stored, buffer));
    Findings inner;
    check_packing(layer, head, inner);
    const auto unpacking = flaw_of([&] { check_unpacked(*stored, head, diff_id, limit, inner); });
    drain(*stored);
    if (unpacking) inner.add(*unpacking);
    findings = std::move(inner);
  });
  if (flaw) findings.add(*flaw);
  return findings.take();
}

std::vector<std::string> check_blob(ImageSource& source, const Descriptor& blob) {
  const auto flaw = flaw_of([&] { drain(*open_verified(source, blob)); });
  return flaw ? std::vector<std::string>{*flaw} : std::vector<std::string>{};
}

bool is_flaw(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::invalid:
    case ErrorKind::not_found:
    case ErrorKind::corrupt:
    case ErrorKind::unsupported:
      return true;
    default:
      return false;
  }
}

}  // namespace lade
