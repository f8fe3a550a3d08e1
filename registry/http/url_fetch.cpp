// One transfer is driven by whoever reads the body: read() pumps libcurl until some bytes came. No
// thread is needed, and a reader that stops reading stops the transfer.
#include "registry/http/url_fetch.h"

#include <poll.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "libimage/base/callback_guard.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"
#include "registry/http/curl_library.h"

namespace lade::registry {
namespace {

constexpr int attempts = 4;
constexpr long redirect_limit = 10;
constexpr long stall_seconds = 60;
constexpr std::size_t header_limit = 256;
constexpr std::size_t buffered_limit_bytes = 4U << 20U;

ErrorKind kind_of_status(long status) {
  if (status == 404 || status == 410) return ErrorKind::not_found;
  if (status == 401 || status == 403) return ErrorKind::denied;
  if (status == 408 || status == 429 || status >= 500) return ErrorKind::unavailable;
  return ErrorKind::invalid;
}

class Transfer final : public Source {
 public:
  Transfer(std::string url, const CancelToken* cancel)
      : curl_(CurlLibrary::get()), url_(std::move(url)), cancel_(cancel) {
    easy_ = curl_.easy_init();
    multi_ = curl_.multi_init();
    if (easy_ == nullptr || multi_ == nullptr) fail(ErrorKind::io, "out of memory in libcurl");
    curl_.easy_setopt(easy_, CURLOPT_URL, url_.c_str());
    curl_.easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_.easy_setopt(easy_, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_.easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 1L);
    curl_.easy_setopt(easy_, CURLOPT_MAXREDIRS, redirect_limit);
    curl_.easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_.easy_setopt(easy_, CURLOPT_FILETIME, 1L);
    curl_.easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT, 30L);
    curl_.easy_setopt(easy_, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_.easy_setopt(easy_, CURLOPT_LOW_SPEED_TIME, stall_seconds);
    curl_.easy_setopt(easy_, CURLOPT_USERAGENT, "lade");
    curl_.easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_);
    curl_.easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    curl_.easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl_.easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    curl_.easy_setopt(easy_, CURLOPT_HEADERDATA, this);
    curl_.multi_add_handle(multi_, easy_);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() override {
    curl_.multi_remove_handle(multi_, easy_);
    curl_.easy_cleanup(easy_);
    curl_.multi_cleanup(multi_);
  }

  /// Until the last response's headers are known. Throws for everything but a 2xx.
  void start() {
    while (!done_ && buffer_.empty()) pump();
    long status = 0;
    curl_.easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || status > 299) {
      fail(kind_of_status(status), "cannot fetch {}: the server answered {}",
           without_userinfo(url_), status);
    }
  }

  std::size_t read(std::span<std::byte> buffer) override {
    while (!done_ && buffer_.size() == taken_) pump();
    const std::size_t count = std::min(buffer.size(), buffer_.size() - taken_);
    std::memcpy(buffer.data(), buffer_.data() + taken_, count);
    taken_ += count;
    if (taken_ == buffer_.size()) {
      buffer_.clear();
      taken_ = 0;
    }
    return count;
  }

  std::string header(const std::string& name) const {
    const auto found = headers_.find(name);
    return found == headers_.end() ? std::string() : found->second;
  }
  std::optional<std::uint64_t> size_bytes() const {
    curl_off_t size = -1;
    curl_.easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
    if (size < 0) return std::nullopt;
    return static_cast<std::uint64_t>(size);
  }
  std::optional<Timestamp> last_modified() const {
    curl_off_t time = -1;
    curl_.easy_getinfo(easy_, CURLINFO_FILETIME_T, &time);
    if (time < 0) return std::nullopt;
    return Timestamp{time, 0};
  }

 private:
  static std::size_t on_body(const char* data, std::size_t, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    return transfer.guard_.run(std::size_t{0}, [&]() -> std::size_t {
      if (transfer.buffer_.size() >= buffered_limit_bytes) {
        transfer.paused_ = true;
        return CURL_WRITEFUNC_PAUSE;
      }
      transfer.buffer_.append(data, count);
      return count;
    });
  }

  static std::size_t on_header(const char* data, std::size_t, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    return transfer.guard_.run(std::size_t{0}, [&] {
      transfer.note_header(trim(std::string_view(data, count)));
      return count;
    });
  }

