#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace lade {

/// Bytes to read that lie in a mapped file, or are this object's own. Whoever maps a file that
/// others may cut short gets a signal for it; Lade replaces its files and never cuts them.
class MappedBytes {
 public:
  MappedBytes() = default;
  explicit MappedBytes(std::string text) : text_(std::move(text)) {}
  /// All of a regular file. Pages are read when they are touched, or at once.
  enum class Loading { lazy, at_once };
  static MappedBytes of_file(const std::string& path, Loading loading = Loading::lazy);
  /// As many bytes of an open file, which may be closed afterwards.
  static MappedBytes of_descriptor(int file, std::size_t size_bytes,
                                   Loading loading = Loading::lazy);

  MappedBytes(MappedBytes&& other) noexcept
      : text_(std::move(other.text_)),
        mapping_(std::exchange(other.mapping_, nullptr)),
        size_bytes_(std::exchange(other.size_bytes_, 0)) {}
  MappedBytes& operator=(MappedBytes&& other) noexcept {
    std::swap(text_, other.text_);
    std::swap(mapping_, other.mapping_);
    std::swap(size_bytes_, other.size_bytes_);
    return *this;
  }
  ~MappedBytes();

  /// Valid until the object goes or, if they are its own, is moved.
  std::string_view view() const {
    return mapping_ != nullptr ? std::string_view(mapping_, size_bytes_) : std::string_view(text_);
  }

 private:
  std::string text_;
  char* mapping_ = nullptr;
  std::size_t size_bytes_ = 0;
};

}  // namespace lade
