#include "sbom/distribution/rpm_header.h"

#include <cstring>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "sbom/distribution/byte_reader.h"

// Two numbers say how many index entries follow and how many bytes of data follow these; all is big
// endian. An entry has tag, type, where its values begin in the data, and how many there are. How
// long the values are is nowhere said: strings end with a zero byte. So an entry is known from
// where it begins, and whoever reads its values stops at the end of the data.
namespace lade::sbom {
namespace {

enum RpmType : std::uint32_t {
  rpm_char = 1,
  rpm_int8 = 2,
  rpm_int32 = 4,
  rpm_int64 = 5,
  rpm_string = 6,
  rpm_binary = 7,
  rpm_string_array = 8,
  rpm_i18n_string = 9
};

constexpr std::size_t intro_bytes = 8;
constexpr std::size_t entry_bytes = 16;
constexpr std::uint32_t most_entries = 0xffff;  // as rpm itself has it
constexpr std::uint32_t most_values = 4'000'000;
constexpr std::uint32_t first_data_tag = 100;  // those below say where regions end

bool is_text(std::uint32_t type) {
  return type == rpm_string || type == rpm_string_array || type == rpm_i18n_string;
}

}  // namespace

RpmHeader RpmHeader::parse(std::span<const std::byte> bytes) {
  const ByteReader whole(bytes, ByteReader::Order::big);
  const auto entries = whole.load<std::uint32_t>(0);
  const auto data_bytes = whole.load<std::uint32_t>(4);
  if (entries == 0 || entries > most_entries) {
    fail(ErrorKind::corrupt, "a header with {} entries", entries);
  }
  const ByteReader index(whole.range(intro_bytes, entries * entry_bytes), ByteReader::Order::big);
  const auto data = whole.range(intro_bytes + entries * entry_bytes, data_bytes);
  RpmHeader header;
  for (std::size_t i = 0; i < entries; ++i) {
    const auto tag = index.load<std::uint32_t>(i * entry_bytes);
    const auto type = index.load<std::uint32_t>(i * entry_bytes + 4);
    const auto offset = index.load<std::uint32_t>(i * entry_bytes + 8);
    const auto count = index.load<std::uint32_t>(i * entry_bytes + 12);
    if (tag < first_data_tag) continue;
    if (offset > data.size()) {
      fail(ErrorKind::corrupt, "a header's entry {} begins at {} of {} bytes", tag, offset,
           data.size());
    }
    header.entries_.try_emplace(tag, Entry{type, count, data.subspan(offset)});
  }
  return header;
}

const RpmHeader::Entry* RpmHeader::find(RpmTag tag) const {
  const auto found = entries_.find(static_cast<std::uint32_t>(tag));
  return found == entries_.end() ? nullptr : &found->second;
}

std::optional<std::string_view> RpmHeader::text(RpmTag tag) const {
  const Entry* entry = find(tag);
  if (entry == nullptr || !is_text(entry->type)) return std::nullopt;
  const std::string_view rest = as_text(entry->data);
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  return rest.substr(0, end);
}

std::vector<std::string_view> RpmHeader::texts(RpmTag tag) const {
  const Entry* entry = find(tag);
  if (entry == nullptr || !is_text(entry->type) || entry->count > most_values) return {};
  std::vector<std::string_view> texts;
  std::string_view rest = as_text(entry->data);
  for (std::uint32_t i = 0; i < entry->count; ++i) {
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) return {};
    texts.push_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return texts;
}

std::optional<std::uint64_t> RpmHeader::number(RpmTag tag) const {
  const Entry* entry = find(tag);
  if (entry == nullptr || entry->count == 0) return std::nullopt;
  const ByteReader data(entry->data, ByteReader::Order::big);
  if (entry->type == rpm_int32 && data.size() >= 4) return data.load<std::uint32_t>(0);
  if (entry->type == rpm_int64 && data.size() >= 8) return data.load<std::uint64_t>(0);
  return std::nullopt;
}

std::vector<std::uint32_t> RpmHeader::numbers(RpmTag tag) const {
  const Entry* entry = find(tag);
  if (entry == nullptr || entry->type != rpm_int32) return {};
  if (entry->count > entry->data.size() / 4) return {};
  const ByteReader data(entry->data, ByteReader::Order::big);
  std::vector<std::uint32_t> numbers(entry->count);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = data.load<std::uint32_t>(i * 4);
  return numbers;
}

std::span<const std::byte> RpmHeader::binary(RpmTag tag) const {
  const Entry* entry = find(tag);
  if (entry == nullptr || entry->count > entry->data.size()) return {};
  if (entry->type != rpm_binary && entry->type != rpm_int8 && entry->type != rpm_char) return {};
  return entry->data.first(entry->count);
}

}  // namespace lade::sbom
