#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "libimage/base/error.h"

/// The form in which Lade keeps records for itself (docs/formats.md, "records"): a number is little
/// endian base 128 (seven bits a byte, the lowest first), a text its length and bytes, a list its
/// length and members, an optional a list of one at most. A struct S is its fields in order, which
///
///   template <class Coder, FieldsOf<S> V>
///   void code_fields(Coder& coder, V& value) { coder.field(value.a); … }
///
/// lists once for writing and reading alike: an Encoder appends what it is shown, a Decoder fills
/// it in. An enum says its last value by `constexpr E last_of(E)`.
namespace lade::sbom {

template <class V, class S>
concept FieldsOf = std::same_as<std::remove_const_t<V>, S>;

template <class T>
inline constexpr bool is_coded_list = false;
template <class T>
inline constexpr bool is_coded_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_coded_map = false;
template <class K, class V>
inline constexpr bool is_coded_map<std::map<K, V>> = true;
template <class T>
inline constexpr bool is_coded_optional = false;
template <class T>
inline constexpr bool is_coded_optional<std::optional<T>> = true;

class Encoder {
 public:
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      bytes_ += static_cast<char>(value | 0x80);
      value >>= 7;
    }
    bytes_ += static_cast<char>(value);
  }

  template <class T>
  void field(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      number(value.size());
      bytes_ += value;
    } else if constexpr (std::is_enum_v<T> || std::unsigned_integral<T>) {
      number(static_cast<std::uint64_t>(value));
    } else if constexpr (std::signed_integral<T>) {
      const auto wide = static_cast<std::int64_t>(value);  // small ones of either sign are short
      number((static_cast<std::uint64_t>(wide) << 1U) ^ static_cast<std::uint64_t>(wide >> 63U));
    } else if constexpr (is_coded_optional<T>) {
      number(value ? 1 : 0);
      if (value) field(*value);
    } else if constexpr (is_coded_map<T>) {
      number(value.size());
      for (const auto& [key, word] : value) {
        field(key);
        field(word);
      }
    } else if constexpr (is_coded_list<T>) {
      number(value.size());
      for (const auto& member : value) field(member);
    } else {
      code_fields(*this, value);
    }
  }

  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Throws `corrupt`, naming `what`, wherever the bytes are not what an Encoder writes. No length is
/// believed beyond what is left.
class Decoder {
 public:
  /// Both must outlive it.
  Decoder(std::string_view bytes, std::string_view what) : rest_(bytes), what_(what) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    damaged("a number has no end");
  }

  std::string_view take(std::uint64_t length_bytes) {
    if (length_bytes > rest_.size()) damaged("they end early");
    const std::string_view taken = rest_.substr(0, length_bytes);
    rest_.remove_prefix(length_bytes);
    return taken;
  }

  template <class T>
  void field(T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      value = take(number());
    } else if constexpr (std::is_same_v<T, bool>) {
      value = number() != 0;
    } else if constexpr (std::is_enum_v<T>) {
      const std::uint64_t got = number();
      if (got > static_cast<std::uint64_t>(last_of(T{}))) damaged("there is no such kind");
      value = static_cast<T>(got);
    } else if constexpr (std::unsigned_integral<T>) {
      value = static_cast<T>(number());
    } else if constexpr (std::signed_integral<T>) {
      const std::uint64_t got = number();
      value = static_cast<T>((got >> 1U) ^ (~(got & 1U) + 1));
    } else if constexpr (is_coded_optional<T>) {
      if (length() != 0) field(value.emplace());
    } else if constexpr (is_coded_map<T>) {
      for (std::size_t left = length(); left > 0; --left) {
        typename T::key_type key{};
        field(key);
        field(value[key]);
      }
    } else if constexpr (is_coded_list<T>) {
      for (std::size_t left = length(); left > 0; --left) field(value.emplace_back());
    } else {
      code_fields(*this, value);
    }
  }

  bool at_end() const { return rest_.empty(); }
  void require_end() const {
    if (!at_end()) damaged("bytes follow");
  }
  [[noreturn]] void damaged(std::string_view how) const {
    fail(ErrorKind::corrupt, "{} are damaged: {}", what_, how);
  }

 private:
  /// Of a list whose members have at least a byte each.
  std::size_t length() {
    const std::uint64_t count = number();
    if (count > rest_.size()) damaged("a list is longer than they are");
    return count;
  }

  std::string_view rest_;
  std::string_view what_;
};

}  // namespace lade::sbom
