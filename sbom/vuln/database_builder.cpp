#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/xxh64.h"
#include "sbom/vuln/codes.h"
#include "sbom/vuln/database.h"
#include "sbom/vuln/database_format.h"

// Records are coded as they come, so that what is held in memory is about what will be written, and
// kept by id; numbers are given, and blocks put together, when all are known. Nothing of it depends
// on the order in which they came.
namespace lade::sbom {
namespace {

namespace df = database_format;

struct CodedAdvisory {
  std::string record{};
  std::string text{};
  std::optional<Timestamp> modified{};
  std::vector<std::pair<std::string, std::string>> affected{};  ///< key, coded AffectedPackage

  /// Whether another says it better: later, and if at once, whatever the order of reading.
  bool operator<(const CodedAdvisory& other) const {
    return std::tie(modified, record, text) < std::tie(other.modified, other.record, other.text);
  }
};

/// Puts header, info, tables and pieces into one text.
class PieceWriter {
 public:
  PieceWriter(std::string_view magic, std::string info, std::size_t keys, std::size_t records)
      : keys_(keys), records_(records) {
    text_.resize(df::header::size);
    magic.copy(text_.data(), magic.size());
    text_ += info;
    body_from_ = text_.size();
    next_ = body_from_;
    text_.resize(body_from_ + keys * df::key::size + records * df::piece::size);
    header(df::header::info_bytes, info.size());
  }

  /// Keys first, then records, in the order of their tables.
  void add_key(std::string_view key, std::string_view block) {
    add_piece(key);
    add_piece(block);
  }
  void add_record(std::string_view record) { add_piece(record); }

  std::string finish() {
    store_le(text_.data() + df::header::version, df::version);
    header(df::header::key_count, keys_);
    header(df::header::record_count, records_);
    const std::string_view all = text_;
    header(df::header::body_checksum, xxh64(as_bytes(all.substr(body_from_))));
    const std::size_t from = df::header::body_checksum;
    header(df::header::head_checksum, xxh64(as_bytes(all.substr(from, body_from_ - from))));
    return std::move(text_);
  }

 private:
  void header(std::size_t field, std::uint64_t value) { store_le(text_.data() + field, value); }

  void add_piece(std::string_view bytes) {
    if (bytes.size() > std::numeric_limits<std::uint32_t>::max()) {
      fail(ErrorKind::invalid, "an advisory has more than 4 GiB");
    }
    char* const piece = text_.data() + next_;
    store_le(piece + df::piece::offset, std::uint64_t{text_.size()});
    store_le(piece + df::piece::length, static_cast<std::uint32_t>(bytes.size()));
    store_le(piece + df::piece::checksum, static_cast<std::uint32_t>(xxh64(as_bytes(bytes))));
    next_ += df::piece::size;
    text_ += bytes;
  }

  std::string text_;
  std::size_t keys_;
  std::size_t records_;
  std::size_t body_from_ = 0;
  std::size_t next_ = 0;
};

template <class T>
std::string coded(const T& value) {
  Encoder encoder;
  encoder.field(value);
  return encoder.take();
}

std::uint64_t millionths(double value) {
  return static_cast<std::uint64_t>(std::llround(std::clamp(value, 0.0, 1.0) * 1e6));
}

}  // namespace

struct DatabaseBuilder::State {
  std::string name;
  ProviderKind kind;
  std::map<std::string, CodedAdvisory> advisories{};
  std::map<std::string, std::string> facts{};  ///< of EPSS and KEV, by CVE
  std::optional<Timestamp> data_time{};

