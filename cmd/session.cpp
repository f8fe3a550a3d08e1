#include "cmd/session.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "cmd/admission.h"
#include "cmd/containers.h"
#include "cmd/output/progress_json.h"
#include "cmd/output/progress_plain.h"
#include "cmd/output/progress_tty.h"
#include "cmd/signals.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/stream/cancellable.h"
#include "registry/client/blob_locations.h"
#include "registry/http/http_client.h"

namespace lade::cmd {
namespace {

/// In one write, so that lines of several threads stay whole.
void tell(std::string_view level, std::string_view message) {
  const std::string line = fmt::format("lade: {}: {}\n", level, message);
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

}  // namespace

std::optional<std::string> Session::variable(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

std::optional<Secret> Session::secret_variable(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return Secret(value);
}

Timestamp Session::now() const {
  using namespace std::chrono;
  const auto since = system_clock::now().time_since_epoch();
  const auto whole = floor<seconds>(since);
  return {whole.count(), static_cast<std::int32_t>(nanoseconds(since - whole).count())};
}

std::optional<Timestamp> Session::source_date_epoch() const {
  const auto text = variable("SOURCE_DATE_EPOCH");
  if (!text) return std::nullopt;
  const auto seconds = parse_int(*text);
  if (!seconds || *seconds < 0) {
    fail(ErrorKind::invalid, "SOURCE_DATE_EPOCH must be a number of seconds since 1970, got \"{}\"",
         *text);
  }
  return Timestamp{*seconds, 0};
}

std::string Session::store_root() const {
  if (!root_.empty()) return root_;
  if (const auto root = variable("LADE_ROOT")) return *root;
  if (::geteuid() == 0) return "/var/lib/lade";
  if (const auto data = variable("XDG_DATA_HOME")) return *data + "/lade";
  if (const auto home = variable("HOME")) return *home + "/.local/share/lade";
  fail(ErrorKind::invalid, "no place for the store: set LADE_ROOT, XDG_DATA_HOME or HOME");
}

std::string Session::scratch_directory() const { return variable("TMPDIR").value_or("/var/tmp"); }

std::shared_ptr<Store> Session::store() {
  const std::lock_guard lock(lazy_);
  if (!store_) {
    store_ = Store::open(store_root(), false, {}, {.expansion = expansion_, .cancel = cancel_});
  }
  return store_;
}

void Session::heed_signals() { cancel_ = &cancel_on_signals(); }

registry::ProxySettings Session::proxies() const {
  const auto either = [this](const char* upper, const char* lower) {
    const auto value = variable(upper);
    return value ? *value : variable(lower).value_or("");
  };
  return {.http = either("HTTP_PROXY", "http_proxy"),
          .https = either("HTTPS_PROXY", "https_proxy"),
          .none = either("NO_PROXY", "no_proxy"),
          .is_cgi = variable("REQUEST_METHOD").has_value()};
}

std::shared_ptr<registry::HttpClient> Session::http() {
  const std::lock_guard lock(lazy_);
  if (!http_) {
    registry::HttpOptions options;
    options.exchange.cancel = cancel_;
    options.exchange.proxies = std::make_shared<registry::ProxySettings>(proxies());
    if (retries_) options.attempts = *retries_ + 1;
    if (retry_delay_) options.pause = *retry_delay_;
    options.random = [] {
      thread_local std::minstd_rand generator{std::random_device()()};
      return std::uniform_real_distribution<double>()(generator);
    };
    options.now = [this] { return now(); };
    options.notice = [this](const std::string& text) { warn(text); };
    if (tells_requests_) options.trace = [](const std::string& text) { tell("debug", text); };
    http_ = std::make_shared<registry::HttpClient>(std::move(options));
  }
  return http_;
}

std::shared_ptr<registry::BlobLocations> Session::blob_locations() {
  const std::lock_guard lock(lazy_);
  if (!blob_locations_) {
    // a copy from registry to registry needs no store, and opens none for this
    blob_locations_ = std::make_shared<registry::BlobLocations>([this]() -> BlobPlaces* {
      const std::lock_guard locked(lazy_);
      return store_.get();
    });
  }
  return blob_locations_;
}

TransportContext Session::transports() { return transports(network_); }

TransportContext Session::transports(const NetworkFlags& network) {
  heed_signals();
  TransportContext context;
  context.store = [this] { return store(); };
  context.temporary_directory = scratch_directory();
  context.epoch = source_date_epoch();
  context.now = context.epoch.value_or(now());
  context.expansion = expansion_;
  context.cancel = cancel_;
  OutsideTransport containers = containers_transport(*this, context);
  OutsideTransport daemon = docker_daemon_transport(*this, network, context);
  context.outside["containers-storage"] = std::move(containers);
  context.outside["docker-daemon"] = std::move(daemon);
  context.outside["docker"] = docker_transport(*this, network);
  return context;
}

Admission* Session::admission() {
  const std::lock_guard lock(lazy_);
  if (!judges_) judges_ = make_judges(*this);
  return judges_->is_empty() ? nullptr : judges_.get();
}

std::unique_ptr<ImageSource> Session::open_image(const std::string& name) {
  return open_source(parse_image_name(name), transports());
}

bool Session::stdin_is_terminal() const { return ::isatty(STDIN_FILENO) == 1; }
bool Session::stdout_is_terminal() const { return ::isatty(STDOUT_FILENO) == 1; }
bool Session::stderr_is_terminal() const { return ::isatty(STDERR_FILENO) == 1; }

bool Session::colors() const { return stderr_is_terminal() && !variable("NO_COLOR"); }

Progress& Session::progress() {
  const std::string& kind = progress_kind_;
  if (quiet_ || kind == "none" || (kind == "auto" && !stderr_is_terminal())) return no_progress();
  if (progress_) return *progress_;
  if (kind == "plain") {
    progress_ = make_plain_progress(STDERR_FILENO);
  } else if (kind == "json") {
    progress_ = make_json_progress(
        [](const std::string& line) { write_full(STDERR_FILENO, as_bytes(line)); });
  } else {
    progress_ = make_tty_progress(STDERR_FILENO, colors());
  }
  return *progress_;
}

void Session::print(std::string_view text) const {
  try {
    CancellableFdSink(STDOUT_FILENO, "standard output", cancel_).write(text);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::io) require_reader();
    throw;
  }
}

void Session::require_reader() const {
  pollfd watched{STDOUT_FILENO, POLLOUT, 0};
  const bool closed = ::poll(&watched, 1, 0) == 1 && (watched.revents & (POLLERR | POLLHUP)) != 0;
  if (closed) throw OutputClosed();
}

void Session::warn(std::string_view message) const {
  if (tells_warnings_) tell("warning", message);
}

void Session::set_log_level(const std::string& level) {
  tells_requests_ = level == "debug" || level == "trace";
  tells_warnings_ = level != "error" && level != "fatal" && level != "panic";
}

}  // namespace lade::cmd
