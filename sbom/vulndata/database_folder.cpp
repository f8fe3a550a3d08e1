#include "sbom/vulndata/database_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <span>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/file_lock.h"
#include "libimage/base/text.h"
#include "sbom/vuln/database_format.h"

namespace lade::sbom {
namespace {

constexpr std::string_view records_ending = ".vuln";
constexpr std::string_view texts_ending = ".text";
constexpr std::size_t stamp_digits = 16;

std::uint64_t file_size(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

std::string stamp_of(std::string_view records, std::string_view what) {
  namespace header = database_format::header;
  if (records.size() < header::size || !records.starts_with(database_format::records_magic)) {
    fail(ErrorKind::corrupt, "{} is damaged: there is no header", what);
  }
  return to_hex(as_bytes(records.substr(header::head_checksum, stamp_digits / 2)));
}

std::vector<std::string> DatabaseFolder::providers() const {
  std::vector<std::string> names;
  for (const std::string& name : find_names(path_)) {
    if (name.ends_with(records_ending) && !name.starts_with('.')) {
      names.push_back(name.substr(0, name.size() - records_ending.size()));
    }
  }
  return names;
}

std::string DatabaseFolder::records_path(const std::string& provider) const {
  return join_path(path_, provider + std::string(records_ending));
}

std::string DatabaseFolder::texts_path(const std::string& provider,
                                       const std::string& stamp) const {
  return join_path(path_, fmt::format("{}.{}{}", provider, stamp, texts_ending));
}

std::string DatabaseFolder::find_stamp(const std::string& provider) const {
  const std::string path = records_path(provider);
  if (!file_exists(path)) return "";
  const Fd file = open_fd(path, O_RDONLY);
  std::string head(database_format::header::size, '\0');
  head.resize(read_full(file.get(), std::as_writable_bytes(std::span(head))));
  return stamp_of(head, path);
}

std::optional<std::string> DatabaseFolder::find_texts_path(const std::string& provider) const {
  std::string path = texts_path(provider, find_stamp(provider));
  if (!file_exists(path)) return std::nullopt;
  return path;
}

std::uint64_t DatabaseFolder::size_bytes(const std::string& provider) const {
  const auto texts = find_texts_path(provider);
  return file_size(records_path(provider)) + (texts ? file_size(*texts) : 0);
}

DatabaseFolder::Opened DatabaseFolder::open(const std::string& provider) const {
  // whoever replaces it between the two is seen by the stamp
  constexpr int attempts = 5;
  Opened opened;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const std::string stamp = find_stamp(provider);
    if (stamp.empty()) {
      fail(ErrorKind::not_found, "there is no vulnerability data of {} in {}", printable(provider),
           path_);
    }
    opened.records = ProviderDatabase::open(records_path(provider));
    opened.texts = nullptr;
    try {
      opened.texts = ProviderTexts::open(texts_path(provider, stamp));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
    }
    if (find_stamp(provider) == stamp) return opened;
  }
  fail(ErrorKind::conflict, "{} is replaced again and again", records_path(provider));
}

void DatabaseFolder::remove_texts(const std::string& provider, const std::string& kept) const {
  for (const std::string& name : find_names(path_)) {
    const std::size_t length = provider.size() + 1 + stamp_digits + texts_ending.size();
    const bool is_one = name.size() == length && name.starts_with(provider + ".") &&
                        name.ends_with(texts_ending) &&
                        is_hex(std::string_view(name).substr(provider.size() + 1, stamp_digits));
    const std::string path = join_path(path_, name);
    if (is_one && path != kept && ::unlink(path.c_str()) != 0 && errno != ENOENT) {
      fail_errno("removing {}", path);
    }
  }
}

void DatabaseFolder::put(const std::string& provider, const DatabaseBuilder::Files& files) const {
  make_directories(path_);
  const FileLock lock = FileLock::acquire(join_path(path_, ".lock"), FileLock::Mode::exclusive);
  const std::string texts = texts_path(provider, stamp_of(files.records, provider));
  if (!files.texts.empty()) write_file_atomic(texts, files.texts);
  write_file_atomic(records_path(provider), files.records);
  remove_texts(provider, texts);
}

bool DatabaseFolder::remove(const std::string& provider) const {
  if (!file_exists(records_path(provider))) return false;
  const FileLock lock = FileLock::acquire(join_path(path_, ".lock"), FileLock::Mode::exclusive);
  if (::unlink(records_path(provider).c_str()) != 0) {
    if (errno == ENOENT) return false;
    fail_errno("removing {}", records_path(provider));
  }
  remove_texts(provider, "");
  return true;
}

}  // namespace lade::sbom
