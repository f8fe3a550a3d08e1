#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "libimage/layer/little_endian.h"

namespace lade::sbom {

/// 32 bits, most significant byte first.
inline std::string be(std::uint32_t value) {
  std::string bytes(4, '\0');
  store_le(bytes.data(), value);
  std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

/// 32 bits, least significant byte first.
inline std::string le(std::uint32_t value) {
  std::string bytes(4, '\0');
  store_le(bytes.data(), value);
  return bytes;
}

/// Makes a header of rpm, entry by entry.
class HeaderBytes {
 public:
  HeaderBytes& text(std::uint32_t tag, const std::string& value) {
    return add(tag, 6, 1, value + '\0');
  }
  HeaderBytes& texts(std::uint32_t tag, const std::vector<std::string>& values) {
    std::string data;
    for (const std::string& value : values) data += value + '\0';
    return add(tag, 8, static_cast<std::uint32_t>(values.size()), data);
  }
  HeaderBytes& number(std::uint32_t tag, std::uint32_t value) { return numbers(tag, {value}); }
  HeaderBytes& numbers(std::uint32_t tag, const std::vector<std::uint32_t>& values) {
    std::string data;
    for (const std::uint32_t value : values) data += be(value);
    return add(tag, 4, static_cast<std::uint32_t>(values.size()), data);
  }
  std::string str() const {
    return be(entries_) + be(static_cast<std::uint32_t>(data_.size())) + index_ + data_;
  }

 private:
  HeaderBytes& add(std::uint32_t tag, std::uint32_t type, std::uint32_t count,
                   const std::string& data) {
    index_ += be(tag) + be(type) + be(static_cast<std::uint32_t>(data_.size())) + be(count);
    data_ += data;
    ++entries_;
    return *this;
  }

  std::string index_;
  std::string data_;
  std::uint32_t entries_ = 0;
};

inline std::string package_header(const std::string& name, const std::string& summary = "A") {
  return HeaderBytes{}
      .text(1000, name)
      .text(1001, "1.0")
      .text(1002, "1")
      .text(1004, summary)
      .text(1022, "noarch")
      .str();
}

/// An ndb database of these headers, as rpm lays it out.
inline std::string ndb_of(const std::vector<std::string>& headers) {
  std::string slots = "RpmP" + le(0) + le(1) + le(1) +
                      le(static_cast<std::uint32_t>(headers.size() + 1)) + std::string(12, '\0');
  std::string blobs;
  std::uint32_t index = 1;
  for (const std::string& header : headers) {
    const auto length = static_cast<std::uint32_t>(header.size());
    std::string blob = "BlbS" + le(index) + le(1) + le(length) + header;
    while (blob.size() % 16 != 4) blob += '\0';
    blob += le(0) + le(length) + "BlbE";
    slots += "Slot" + le(index) + le(static_cast<std::uint32_t>((4096 + blobs.size()) / 16)) +
             le(static_cast<std::uint32_t>(blob.size() / 16));
    blobs += blob;
    ++index;
  }
  while (slots.size() < 4096) slots += "Slot" + std::string(12, '\0');
  return slots + blobs;
}

/// A hash table of Berkeley DB with pages of 512 bytes: the first says so, the second holds one
/// pair, from the third on lies its value.
inline std::string berkeley_of(const std::string& value) {
  constexpr std::size_t page_bytes = 512;
  constexpr std::size_t head_bytes = 26;
  const auto u16 = [](std::size_t number) {
    return le(static_cast<std::uint32_t>(number)).substr(0, 2);
  };
  const auto page_of = [&](std::size_t next, std::size_t items, std::size_t used, char type,
                           const std::string& rest) {
    std::string page = std::string(16, '\0') + le(static_cast<std::uint32_t>(next)) + u16(items) +
                       u16(used) + '\0' + type + rest;
    page.resize(page_bytes, '\0');
    return page;
  };
  const std::size_t part_bytes = page_bytes - head_bytes;
  const std::size_t parts = (value.size() + part_bytes - 1) / part_bytes;
  std::string file = std::string(12, '\0') + le(0x061561) + le(9) + le(page_bytes) +
                     std::string("\0\x08\0\0", 4) + le(0) +
                     le(static_cast<std::uint32_t>(parts + 1));
  file.resize(page_bytes, '\0');
  // the key, five bytes with its type, lies at the end; the value's item of twelve before it
  std::string pair = page_of(0, 2, 0, 13, u16(page_bytes - 5) + u16(page_bytes - 17));
  pair.replace(page_bytes - 5, 5, std::string("\x01\x01\0\0\0", 5));
  pair.replace(page_bytes - 17, 12,
               std::string("\x03\0\0\0", 4) + le(2) + le(static_cast<std::uint32_t>(value.size())));
  file += pair;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::string part = value.substr(i * part_bytes, part_bytes);
    file += page_of(i + 1 < parts ? i + 3 : 0, 1, part.size(), 7, part);
  }
  return file;
}

}  // namespace lade::sbom
