#include "sbom/vuln/database.h"

#include <algorithm>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/mapped_bytes.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/xxh64.h"
#include "sbom/vuln/codes.h"
#include "sbom/vuln/database_format.h"

// A provider's file is mapped and read where it lies: opening proves the header, a search touches
// the keys it compares, and each block carries a checksum that is looked at when it is used. So
// opening and asking cost the same whatever the size, and damage is found where it would do harm.
namespace lade::sbom {
namespace {

namespace df = database_format;

/// A file of either kind, whose header is good.
class PieceFile {
 public:
  PieceFile(MappedBytes bytes, std::string what, std::string_view magic)
      : bytes_(std::move(bytes)), what_(std::move(what)) {
    const std::string_view all = bytes_.view();
    if (all.size() < df::header::size || !all.starts_with(magic)) damaged("there is no header");
    const auto got = load_le<std::uint32_t>(all.data() + df::header::version);
    if (got != df::version) {
      fail(ErrorKind::unsupported,
           "{} has version {}, this is for {}: import or pull the data again", what_, got,
           df::version);
    }
    const std::uint64_t info_bytes = header(df::header::info_bytes);
    if (info_bytes > all.size() - df::header::size) damaged("they end early");
    const std::size_t from = df::header::body_checksum;
    if (xxh64(as_bytes(all.substr(from, df::header::size - from + info_bytes))) !=
        header(df::header::head_checksum)) {
      damaged("the checksum of the header differs");
    }
    keys_from_ = df::header::size + info_bytes;
    const std::uint64_t room = all.size() - keys_from_;
    if (key_count() > room / df::key::size) damaged("they end in the keys");
    records_from_ = keys_from_ + key_count() * df::key::size;
    if (record_count() > (all.size() - records_from_) / df::piece::size) {
      damaged("they end in the records");
    }
  }

  const std::string& what() const { return what_; }
  std::string_view info() const {
    return bytes_.view().substr(df::header::size, header(df::header::info_bytes));
  }
  std::size_t key_count() const { return header(df::header::key_count); }
  std::size_t record_count() const { return header(df::header::record_count); }
  /// A key's text is compared more often than used: its checksum is left to `verify`.
  std::string_view key(std::size_t index) const { return view(key_at(index) + df::key::text); }
  std::string_view block(std::size_t index) const {
    return checked(key_at(index) + df::key::block);
  }
  std::string_view record(std::size_t index) const {
    if (index >= record_count()) damaged("there is no such record");
    return checked(records_from_ + index * df::piece::size);
  }

  void verify() const {
    const std::string_view body = bytes_.view().substr(keys_from_);
    if (xxh64(as_bytes(body)) != header(df::header::body_checksum)) {
      damaged("the checksum of the contents differs");
    }
    for (std::size_t i = 0; i < key_count(); ++i) {
      checked(key_at(i) + df::key::text);
      if (i > 0 && key(i - 1) >= key(i)) damaged("the keys are in no order");
    }
  }

  [[noreturn]] void damaged(std::string_view how) const {
    fail(ErrorKind::corrupt, "{} is damaged: {}", what_, how);
  }

 private:
  std::uint64_t header(std::size_t field) const {
    return load_le<std::uint64_t>(bytes_.view().data() + field);
  }
  std::size_t key_at(std::size_t index) const { return keys_from_ + index * df::key::size; }
  std::string_view view(std::size_t piece) const {
    const std::string_view all = bytes_.view();
    const auto offset = load_le<std::uint64_t>(all.data() + piece + df::piece::offset);
    const auto length = load_le<std::uint32_t>(all.data() + piece + df::piece::length);
    if (offset > all.size() || length > all.size() - offset) damaged("a piece is beyond its end");
    return all.substr(offset, length);
  }
  std::string_view checked(std::size_t piece) const {
    const std::string_view bytes = view(piece);
    const auto wanted = load_le<std::uint32_t>(bytes_.view().data() + piece + df::piece::checksum);
    if (static_cast<std::uint32_t>(xxh64(as_bytes(bytes))) != wanted) {
      damaged("the checksum of a piece differs");
    }
    return bytes;
  }

  MappedBytes bytes_;
  std::string what_;
  std::size_t keys_from_ = 0;
  std::size_t records_from_ = 0;
};

template <class T>
T decode(const PieceFile& file, std::string_view bytes) {
  T value;
  Decoder decoder(bytes, file.what());
  decoder.field(value);
  decoder.require_end();
  return value;
}

class MappedDatabase final : public ProviderDatabase {
 public:
  MappedDatabase(MappedBytes bytes, std::string what)
      : file_(std::move(bytes), std::move(what), df::records_magic),
        info_(decode<ProviderInfo>(file_, file_.info())) {}

