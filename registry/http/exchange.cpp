// libcurl is driven by whoever wants something of it: send() pumps until the bytes it was given are
// on their way, receive() until the headers came, read() until there is some of the body. A side
// that has nothing to do is paused, so nothing is buffered beyond what one turn brings.
#include "registry/http/exchange.h"

#include <algorithm>
#include <cstring>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::registry {
namespace {

constexpr std::size_t header_limit = 256;
constexpr std::size_t header_line_limit_bytes = 64U << 10U;
constexpr std::size_t surplus_limit_bytes = 1U << 20U;
constexpr std::uint64_t authorities_limit_bytes = 16U << 20U;
constexpr long buffer_bytes = 256L << 10U;
constexpr int turn_ms = 1000;

/// One place in the pool for what may share a connection.
std::string place_of(const HttpUrl& url, const HttpRequest& request) {
  const TlsTrust& trust = request.trust;
  std::string place = url.origin() + " " + request.unix_socket;
  if (!trust.verify) place += " unverified";
  for (const std::string& file : trust.authorities) place += " " + file;
  return place + " " + trust.client_certificate;
}

ErrorKind kind_of(CURLcode result) {
  switch (result) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return ErrorKind::denied;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
      return ErrorKind::invalid;
    default:
      return ErrorKind::unavailable;
  }
}

}  // namespace

Exchange::Exchange(CurlPool& pool, const ExchangeSettings& settings, const HttpRequest& request,
                   const HttpUrl& url)
    : curl_(CurlLibrary::get()),
      settings_(settings),
      url_(url.text),
      shown_(url.shown()),
      multi_(pool.take(place_of(url, request))),
      easy_(curl_.easy_init()) {
  if (!easy_) throw std::bad_alloc();
  set(CURLOPT_URL, url_.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_CONNECTTIMEOUT, settings.connect_seconds);
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, settings.stall_seconds);
  set(CURLOPT_USERAGENT, settings.user_agent.c_str());
  set(CURLOPT_BUFFERSIZE, buffer_bytes);
  set(CURLOPT_UPLOAD_BUFFERSIZE, buffer_bytes);
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(error_));
  set(CURLOPT_WRITEFUNCTION, &Exchange::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Exchange::on_header);
  set(CURLOPT_HEADERDATA, this);
  const bool is_local = !request.unix_socket.empty();
  if (is_local) set(CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  // said in any case, or libcurl would look into the environment by itself
  const bool by_proxy = !is_local && settings.proxies;
  set(CURLOPT_PROXY, by_proxy ? proxy_for(*settings.proxies, url).c_str() : "");
  set(CURLOPT_NOPROXY, "");
  set(CURLOPT_SOCKS5_AUTH, CURLAUTH_BASIC);  // the default has Kerberos, which is linked out
  set_method(request);
  set_headers(request);
  set_trust(request.trust);
  if (curl_.multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) throw std::bad_alloc();
}

Exchange::~Exchange() { curl_.multi_remove_handle(multi_.get(), easy_.get()); }

template <class Value>
void Exchange::set(CURLoption option, Value value) {
  const CURLcode code = curl_.easy_setopt(easy_.get(), option, value);
  if (code != CURLE_OK) {
    fail(ErrorKind::internal, "libcurl refuses option {}: {}", static_cast<int>(option),
         curl_.easy_strerror(code));
  }
}

