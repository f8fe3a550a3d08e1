#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lade::sbom {

/// The tags of a header that are read here (rpm's manual, "Tags").
enum class RpmTag : std::uint32_t {
  sigmd5 = 261,
  name = 1000,
  version = 1001,
  release = 1002,
  epoch = 1003,
  summary = 1004,
  size = 1009,
  vendor = 1011,
  license = 1014,
  packager = 1015,
  url = 1020,
  arch = 1022,
  old_file_names = 1027,
  file_states = 1029,
  source_rpm = 1044,
  provide_name = 1047,
  require_flags = 1048,
  require_name = 1049,
  require_version = 1050,
  provide_flags = 1112,
  provide_version = 1113,
  directory_indexes = 1116,
  base_names = 1117,
  directory_names = 1118,
  long_size = 5009,
  modularity_label = 5096
};

/// The header of an installed package as rpm's databases keep it, without its magic ("Package
/// format", "Header"). Holds views into the bytes it was parsed from.
class RpmHeader {
 public:
  /// `corrupt` if the index or an entry leads out of the bytes.
  static RpmHeader parse(std::span<const std::byte> bytes);

  // What an entry holds; nothing, or empty, if there is none, it is of another type or has another
  // number of values than its bytes are good for.
  std::optional<std::string_view> text(RpmTag tag) const;
  std::vector<std::string_view> texts(RpmTag tag) const;
  std::optional<std::uint64_t> number(RpmTag tag) const;
  std::vector<std::uint32_t> numbers(RpmTag tag) const;
  std::span<const std::byte> binary(RpmTag tag) const;

 private:
  struct Entry {
    std::uint32_t type;
    std::uint32_t count;
    std::span<const std::byte> data;  ///< from where it begins to the end of the header
  };

  const Entry* find(RpmTag tag) const;

  std::unordered_map<std::uint32_t, Entry> entries_;
};

}  // namespace lade::sbom
