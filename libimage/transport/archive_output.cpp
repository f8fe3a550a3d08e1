#include "libimage/transport/archive_output.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "libimage/base/file.h"

namespace lade {
namespace {

bool is_stream(const std::string& path) {
  if (path == "-") return true;
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

Fd open_stream(const std::string& path, const TransportContext& context) {
  if (path == "-") return duplicate(context.stdout_fd);
  return open_fd(path, O_WRONLY);
}

Entry make_entry(const std::string& path, EntryType type, std::uint32_t mode) {
  Entry entry;
  entry.path = path;
  entry.type = type;
  entry.mode = mode;
  return entry;
}

Entry file_entry(const std::string& path, std::uint64_t size_bytes) {
  Entry entry = make_entry(path, EntryType::file, 0644);
  entry.size_bytes = size_bytes;
  return entry;
}

}  // namespace

ArchiveOutput::ArchiveOutput(const std::string& path, const TransportContext& context)
    : path_(path),
      stream_(is_stream(path) ? open_stream(path, context) : Fd()),
      sink_(std::make_unique<CancellableFdSink>(
          stream_ ? stream_.get() : temporary_.emplace(path + ".").fd(), path, context.cancel)),
      writer_(*sink_) {}

void ArchiveOutput::add_directory(const std::string& path) {
  writer_.add(make_entry(path + "/", EntryType::directory, 0755));
}

void ArchiveOutput::add_text(const std::string& path, std::string_view text) {
  MemorySource source(text);
  writer_.add(file_entry(path, text.size()), source);
}

void ArchiveOutput::add_symlink(const std::string& path, const std::string& target) {
  Entry entry = make_entry(path, EntryType::symlink, 0777);
  entry.link_target = target;
  writer_.add(entry);
}

void ArchiveOutput::add_file(const std::string& path, const std::string& from,
                             std::uint64_t size_bytes) {
  FdSource source(open_fd(from, O_RDONLY), from);
  writer_.add(file_entry(path, size_bytes), source);
}

void ArchiveOutput::finish() {
  writer_.finish();
  if (!temporary_) return;
  temporary_->sync();
  temporary_->move_to(path_);
  const auto slash = path_.rfind('/');
  sync_directory(slash == std::string::npos ? "." : path_.substr(0, slash + 1));
}

void require_no_archive(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (status.st_size > 0) {
    fail(ErrorKind::conflict,
         "{} exists: images cannot be added to a docker-archive; remove it or choose another path",
         path);
  }
}

}  // namespace lade
