#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "libimage/base/file.h"
#include "libimage/base/guarded.h"
#include "libimage/base/temp_dir.h"
#include "libimage/transport/docker_archive.h"
#include "registry/daemon/docker_daemon.h"
#include "tests/support/http_server.h"

namespace lade::registry {

/// A Docker daemon as far as images go in and out, on a socket of its own. It keeps archives by the
/// names in them.
class FakeDaemon {
 public:
  FakeDaemon() : directory_("/tmp", "lade-daemon") {
    make_directories(path("tmp"));
    context.temporary_directory = path("tmp");
    context.platform = Platform::parse("linux/amd64");
    server_ = std::make_unique<HttpServer>(
        [this](const SeenRequest& request) {
          Answer answer = answer_to(request);
          if (misbehave) misbehave(request, answer);
          return answer;
        },
        socket());
  }

  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string socket() const { return path("docker.sock"); }
  HttpServer& server() { return *server_; }
  DockerDaemon daemon() const {
    return {parse_daemon_host({.host = "unix://" + socket()}), {.cancel = context.cancel}};
  }
  std::unique_ptr<ImageSource> open(const std::string& name) const {
    return daemon().open(name, context);
  }
  std::unique_ptr<ImageDestination> write(const std::string& name) const {
    return daemon().write(name, context);
  }

  TransportContext context{};
  /// Changes what is about to be answered.
  std::function<void(const SeenRequest&, Answer&)> misbehave{};

 private:
  static Answer error(int status, const std::string& message) {
    return {.status = status, .body = "{\"message\":\"" + message + "\"}\n"};
  }

  Answer answer_to(const SeenRequest& request) {
    if (request.method == "POST" && request.path() == "/images/load") return load(request.body);
    constexpr std::string_view before = "/images/";
    constexpr std::string_view after = "/get";
    const std::string path = request.path();
    if (request.method != "GET" || !path.starts_with(before) || !path.ends_with(after)) {
      return error(404, "page not found");
    }
    const std::string name = path.substr(before.size(), path.size() - before.size() - after.size());
    return images_.with([&](const auto& images) {
      const auto found = images.find(name);
      if (found == images.end()) return error(404, "No such image: " + name);
      return Answer{.headers = {{"Content-Type", "application/x-tar"}}, .body = found->second};
    });
  }

  Answer load(const std::string& archive) {
    write_file_atomic(path("loaded.tar"), archive);
    for (const std::string& name : list_docker_archive(path("loaded.tar"), context)) {
      images_.with([&](auto& images) { images.insert_or_assign(name, archive); });
    }
    return {.headers = {{"Content-Type", "application/json"}},
            .body = "{\"stream\":\"Loaded image\\n\"}\n"};
  }

  TempDir directory_;
  Guarded<std::map<std::string, std::string>> images_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace lade::registry
