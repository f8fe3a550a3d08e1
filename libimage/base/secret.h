#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace lade {

/// A password, token or key. It converts to nothing and has no formatter, so that none can reach a
/// message by accident: whoever needs the bytes says `reveal()`. They are kept in one allocation,
/// which is overwritten when the object dies or is assigned to.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes);
  Secret(const Secret& other) : Secret(other.reveal()) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret other) noexcept;
  ~Secret();

  /// The bytes, valid as long as the object.
  std::string_view reveal() const { return {bytes_.get(), size_bytes_}; }
  bool empty() const { return size_bytes_ == 0; }
  /// Takes the same time wherever the bytes differ.
  bool operator==(const Secret& other) const;

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_bytes_ = 0;
};

/// Overwrites text that held a secret on its way into a Secret, and empties it.
void wipe(std::string& text);

}  // namespace lade