  /// What is said of each key: a list of AdvisoryMatch.
  std::map<std::string_view, std::string> blocks() const {
    std::map<std::string_view, std::pair<std::uint64_t, std::string>> lists;
    std::uint64_t index = 0;
    for (const auto& [id, advisory] : advisories) {
      // the order of reading does not count, nor what was said twice
      const std::set<std::pair<std::string_view, std::string_view>> said(advisory.affected.begin(),
                                                                         advisory.affected.end());
      for (const auto& [key, affected] : said) {
        auto& [count, list] = lists[key];
        list += coded(index);
        list += affected;
        ++count;
      }
      ++index;
    }
    std::map<std::string_view, std::string> blocks;
    for (auto& [key, list] : lists) blocks[key] = coded(list.first) + list.second;
    for (const auto& [cve, fact] : facts) blocks[cve] = fact;
    return blocks;
  }

  std::optional<Timestamp> newest() const {
    std::optional<Timestamp> time;
    for (const auto& [id, advisory] : advisories) {
      if (advisory.modified && (!time || *time < *advisory.modified)) time = advisory.modified;
    }
    return time;
  }
};

DatabaseBuilder::DatabaseBuilder(std::string name, ProviderKind kind)
    : state_(std::make_unique<State>(State{std::move(name), kind})) {}
DatabaseBuilder::DatabaseBuilder(DatabaseBuilder&&) noexcept = default;
DatabaseBuilder::~DatabaseBuilder() = default;

namespace {

CodedAdvisory encode(const Advisory& advisory) {
  CodedAdvisory record{.record = coded(advisory), .modified = advisory.modified};
  Encoder text;
  text.field(advisory.summary);
  text.field(advisory.details);
  text.field(advisory.references);
  record.text = text.take();
  for (const AffectedPackage& affected : advisory.affected) {
    record.affected.emplace_back(affected.ecosystem + '\0' + affected.name, coded(affected));
  }
  return record;
}

}  // namespace

void DatabaseBuilder::add(const Advisory& advisory) {
  CodedAdvisory record = encode(advisory);
  const auto [at, is_new] = state_->advisories.try_emplace(advisory.id);
  if (is_new || at->second < record) at->second = std::move(record);
}

void DatabaseBuilder::merge(const Advisory& advisory) {
  CodedAdvisory record = encode(advisory);
  const auto [at, is_new] = state_->advisories.try_emplace(advisory.id);
  CodedAdvisory& known = at->second;
  if (known < record) {
    known.record = std::move(record.record);
    known.text = std::move(record.text);
    known.modified = record.modified;
  }
  auto& list = known.affected;
  list.insert(list.end(), std::move_iterator(record.affected.begin()),
              std::move_iterator(record.affected.end()));
}

void DatabaseBuilder::add_epss(std::string_view cve, const EpssScore& score) {
  state_->facts[std::string(cve)] =
      coded(millionths(score.probability)) + coded(millionths(score.percentile));
}

void DatabaseBuilder::add_kev(std::string_view cve, const KevEntry& entry) {
  state_->facts[std::string(cve)] = coded(entry);
}

void DatabaseBuilder::set_data_time(Timestamp time) { state_->data_time = time; }

DatabaseBuilder::Files DatabaseBuilder::build() const {
  const auto blocks = state_->blocks();
  std::set<std::string> ecosystems;
  if (state_->kind == ProviderKind::advisories) {
    for (const auto& [key, block] : blocks) ecosystems.emplace(key.substr(0, key.find('\0')));
  }
  const ProviderInfo info{.name = state_->name,
                          .kind = state_->kind,
                          .data_time = state_->data_time ? state_->data_time : state_->newest(),
                          .ecosystems = {ecosystems.begin(), ecosystems.end()},
                          .advisories = state_->advisories.size(),
                          .packages = blocks.size()};
  PieceWriter records(df::records_magic, coded(info), blocks.size(), state_->advisories.size());
  PieceWriter texts(df::texts_magic, coded(info), 0, state_->advisories.size());
  for (const auto& [key, block] : blocks) records.add_key(key, block);
  for (const auto& [id, advisory] : state_->advisories) {
    records.add_record(advisory.record);
    texts.add_record(advisory.text);
  }
  return {records.finish(), texts.finish()};
}

}  // namespace lade::sbom
