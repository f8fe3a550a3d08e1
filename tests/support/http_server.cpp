#include "tests/support/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

/// Reads from a connection, keeping what came too early.
class Reader {
 public:
  explicit Reader(int client) : client_(client) {}

  /// Up to and without `end`; false if the connection ended first.
  bool until(std::string_view end, std::string& text) {
    while (true) {
      const auto at = buffer_.find(end);
      if (at != std::string::npos) {
        text = buffer_.substr(0, at);
        buffer_.erase(0, at + end.size());
        return true;
      }
      // TLS was tried first; nobody here speaks it
      constexpr char handshake = 22;
      if (!more() || buffer_.front() == handshake) return false;
    }
  }

  bool exactly(std::size_t count, std::string& text) {
    while (buffer_.size() < count) {
      if (!more()) return false;
    }
    text.append(buffer_, 0, count);
    buffer_.erase(0, count);
    return true;
  }

 private:
  bool more() {
    char bytes[65536];
    const ssize_t got = ::recv(client_, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  int client_;
  std::string buffer_;
};

bool read_head(Reader& reader, SeenRequest& request) {
  std::string head;
  if (!reader.until("\r\n\r\n", head)) return false;
  const auto lines = split(head, '\n');
  const auto words = split(trim(lines.front()), ' ');
  if (words.size() < 2) return false;
  request.method = words[0];
  request.target = words[1];
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto colon = lines[i].find(':');
    if (colon == std::string::npos) continue;
    request.headers[to_lower(lines[i].substr(0, colon))] =
        std::string(trim(std::string_view(lines[i]).substr(colon + 1)));
  }
  return true;
}

bool read_body(Reader& reader, SeenRequest& request) {
  if (to_lower(request.header("transfer-encoding")) == "chunked") {
    while (true) {
      std::string line;
      if (!reader.until("\r\n", line)) return false;
      const auto size = std::stoul(line, nullptr, 16);
      if (!reader.exactly(size, request.body) || !reader.until("\r\n", line)) return false;
      if (size == 0) return true;
    }
  }
  const std::string length = request.header("content-length");
  return length.empty() || reader.exactly(std::stoul(length), request.body);
}

bool put(int client, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

HttpServer::HttpServer(Handler handler)
    : handler_(std::move(handler)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 64) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0) {
    fail_errno("cannot listen on the loopback device");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept_all(); });
}

HttpServer::HttpServer(Handler handler, const std::string& socket)
    : handler_(std::move(handler)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_.get(), 64) != 0) {
    fail_errno("cannot listen on {}", socket);
  }
  thread_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const Fd& client : clients_) ::shutdown(client.get(), SHUT_RDWR);
  }
  ::shutdown(listener_.get(), SHUT_RDWR);
  thread_.join();
  for (std::thread& worker : workers_) worker.join();
}

std::string HttpServer::host() const { return fmt::format("127.0.0.1:{}", port_); }

std::vector<SeenRequest> HttpServer::seen() {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void HttpServer::set_early(std::function<bool(const SeenRequest&, Answer&)> early) {
  early_ = std::move(early);
}

void HttpServer::accept_all() {
  for (int connection = 0;; ++connection) {
    Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    const int on = 1;
    ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard lock(mutex_);
    if (ending_) return;
    const int number = client.get();
    clients_.push_back(std::move(client));
    workers_.emplace_back([this, number, connection] {
      serve(number, connection);
      // not closed before the end: the number would be another connection's
      ::shutdown(number, SHUT_RDWR);
    });
  }
}

void HttpServer::serve(int client, int connection) {
  Reader reader(client);
  while (true) {
    SeenRequest request;
    request.connection = connection;
    if (!read_head(reader, request)) return;
    Answer early;
    if (early_ && early_(request, early)) {
      answer(client, early, false);
      return;
    }
    if (!read_body(reader, request)) return;
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(request);
    }
    if (!answer(client, handler_(request), request.method == "HEAD")) return;
  }
}

bool HttpServer::answer(int client, const Answer& answer, bool head) const {
  if (answer.hang_up) return false;
  std::string text = fmt::format("HTTP/1.1 {} Said\r\n", answer.status);
  text += fmt::format("Content-Length: {}\r\n", answer.claimed_size.empty()
                                                    ? std::to_string(answer.body.size())
                                                    : answer.claimed_size);
  for (const auto& [name, value] : answer.headers) text += name + ": " + value + "\r\n";
  if (!put(client, text + "\r\n")) return false;
  if (head) return true;
  std::string_view body = answer.body;
  if (answer.cut_after >= 0) body = body.substr(0, static_cast<std::size_t>(answer.cut_after));
  while (answer.drip_ms > 0 && !body.empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(answer.drip_ms));
    const std::string_view some = body.substr(0, answer.drip_bytes);
    if (!put(client, some)) return false;
    body.remove_prefix(some.size());
  }
  return put(client, body) && answer.cut_after < 0;
}

}  // namespace lade
