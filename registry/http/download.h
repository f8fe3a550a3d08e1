#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "registry/http/http.h"

namespace lade::registry {

/// The body of a document of known size that carries on where a connection broke, by Range (RFC
/// 9110 14). A server that cannot is read from the start again, what was had being skipped.
class Download final : public Source {
 public:
  using Send = std::function<HttpResponse(const HttpRequest&)>;

  /// Begins at `first_byte`. `size_bytes` is the whole document's; fewer bytes count as a broken
  /// connection, more are passed on for whoever verifies. The first answer is asked for at once:
  /// errors by its status.
  Download(Send send, HttpRequest request, std::uint64_t first_byte,
           std::optional<std::uint64_t> size_bytes);

  std::size_t read(std::span<std::byte> buffer) override;

 private:
  void open();
  void skip(std::uint64_t count_bytes);
  void carry_on(const class lade::Error& why);

  Send send_;
  HttpRequest request_;
  std::uint64_t position_;
  std::optional<std::uint64_t> size_bytes_;
  std::unique_ptr<Source> body_;
  std::uint64_t broke_at_ = 0;
  int fruitless_ = 0;  ///< breaks in a row that brought nothing new
};

}  // namespace lade::registry
