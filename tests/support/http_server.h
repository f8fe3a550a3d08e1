#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "libimage/base/fd.h"

namespace lade {

/// A request as it came; names of headers in lower case, the last of a name counts.
struct SeenRequest {
  std::string method;
  std::string target;  ///< path and query
  std::map<std::string, std::string> headers;
  std::string body;
  int connection = 0;  ///< which one it came by, from 0

  std::string path() const { return target.substr(0, target.find('?')); }
  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

/// What to answer, and how to misbehave meanwhile.
struct Answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  /// What Content-Length says, if not the truth.
  std::string claimed_size{};
  /// The connection is cut after so many bytes of the body; -1: never.
  std::int64_t cut_after = -1;
  /// Not a byte is answered: the connection is cut at once.
  bool hang_up = false;
  /// Milliseconds before each of the body's `drip_bytes` bytes.
  int drip_ms = 0;
  std::size_t drip_bytes = 1;
};

/// An HTTP/1.1 server on a port of the loopback device or on a Unix socket, with a thread for each
/// connection, that answers what the test says and remembers what it was asked.
class HttpServer {
 public:
  using Handler = std::function<Answer(const SeenRequest&)>;

  explicit HttpServer(Handler handler);
  /// On a socket that is made at this path.
  HttpServer(Handler handler, const std::string& socket);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  /// "127.0.0.1:port"
  std::string host() const;
  std::string url(const std::string& path) const { return "http://" + host() + path; }
  std::vector<SeenRequest> seen();
  /// Called with the head of each request before its body is read; an answer ends it there.
  void set_early(std::function<bool(const SeenRequest&, Answer&)> early);

 private:
  void accept_all();
  void serve(int client, int connection);
  bool answer(int client, const Answer& answer, bool head) const;

  Handler handler_;
  std::function<bool(const SeenRequest&, Answer&)> early_;
  Fd listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  std::list<Fd> clients_;
  std::list<std::thread> workers_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace lade