  const ProviderInfo& info() const override { return info_; }

  std::vector<AdvisoryMatch> find(std::string_view ecosystem,
                                  std::string_view name) const override {
    if (info_.kind != ProviderKind::advisories) return {};
    const auto index = find_key(std::string(ecosystem) + '\0' + std::string(name));
    if (!index) return {};
    auto matches = decode<std::vector<AdvisoryMatch>>(file_, file_.block(*index));
    for (AdvisoryMatch& match : matches) {
      match.affected.ecosystem = ecosystem;
      match.affected.name = name;
    }
    return matches;
  }

  Advisory advisory(std::uint64_t number) const override {
    return decode<Advisory>(file_, file_.record(number));
  }

  std::optional<EpssScore> find_epss(std::string_view cve) const override {
    if (info_.kind != ProviderKind::epss) return std::nullopt;
    const auto index = find_key(std::string(cve));
    if (!index) return std::nullopt;
    constexpr double millionth = 1e-6;
    Decoder decoder(file_.block(*index), file_.what());
    EpssScore score{.probability = static_cast<double>(decoder.number()) * millionth};
    score.percentile = static_cast<double>(decoder.number()) * millionth;
    return score;
  }

  std::optional<KevEntry> find_kev(std::string_view cve) const override {
    if (info_.kind != ProviderKind::kev) return std::nullopt;
    const auto index = find_key(std::string(cve));
    if (!index) return std::nullopt;
    return decode<KevEntry>(file_, file_.block(*index));
  }

  void verify() const override {
    file_.verify();
    for (std::size_t i = 0; i < file_.record_count(); ++i) {
      decode<Advisory>(file_, file_.record(i));
    }
    for (std::size_t i = 0; i < file_.key_count(); ++i) {
      const std::string_view block = file_.block(i);
      if (info_.kind != ProviderKind::advisories) continue;
      for (const auto& match : decode<std::vector<AdvisoryMatch>>(file_, block)) {
        if (match.advisory >= file_.record_count()) file_.damaged("an advisory is not there");
      }
    }
  }

 private:
  std::optional<std::size_t> find_key(const std::string& key) const {
    std::size_t first = 0;
    std::size_t last = file_.key_count();
    while (first < last) {
      const std::size_t middle = first + (last - first) / 2;
      const std::string_view found = file_.key(middle);
      if (found == key) return middle;
      (found < key ? first : last) = found < key ? middle + 1 : middle;
    }
    return std::nullopt;
  }

  PieceFile file_;
  ProviderInfo info_;
};

class MappedTexts final : public ProviderTexts {
 public:
  MappedTexts(MappedBytes bytes, std::string what)
      : file_(std::move(bytes), std::move(what), df::texts_magic) {}

  Advisory text_of(std::uint64_t number) const override {
    Advisory advisory;
    Decoder decoder(file_.record(number), file_.what());
    decoder.field(advisory.summary);
    decoder.field(advisory.details);
    decoder.field(advisory.references);
    return advisory;
  }

 private:
  PieceFile file_;
};

}  // namespace

std::string_view to_string(FixState state) {
  switch (state) {
    case FixState::affected:
      return "affected";
    case FixState::wont_fix:
      return "wont-fix";
    case FixState::undetermined:
      return "undetermined";
    case FixState::not_affected:
      return "not-affected";
  }
  return "affected";
}

std::string_view to_string(ProviderKind kind) {
  switch (kind) {
    case ProviderKind::advisories:
      return "advisories";
    case ProviderKind::epss:
      return "epss";
    case ProviderKind::kev:
      return "kev";
  }
  return "advisories";
}

std::shared_ptr<const ProviderDatabase> ProviderDatabase::open(const std::string& path) {
  return std::make_shared<MappedDatabase>(MappedBytes::of_file(path), path);
}

std::shared_ptr<const ProviderDatabase> ProviderDatabase::from_bytes(std::string bytes,
                                                                     const std::string& what) {
  return std::make_shared<MappedDatabase>(MappedBytes(std::move(bytes)), what);
}

std::shared_ptr<const ProviderTexts> ProviderTexts::open(const std::string& path) {
  return std::make_shared<MappedTexts>(MappedBytes::of_file(path), path);
}

std::shared_ptr<const ProviderTexts> ProviderTexts::from_bytes(std::string bytes,
                                                               const std::string& what) {
  return std::make_shared<MappedTexts>(MappedBytes(std::move(bytes)), what);
}

}  // namespace lade::sbom
