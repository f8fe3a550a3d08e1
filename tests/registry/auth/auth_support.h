#pragma once

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "registry/auth/credentials.h"

namespace lade::registry {

/// "user:password" of what was found, with "+id" for an identity token; "-" for nothing.
inline std::string shown(const std::optional<Credentials>& credentials) {
  if (!credentials) return "-";
  std::string text = credentials->username + ":";
  text += credentials->password.reveal();
  if (!credentials->identity_token.empty()) {
    text.append(" +").append(credentials->identity_token.reveal());
  }
  return text;
}

/// Helpers in a directory that stands first in PATH, as long as the object lives. Each keeps its
/// credentials as files "<user>\n<secret>", and logs its actions.
class HelperPrograms {
 public:
  HelperPrograms() : old_path_(std::getenv("PATH")) {
    ::setenv("PATH", (dir_.path() + ":" + old_path_).c_str(), 1);
  }
  HelperPrograms(const HelperPrograms&) = delete;
  ~HelperPrograms() { ::setenv("PATH", old_path_.c_str(), 1); }

  /// A helper that works, with its credentials in a directory of its own.
  void add(const std::string& name) const {
    make_directories(dir_.path() + "/" + name);
    script(name, R"sh(
dir=${0%/*}/${0##*docker-credential-}
file() { printf '%s' "$1" | tr '/:' '__'; }
case $1 in
get) server=$(cat); f=$dir/$(file "$server")
  [ -f "$f" ] || { echo "credentials not found in native keychain"; exit 1; }
  { read -r user; read -r secret; } < "$f"
  printf '{"ServerURL":"%s","Username":"%s","Secret":"%s"}' "$server" "$user" "$secret" ;;
store) json=$(cat)
  field() { printf '%s' "$json" | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
  printf '%s\n%s\n' "$(field Username)" "$(field Secret)" > "$dir/$(file "$(field ServerURL)")" ;;
erase) f=$dir/$(file "$(cat)")
  [ -f "$f" ] || { echo "credentials not found in native keychain"; exit 1; }
  rm "$f" ;;
list) printf '{'; first=
  for f in "$dir"/*; do
    [ -f "$f" ] && printf '%s"%s":"x"' "$first" "${f##*/}" && first=,
  done
  printf '}' ;;
esac
)sh");
  }
  /// A helper that is the given shell script.
  void script(const std::string& name, const std::string& body) const {
    const std::string path = dir_.path() + "/docker-credential-" + name;
    write_file_atomic(path, "#!/bin/sh\n" + body, 0755);
    ::chmod(path.c_str(), 0755);
  }
  void keep(const std::string& name, const std::string& file, const std::string& user,
            const std::string& secret) const {
    write_file_atomic(dir_.path() + "/" + name + "/" + file, user + "\n" + secret + "\n");
  }
  std::string kept(const std::string& name, const std::string& file) const {
    return find_file(dir_.path() + "/" + name + "/" + file, 1U << 20U).value_or("-");
  }
  /// What the script `name` has written to "$0.log".
  std::string log(const std::string& name) const {
    return read_file(dir_.path() + "/docker-credential-" + name + ".log", 10'000);
  }

 private:
  TempDir dir_{"/tmp"};
  std::string old_path_;
};

}  // namespace lade::registry
