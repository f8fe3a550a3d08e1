#include "registry/http/download.h"

#include <algorithm>
#include <vector>

#include "libimage/base/error.h"
#include "registry/http/http_client.h"

namespace lade::registry {
namespace {

constexpr int fruitless_limit = 5;
constexpr std::size_t skip_buffer_bytes = 256U << 10U;

}  // namespace

Download::Download(Send send, HttpRequest request, std::uint64_t first_byte,
                   std::optional<std::uint64_t> size_bytes)
    : send_(std::move(send)),
      request_(std::move(request)),
      position_(first_byte),
      size_bytes_(size_bytes) {
  open();
}

std::size_t Download::read(std::span<std::byte> buffer) {
  while (true) {
    try {
      if (!body_) open();
      const std::size_t count = body_->read(buffer);
      if (count == 0 && size_bytes_ && position_ < *size_bytes_) {
        fail(ErrorKind::unavailable, "the connection ended after {} of {} bytes", position_,
             *size_bytes_);
      }
      position_ += count;
      return count;
    } catch (const Error& error) {
      carry_on(error);
    }
  }
}

/// Throws on if trying again would not help.
void Download::carry_on(const Error& why) {
  if (why.kind() != ErrorKind::unavailable) throw;
  body_.reset();
  fruitless_ = position_ > broke_at_ ? 1 : fruitless_ + 1;
  broke_at_ = position_;
  if (fruitless_ > fruitless_limit) throw;
}

void Download::open() {
  request_.headers.remove("Range");
  // what was packed for the way could not be carried on with
  request_.headers.remove("Accept-Encoding");
  request_.headers.add("Accept-Encoding", "identity");
  if (position_ > 0) request_.headers.add("Range", fmt::format("bytes={}-", position_));
  HttpResponse response = send_(request_);
  if (response.status == 206) {
    const auto range = parse_content_range(response.headers.find("Content-Range").value_or(""));
    if (!range || range->first != position_) {
      fail(ErrorKind::corrupt, "the server was asked for bytes from {} on and sent \"{}\"",
           position_, response.headers.find("Content-Range").value_or("no Content-Range"));
    }
    body_ = std::move(response.body);
    return;
  }
  if (response.status != 200) {
    fail(kind_of_status(response.status), "the server answered {}", response.status);
  }
  body_ = std::move(response.body);
  skip(position_);
}

void Download::skip(std::uint64_t count_bytes) {
  std::vector<std::byte> buffer(std::min<std::uint64_t>(count_bytes, skip_buffer_bytes));
  while (count_bytes > 0) {
    const auto want = std::min<std::uint64_t>(count_bytes, buffer.size());
    const std::size_t count = body_->read(std::span(buffer).first(want));
    if (count == 0) fail(ErrorKind::unavailable, "the connection ended early");
    count_bytes -= count;
  }
}

}  // namespace lade::registry