void Exchange::set_method(const HttpRequest& request) {
  sent_all_ = !request.body;
  if (request.body) {
    set(CURLOPT_UPLOAD, 1L);
    const bool is_known = request.body->size_bytes != HttpBody::unknown_size;
    set(CURLOPT_INFILESIZE_LARGE,
        is_known ? static_cast<curl_off_t>(request.body->size_bytes) : curl_off_t{-1});
    set(CURLOPT_READFUNCTION, &Exchange::on_send);
    set(CURLOPT_READDATA, this);
  } else if (request.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  }
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void Exchange::set_headers(const HttpRequest& request) {
  const auto append = [&](const std::string& line) {
    curl_slist* longer = curl_.slist_append(list_.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    if (list_ == nullptr) list_.reset(longer);
  };
  for (const auto& [name, value] : request.headers) append(name + ": " + value);
  // waiting for 100 Continue costs a second at servers that never say it
  append("Expect:");
  set(CURLOPT_HTTPHEADER, list_.get());
}

void Exchange::set_trust(const TlsTrust& trust) {
  if (!trust.verify) {
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
    // libcurl would read them all the same, which takes longer than the rest of a short request
    set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!trust.authorities.empty()) {
    authorities_ = find_file(settings_.system_authorities, authorities_limit_bytes).value_or("");
    for (const std::string& path : trust.authorities) {
      authorities_ += "\n" + read_file(path, authorities_limit_bytes);
    }
    curl_blob blob{authorities_.data(), authorities_.size(), CURL_BLOB_NOCOPY};
    set(CURLOPT_CAINFO_BLOB, &blob);
  }
  if (!trust.client_certificate.empty()) {
    set(CURLOPT_SSLCERT, trust.client_certificate.c_str());
    set(CURLOPT_SSLKEY, trust.client_key.c_str());
  }
}

bool Exchange::send(std::span<const std::byte> bytes) {
  outgoing_ = bytes;
  while (!outgoing_.empty() && !answered_ && !done_) pump();
  outgoing_ = {};
  return !answered_ && !done_;
}

void Exchange::receive() {
  sent_all_ = true;
  while (!answered_ && !done_) pump();
}

std::size_t Exchange::read(std::span<std::byte> buffer) {
  if (surplus_taken_ < surplus_.size()) {
    const std::size_t count = std::min(buffer.size(), surplus_.size() - surplus_taken_);
    std::memcpy(buffer.data(), surplus_.data() + surplus_taken_, count);
    surplus_taken_ += count;
    return count;
  }
  surplus_.clear();
  surplus_taken_ = 0;
  target_ = buffer;
  target_filled_ = 0;
  while (target_filled_ == 0 && !done_) pump();
  target_ = {};
  if (target_filled_ == 0 && failure_) std::rethrow_exception(failure_);
  return target_filled_;
}

std::size_t Exchange::on_send(char* buffer, std::size_t, std::size_t size, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  return exchange.guard_.run(std::size_t{CURL_READFUNC_ABORT}, [&] {
    return exchange.take_outgoing({reinterpret_cast<std::byte*>(buffer), size});
  });
}

std::size_t Exchange::take_outgoing(std::span<std::byte> buffer) {
  if (outgoing_.empty()) {
    if (sent_all_) return 0;
    send_paused_ = true;
    return CURL_READFUNC_PAUSE;
  }
  const std::size_t count = std::min(buffer.size(), outgoing_.size());
  std::memcpy(buffer.data(), outgoing_.data(), count);
  outgoing_ = outgoing_.subspan(count);
  return count;
}

std::size_t Exchange::on_body(const char* data, std::size_t, std::size_t size, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  return exchange.guard_.run(std::size_t{0}, [&] {
    return exchange.take_body({reinterpret_cast<const std::byte*>(data), size});
  });
}

std::size_t Exchange::take_body(std::span<const std::byte> bytes) {
  answered_ = true;
  const std::size_t size = bytes.size();
  const std::size_t room = target_.size() - target_filled_;
  // libcurl gives all of it again after a pause, so it is all or nothing
  if (size > room && surplus_.size() >= surplus_limit_bytes) {
    receive_paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  const std::size_t direct = surplus_.empty() ? std::min(size, room) : 0;
  if (direct > 0) std::memcpy(target_.data() + target_filled_, bytes.data(), direct);
  target_filled_ += direct;
  surplus_.insert(surplus_.end(), bytes.begin() + static_cast<std::ptrdiff_t>(direct), bytes.end());
  return size;
}

std::size_t Exchange::on_header(const char* data, std::size_t, std::size_t size, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  return exchange.guard_.run(std::size_t{0}, [&] {
    exchange.take_header({data, size});
    return size;
  });
}

void Exchange::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    // an interim answer (100, 103) is followed by the real one
    headers_ = {};
    long status = 0;
    curl_.easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    status_ = static_cast<int>(status);
    return;
  }
  line = trim(line);
  if (line.empty()) {
    answered_ = status_ >= 200;
    return;
  }
  const auto colon = line.find(':');
  if (answered_ || colon == std::string_view::npos) return;  // trailers tell nothing we want
  if (headers_.size() >= header_limit || line.size() > header_line_limit_bytes) {
    fail(ErrorKind::corrupt, "{}: the answer has more headers than anybody needs", shown_);
  }
  headers_.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
}

void Exchange::pump() {
  require_going_on(settings_.cancel);
  if ((send_paused_ && (!outgoing_.empty() || sent_all_)) || receive_paused_) {
    send_paused_ = send_paused_ && outgoing_.empty() && !sent_all_;
    receive_paused_ = false;
    curl_.easy_pause(easy_.get(), send_paused_ ? CURLPAUSE_SEND : CURLPAUSE_CONT);
  }
  int running = 0;
  const CURLMcode code = curl_.multi_perform(multi_.get(), &running);
  if (code != CURLM_OK) {
    fail(ErrorKind::internal, "{}: {}", shown_, curl_.multi_strerror(code));
  }
  guard_.rethrow();
  int left = 0;
  while (const CURLMsg* message = curl_.multi_info_read(multi_.get(), &left)) {
    if (message->msg == CURLMSG_DONE) finish(message->data.result);
  }
  const bool idle = target_filled_ == 0 && surplus_.empty() && !done_;
  if (idle && !(send_paused_ && !sent_all_)) {
    curl_waitfd cancelled{settings_.cancel ? settings_.cancel->descriptor() : -1, CURL_WAIT_POLLIN,
                          0};
    curl_.multi_poll(multi_.get(), &cancelled, settings_.cancel ? 1 : 0, turn_ms, nullptr);
  }
}

void Exchange::finish(CURLcode result) {
  done_ = true;
  // a server that answers before it has read all and hangs up has still answered
  if (result == CURLE_OK || (answered_ && result == CURLE_SEND_ERROR)) return;
  const char* reason = error_[0] != '\0' ? error_ : curl_.easy_strerror(result);
  if (result == CURLE_SSL_CONNECT_ERROR &&
      std::string_view(reason).find("wrong version number") != std::string_view::npos) {
    throw SpeaksNoTls(ErrorKind::invalid, shown_ + ": what answers there does not speak TLS");
  }
  const std::string message = fmt::format("{}: {}", shown_, reason);
  if (!answered_) throw Error(kind_of(result), message);
  // what came before the end is the reader's first
  failure_ = std::make_exception_ptr(Error(kind_of(result), message));
}

}  // namespace lade::registry