  void note_header(std::string_view line) {
    // a new response (after a redirect, or 100 Continue) begins anew
    if (line.starts_with("HTTP/")) headers_.clear();
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && headers_.size() < header_limit) {
      headers_[to_lower(line.substr(0, colon))] = std::string(trim(line.substr(colon + 1)));
    }
  }

  void pump() {
    require_going_on(cancel_);
    if (paused_ && buffer_.empty()) {
      paused_ = false;
      curl_.easy_pause(easy_, CURLPAUSE_CONT);
    }
    int running = 0;
    const CURLMcode code = curl_.multi_perform(multi_, &running);
    if (code != CURLM_OK) {
      fail(ErrorKind::internal, "cannot fetch {}: {}", without_userinfo(url_),
           curl_.multi_strerror(code));
    }
    guard_.rethrow();
    int left = 0;
    while (const CURLMsg* message = curl_.multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE) finish(message->data.result);
    }
    if (!done_ && buffer_.size() == taken_) wait();
  }

  void wait() {
    curl_waitfd token{cancel_ == nullptr ? -1 : cancel_->descriptor(), CURL_WAIT_POLLIN, 0};
    curl_.multi_poll(multi_, &token, cancel_ == nullptr ? 0 : 1, 1000, nullptr);
  }

  void finish(CURLcode result) {
    done_ = true;
    if (result == CURLE_OK) return;
    const char* reason = error_[0] != '\0' ? error_ : curl_.easy_strerror(result);
    const bool tls = result == CURLE_PEER_FAILED_VERIFICATION;
    const bool syntax = result == CURLE_URL_MALFORMAT || result == CURLE_UNSUPPORTED_PROTOCOL;
    fail(tls      ? ErrorKind::denied
         : syntax ? ErrorKind::invalid
                  : ErrorKind::unavailable,
         "cannot fetch {}: {}", without_userinfo(url_), reason);
  }

  CallbackGuard guard_;
  const CurlLibrary& curl_;
  std::string url_;
  const CancelToken* cancel_;
  CURL* easy_ = nullptr;
  CURLM* multi_ = nullptr;
  char error_[CURL_ERROR_SIZE] = {};
  std::map<std::string, std::string> headers_;
  std::string buffer_;
  std::size_t taken_ = 0;
  bool paused_ = false;
  bool done_ = false;
};

void pause(std::chrono::milliseconds time, const CancelToken* cancel) {
  pollfd watched{cancel == nullptr ? -1 : cancel->descriptor(), POLLIN, 0};
  ::poll(&watched, 1, static_cast<int>(time.count()));
  require_going_on(cancel);
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      if (const auto byte = from_hex(text.substr(i + 1, 2))) {
        decoded += static_cast<char>(byte->front());
        i += 2;
        continue;
      }
    }
    decoded += text[i];
  }
  return decoded;
}

/// The last component, if it can be a file name.
std::string safe_name(std::string name) {
  if (const auto slash = name.rfind('/'); slash != std::string::npos) name.erase(0, slash + 1);
  if (name == "." || name == ".." || name.find('\0') != std::string::npos) return {};
  return name;
}

}  // namespace

std::string file_name_of(const std::string& content_disposition, const std::string& url) {
  constexpr std::string_view key = "filename=";
  if (const auto at = to_lower(content_disposition).find(key); at != std::string::npos) {
    std::string_view value = std::string_view(content_disposition).substr(at + key.size());
    if (value.starts_with('"')) {
      value.remove_prefix(1);
      value = value.substr(0, value.find('"'));
    } else {
      value = trim(value.substr(0, value.find(';')));
    }
    if (std::string name = safe_name(std::string(value)); !name.empty()) return name;
  }
  std::string_view path = url;
  if (const auto scheme = path.find("://"); scheme != std::string_view::npos) {
    path.remove_prefix(scheme + 3);
  }
  path = path.substr(0, path.find_first_of("?#"));
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  return safe_name(percent_decode(path.substr(path.rfind('/') + 1)));
}

FetchedUrl HttpUrlFetcher::fetch(const std::string& url) {
  for (int attempt = 1;; ++attempt) {
    try {
      auto transfer = std::make_unique<Transfer>(url, cancel_);
      transfer->start();
      FetchedUrl fetched;
      fetched.size_bytes = transfer->size_bytes();
      fetched.last_modified = transfer->last_modified();
      fetched.file_name = file_name_of(transfer->header("content-disposition"), url);
      fetched.body = std::move(transfer);
      return fetched;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable || attempt == attempts) throw;
      pause(pause_ * (1 << (attempt - 1)), cancel_);
    }
  }
}

}  // namespace lade::registry
