#include "signing/notation/trust_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"

namespace lade::signing {
namespace {

constexpr std::uint64_t file_limit_bytes = std::uint64_t{1} << 20;
constexpr std::size_t certificates_limit = 1024;

struct stat facts_of(const std::string& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0) fail_errno("cannot look at {}", path);
  if (S_ISLNK(facts.st_mode)) {
    fail(ErrorKind::invalid, "{} is a symlink, which a trust store has none of", path);
  }
  return facts;
}

std::vector<Certificate> parse_certificates(const std::string& bytes, const std::string& path) {
  if (bytes.find("-----BEGIN") != std::string::npos) {
    return Certificate::parse_pem_chain(bytes, path);
  }
  return {Certificate::parse_der(bytes, path)};
}

std::vector<Certificate> read_certificates(const std::string& path) {
  constexpr std::array<std::string_view, 3> endings = {".pem", ".crt", ".cer"};
  const bool known = std::any_of(endings.begin(), endings.end(),
                                 [&](std::string_view ending) { return path.ends_with(ending); });
  if (!known) fail(ErrorKind::invalid, "{} is no .pem, .crt or .cer", path);
  // what was looked at may be something else by now
  const Fd file = open_fd(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  std::vector<Certificate> found =
      parse_certificates(read_all(file.get(), path, file_limit_bytes), path);
  for (const Certificate& certificate : found) {
    if (certificate.is_authority() || certificate.is_self_issued()) continue;
    fail(ErrorKind::invalid, "{} holds {}, which is neither an authority's nor self-signed", path,
         certificate.name());
  }
  return found;
}

}  // namespace

std::string trust_store_path(const std::string& directory, const TrustStoreName& store) {
  return join_path(directory, fmt::format("x509/{}/{}", to_string(store.kind), store.name));
}

std::vector<Certificate> read_trust_store(const std::string& directory,
                                          const TrustStoreName& store) {
  const std::string path = trust_store_path(directory, store);
  if (!S_ISDIR(facts_of(path).st_mode)) fail(ErrorKind::invalid, "{} is no directory", path);
  std::vector<Certificate> all;
  for (const std::string& name : list_names(path)) {
    const std::string entry = join_path(path, name);
    const struct stat facts = facts_of(entry);
    if (S_ISDIR(facts.st_mode)) continue;
    if (!S_ISREG(facts.st_mode)) fail(ErrorKind::invalid, "{} is no ordinary file", entry);
    for (Certificate& certificate : read_certificates(entry)) {
      all.push_back(std::move(certificate));
    }
    if (all.size() > certificates_limit) {
      fail(ErrorKind::invalid, "{} holds more than {} certificates", path, certificates_limit);
    }
  }
  if (all.empty()) fail(ErrorKind::invalid, "{} holds no certificate", path);
  return all;
}

}  // namespace lade::signing
