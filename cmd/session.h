#pragma once

#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "cmd/network.h"
#include "cmd/policy_choice.h"
#include "libimage/base/error.h"
#include "libimage/base/progress.h"
#include "libimage/base/secret.h"
#include "libimage/base/time.h"
#include "libimage/store/store.h"
#include "libimage/transport/transport.h"

namespace lade::registry {
class BlobLocations;
class HttpClient;
struct ProxySettings;
}  // namespace lade::registry

namespace lade::cmd {

class ImageJudges;

/// Whoever read the output went away: no failure worth a message, but an end. Thrown and not
/// exited with, so that everything on the way out is cleaned up.
class OutputClosed final : public Error {
 public:
  OutputClosed() : Error(ErrorKind::cancelled, "nobody reads the output any more") {}
};

/// The outside world as the commands see it: environment, clock, terminal, store. The libraries get
/// what they need of it as arguments.
class Session {
 public:
  /// A variable of the environment; empty counts as unset.
  std::optional<std::string> variable(const std::string& name) const;
  /// One that holds a secret; here an empty one is set, too.
  std::optional<Secret> secret_variable(const std::string& name) const;
  Timestamp now() const;
  /// SOURCE_DATE_EPOCH; `invalid` if it is not a whole number of seconds.
  std::optional<Timestamp> source_date_epoch() const;

  /// `--root`, LADE_ROOT, $XDG_DATA_HOME/lade, ~/.local/share/lade; root: /var/lib/lade.
  std::string store_root() const;
  void set_store_root(std::string root) { root_ = std::move(root); }
  /// For large files that are gone with the command: TMPDIR, else /var/tmp.
  std::string scratch_directory() const;
  /// Opened on first use. May be called from several threads, as may `http` and `blob_locations`.
  std::shared_ptr<Store> store();
  /// For work that takes long: from now on a signal makes it throw `cancelled`, so that nothing
  /// half done is left, instead of ending the program on the spot. Called before a store is opened.
  void heed_signals();
  /// What a signal cancels then; null before.
  const CancelToken* cancel_token() const { return cancel_; }
  /// What compressed layers may become; set before a store or an image is opened.
  ExpansionLimit& expansion() { return expansion_; }

  /// What all registries and URLs are spoken to through.
  std::shared_ptr<registry::HttpClient> http();
  /// How often what may pass is tried again, and after how long first; set before `http`.
  void set_retries(int retries) { retries_ = retries; }
  void set_retry_delay(std::chrono::milliseconds delay) { retry_delay_ = delay; }
  /// What one registry has, as this program has seen.
  std::shared_ptr<registry::BlobLocations> blob_locations();
  /// How registries are spoken to where a command has no flags of its own for it.
  NetworkFlags& network() { return network_; }
  /// Where warnings of libraries go.
  Progress& warnings() { return warnings_; }

  TransportContext transports();
  /// The same with other words about registries.
  TransportContext transports(const NetworkFlags& network);
  /// Set before `admission`.
  PolicyChoice& policy() { return policy_; }
  /// Whom to ask before an image is used; null if no policy says anything but yes. `invalid` for a
  /// policy that cannot be read.
  Admission* admission();
  /// An image by the name a user gave: any transport, the store for a bare name.
  std::unique_ptr<ImageSource> open_image(const std::string& name);

  bool stdin_is_terminal() const;
  bool stdout_is_terminal() const;
  bool stderr_is_terminal() const;
  /// On a terminal, unless NO_COLOR is set.
  bool colors() const;
  /// Reports of long work go to stderr: lively on a terminal, nothing in a pipe.
  Progress& progress();
  /// "tty", "plain" or "json" wherever stderr goes, "none"; "auto" is the above.
  void set_progress(const std::string& kind) { progress_kind_ = kind; }
  void set_quiet(bool quiet) { quiet_ = quiet; }
  bool quiet() const { return quiet_; }

  /// Text to stdout; throws OutputClosed if nobody reads it any more.
  void print(std::string_view text) const;
  /// Throws OutputClosed if nobody reads stdout.
  void require_reader() const;
  /// "lade: warning: …" on stderr, unless only errors are wanted.
  void warn(std::string_view message) const;
  /// "trace", "debug", "info", "warn", "error", "fatal", "panic" (skopeo's words): every request is
  /// told on stderr from "debug" on, warnings up to "warn".
  void set_log_level(const std::string& level);

  /// What the program will exit with if nothing throws.
  int exit_code = 0;

 private:
  /// Warnings go to stderr, whatever becomes of progress.
  class Warnings final : public Progress {
   public:
    explicit Warnings(const Session& session) : session_(session) {}
    std::unique_ptr<ProgressTask> begin(std::string_view name, std::uint64_t total) override {
      return no_progress().begin(name, total);
    }
    void warning(std::string_view message) override { session_.warn(message); }

   private:
    const Session& session_;
  };

  registry::ProxySettings proxies() const;

  std::recursive_mutex lazy_;  ///< of what is made on first use: the store, http_…
  std::string root_;
  NetworkFlags network_;
  PolicyChoice policy_;
  std::shared_ptr<ImageJudges> judges_;  ///< null until they were asked for
  Warnings warnings_{*this};
  std::shared_ptr<registry::HttpClient> http_;
  std::optional<int> retries_;
  std::optional<std::chrono::milliseconds> retry_delay_;
  std::shared_ptr<registry::BlobLocations> blob_locations_;
  std::shared_ptr<Store> store_;
  std::string progress_kind_ = "auto";
  std::unique_ptr<Progress> progress_;
  ExpansionLimit expansion_;
  const CancelToken* cancel_ = nullptr;
  bool quiet_ = false;
  bool tells_requests_ = false;
  bool tells_warnings_ = true;
};

}  // namespace lade::cmd
