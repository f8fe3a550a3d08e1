#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lade::sbom {

/// Valid UTF-8: what is none becomes U+FFFD.
std::string with_valid_utf8(std::string_view text);

/// Appends JSON, indented by a space for each level, to a string: a document of ten thousand
/// packages is written without a tree of values in between. Calls follow the document's order; what
/// they write is valid as long as members stand in objects and everything opened is closed.
class JsonWriter {
 public:
  /// For about so many bytes.
  explicit JsonWriter(std::size_t expected_bytes = 0) { text_.reserve(expected_bytes); }

  void open_object() { open('{'); }
  void close_object() { close('}'); }
  void open_array() { open('['); }
  void close_array() { close(']'); }

  void key(std::string_view name);
  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool truth);
  void value(std::uint64_t number);

  template <class Value>
  void member(std::string_view name, const Value& content) {
    key(name);
    value(content);
  }
  /// Nothing for an empty text.
  void member_unless_empty(std::string_view name, std::string_view text) {
    if (!text.empty()) member(name, text);
  }
  /// Nothing for an empty list.
  template <class Range>
  void strings_unless_empty(std::string_view name, const Range& texts) {
    if (texts.empty()) return;
    key(name);
    open_array();
    for (const auto& text : texts) value(std::string_view(text));
    close_array();
  }

  /// The document, with a line's end behind it.
  std::string finish() &&;

 private:
  void open(char bracket);
  void close(char bracket);
  void start_value();
  void new_line();
  void quote(std::string_view text);

  std::string text_;
  std::size_t depth_ = 0;
  bool is_first_ = true;
  bool is_after_key_ = false;
};

}  // namespace lade::sbom
