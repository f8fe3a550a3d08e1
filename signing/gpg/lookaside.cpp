#include "signing/gpg/lookaside.h"

#include <unistd.h>

#include <cerrno>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"

namespace lade::signing {
namespace {

constexpr std::string_view file_scheme = "file://";

std::optional<std::string> find_path(std::string_view url) {
  if (!url.starts_with(file_scheme)) return std::nullopt;
  return percent_decode(url.substr(file_scheme.size()));
}

std::optional<std::string> find_signature(const std::string& url, const SignatureFetch& fetch) {
  if (const auto path = find_path(url)) return find_file(*path, lookaside_limit_bytes);
  if (url.starts_with("http://") || url.starts_with("https://")) return fetch(url);
  fail(ErrorKind::unsupported,
       "signatures cannot be read from {}: wanted file:, http: or https:", printable(url));
}

[[noreturn]] void fail_too_many(const std::string& url) {
  fail(ErrorKind::invalid, "{}: more than {} signatures of an image are not looked at",
       printable(url), lookaside_signatures_limit);
}

}  // namespace

std::vector<std::string> read_lookaside(const SignatureAddress& address,
                                        const SignatureFetch& fetch) {
  std::vector<std::string> signatures;
  for (unsigned number = 1;; ++number) {
    const std::string url = address(number);
    auto signature = find_signature(url, fetch);
    if (!signature) return signatures;
    if (number > lookaside_signatures_limit) fail_too_many(url);
    signatures.push_back(std::move(*signature));
  }
}

std::string write_lookaside(const SignatureAddress& address, std::string_view signature) {
  const auto first = find_path(address(1));
  if (!first) {
    fail(ErrorKind::unsupported,
         "signatures cannot be written to {}: wanted file:", printable(address(1)));
  }
  const std::string directory = first->substr(0, first->rfind('/'));
  make_directories(directory);
  const TempDir beside(directory, ".lade-signature-");
  const std::string made = join_path(beside.path(), "signature");
  write_file_atomic(made, signature);
  for (unsigned number = 1; number <= lookaside_signatures_limit; ++number) {
    const auto path = find_path(address(number));
    if (!path) break;
    const auto there = find_file(*path, lookaside_limit_bytes);
    if (there == signature) return *path;
    if (there) continue;
    // whoever comes second finds the name taken, and takes the next
    if (::link(made.c_str(), path->c_str()) == 0) {
      sync_directory(directory);
      return *path;
    }
    if (errno != EEXIST) fail_errno("cannot write {}", *path);
    --number;
  }
  fail_too_many(address(lookaside_signatures_limit));
}

}  // namespace lade::signing
