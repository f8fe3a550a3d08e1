#include "cmd/version.h"

#include <archive.h>
#include <curl/curlver.h>
#include <fmt/format.h>
#include <libdeflate.h>
#include <openssl/opensslv.h>
#include <seccomp.h>
#include <sqlite3.h>
#include <zstd.h>

#include <nlohmann/json.hpp>

#include "cmd/command.h"

namespace lade::cmd {

std::string version_number() { return LADE_VERSION; }

std::string version_text() {
  return fmt::format(
      "lade {} ({})\n"
      "libraries: libarchive {}, OpenSSL {}, libcurl {}, zstd {}, libdeflate {}, SQLite {}, "
      "libseccomp {}.{}.{}, nlohmann-json {}.{}.{}, fmt {}.{}.{}, CLI11 {}",
      LADE_VERSION, LADE_COMMIT, ARCHIVE_VERSION_ONLY_STRING, OPENSSL_VERSION_STR, LIBCURL_VERSION,
      ZSTD_VERSION_STRING, LIBDEFLATE_VERSION_STRING, SQLITE_VERSION, SCMP_VER_MAJOR,
      SCMP_VER_MINOR, SCMP_VER_MICRO, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
      NLOHMANN_JSON_VERSION_PATCH, FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100,
      CLI11_VERSION);
}

void declare_version(CLI::App& app, Session& session) {
  app.callback([&session] { session.print(version_text() + "\n"); });
}

}  // namespace lade::cmd
