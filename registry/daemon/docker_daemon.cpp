#include "registry/daemon/docker_daemon.h"

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "libimage/transport/docker_archive.h"
#include "registry/http/http_client.h"

namespace lade::registry {
namespace {

constexpr std::uint64_t answer_limit_bytes = 16U << 20U;
constexpr std::string_view transport = "docker-daemon:";

/// The reader of an answer that needs its client.
class HeldSource final : public Source {
 public:
  HeldSource(std::shared_ptr<HttpClient> client, std::unique_ptr<Source> inner)
      : client_(std::move(client)), inner_(std::move(inner)) {}
  std::size_t read(std::span<std::byte> buffer) override { return inner_->read(buffer); }

 private:
  std::shared_ptr<HttpClient> client_;
  std::unique_ptr<Source> inner_;
};

/// What a daemon says of an error: {"message":…}, or as much as it said.
std::string message_of(const std::string& text) {
  try {
    const auto message = find_string(parse_json(text, "the answer"), "message", "the answer");
    if (message) return printable(*message);
  } catch (const Error&) {
    // something else answered
  }
  constexpr std::size_t shown_bytes = 200;
  return printable(trim(std::string_view(text).substr(0, shown_bytes)));
}

[[noreturn]] void refuse(HttpResponse& response, const std::string& name, const DaemonHost& host) {
  const std::string text = read_all(*response.body, answer_limit_bytes, "the daemon's answer");
  if (response.status == 404) {
    fail(ErrorKind::not_found, "{}: the Docker daemon at {} has no such image ({})", name,
         host.name, message_of(text));
  }
  fail(kind_of_status(response.status), "{}: the Docker daemon at {} answers {}: {}", name,
       host.name, response.status, message_of(text));
}

/// A line of JSON for each thing that was done; what failed late is told here, with status 200.
void require_loaded(const std::string& text, const std::string& name) {
  for (const std::string& line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    const std::string what = name + ": what the Docker daemon answers";
    const Json record = parse_json(line, what);
    if (!record.is_object()) fail(ErrorKind::unavailable, "{} is no record", what);
    const auto error = find_string(record, "error", what);
    if (error) {
      fail(ErrorKind::io, "{}: the Docker daemon could not load it: {}", name, printable(*error));
    }
  }
}

/// Passes an archive on until the daemon has answered.
class UploadSink final : public Sink {
 public:
  explicit UploadSink(HttpClient::Upload& upload) : upload_(upload) {}
  using Sink::write;
  void write(std::span<const std::byte> bytes) override {
    if (!answered_) answered_ = !upload_.write(bytes);
  }

 private:
  HttpClient::Upload& upload_;
  bool answered_ = false;
};

HttpOptions options_of(ExchangeSettings exchange) {
  exchange.stall_seconds = 0;
  return {.exchange = std::move(exchange), .attempts = 1};
}

}  // namespace

DaemonImageName parse_daemon_name(const std::string& details) {
  if (const auto digest = Digest::try_parse(details)) return *digest;
  const Reference reference = Reference::parse(details);
  if (reference.path() == "library/sha256" && reference.domain() == "docker.io") {
    fail(ErrorKind::invalid, "\"{}{}\": an image id has 64 hex digits behind \"sha256:\"",
         transport, printable(details));
  }
  if (reference.tag() && reference.digest()) {
    fail(ErrorKind::invalid, "\"{}{}\": a daemon knows an image by tag or by digest, not by both",
         transport, printable(details));
  }
  return reference.or_latest();
}

DockerDaemon::DockerDaemon(DaemonHost host, ExchangeSettings exchange)
    : host_(std::move(host)),
      http_(std::make_shared<HttpClient>(options_of(std::move(exchange)))) {}

HttpRequest DockerDaemon::request(std::string method, const std::string& path) const {
  HttpRequest request{.method = std::move(method), .url = host_.url + path};
  request.trust = host_.trust;
  request.unix_socket = host_.unix_socket;
  request.repeatable = false;
  return request;
}

std::unique_ptr<ImageSource> DockerDaemon::open(const std::string& details,
                                                const TransportContext& context) {
  const DaemonImageName wanted = parse_daemon_name(details);
  const std::string name = std::string(transport) + details;
  const std::string text = std::visit([](const auto& value) { return value.str(); }, wanted);
  require_daemon(host_);
  HttpResponse response = http_->send(request("GET", fmt::format("/images/{}/get", text)));
  if (response.status >= 500) {
    // an id that nobody has is a 500 here, and a 404 there
    HttpResponse known = http_->send(request("GET", fmt::format("/images/{}/json", text)));
    if (known.status == 404) refuse(known, name, host_);
  }
  if (!response.ok()) refuse(response, name, host_);
  return receive_docker_archive(name, std::make_unique<HeldSource>(http_, std::move(response.body)),
                                context);
}

std::unique_ptr<ImageDestination> DockerDaemon::write(const std::string& details,
                                                      const TransportContext& context) {
  const DaemonImageName wanted = parse_daemon_name(details);
  const std::string name = std::string(transport) + details;
  const auto* reference = std::get_if<Reference>(&wanted);
  if (reference == nullptr || reference->digest()) {
    fail(ErrorKind::invalid, "{}: an image is written under a name with a tag, not an id or digest",
         name);
  }
  require_daemon(host_);
  std::vector<Reference> tags = {*reference};
  tags.insert(tags.end(), context.additional_tags.begin(), context.additional_tags.end());
  HttpRequest load = request("POST", "/images/load?quiet=1");
  load.headers.add("Content-Type", "application/x-tar");
  load.body = HttpBody{.open = {}, .size_bytes = HttpBody::unknown_size};
  const auto send = [name, load, host = host_, http = http_](const auto& write_archive) {
    HttpClient::Upload upload = http->upload(load);
    UploadSink sink(upload);
    write_archive(sink);
    HttpResponse response = upload.finish();
    if (!response.ok()) refuse(response, name, host);
    require_loaded(read_all(*response.body, answer_limit_bytes, "the daemon's answer"), name);
  };
  return send_docker_archive(name, tags, send, context);
}

}  // namespace lade::registry
