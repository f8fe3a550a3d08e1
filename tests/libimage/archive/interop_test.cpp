// What is written must be what other programs read.
#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/child.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"
#include "libimage/stream/sink.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

const std::string deep =
    std::string(90, 'd') + "/" + std::string(90, 'e') + "/" + std::string(120, 'f');
/// As deep, without pax, for readers that know only ustar.
const std::string shallow = std::string(90, 'g') + "/" + std::string(60, 'h');

std::string sample() {
  return TarBuilder{}
      .dir("dir", 0750)
      .file("dir/a", "hello", 0640)
      .mtime({1'234'567'890, 123'456'789})
      .xattr("user.x", "y")
      .file("caf\xc3\xa9", "utf-8")
      .file(shallow, "ustar")
      .file(deep, "pax")
      .symlink("link", "dir/a")
      .hardlink("hard", "dir/a")
      .fifo("fifo")
      .file("big", std::string(100'000, 'b'))
      .bytes();
}

/// What a program prints on standard output; it must succeed and be silent on standard error.
std::string output_of(std::vector<std::string> argv, const std::string& directory) {
  const std::string out = directory + "/out";
  const std::string err = directory + "/err";
  const Fd out_file = open_fd(out, O_WRONLY | O_CREAT | O_TRUNC);
  const Fd err_file = open_fd(err, O_WRONLY | O_CREAT | O_TRUNC);
  Child child({.argv = std::move(argv),
               .environment =
                   std::map<std::string, std::string>{
                       {"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"}, {"PATH", "/usr/bin:/bin"}},
               .stdout_fd = out_file.get(),
               .stderr_fd = err_file.get(),
               .directory = {}});
  CHECK(child.wait().code == 0);
  CHECK(read_file(err, 1U << 20U).empty());
  return read_file(out, 1U << 20U);
}

bool missing(const std::string& program) {
  if (find_program(program)) return false;
  WARN(program + " is not installed: skipped");
  return true;
}

void require_extracted(const std::string& root) {
  CHECK(read_file(root + "/dir/a", 100) == "hello");
  CHECK(read_file(root + "/caf\xc3\xa9", 100) == "utf-8");
  CHECK(read_file(root + "/" + shallow, 100) == "ustar");
  CHECK(read_file(root + "/big", 1U << 20U) == std::string(100'000, 'b'));
  struct stat a {};
  struct stat hard {};
  struct stat fifo {};
  REQUIRE(lstat((root + "/dir/a").c_str(), &a) == 0);
  REQUIRE(lstat((root + "/hard").c_str(), &hard) == 0);
  REQUIRE(lstat((root + "/fifo").c_str(), &fifo) == 0);
  CHECK(a.st_ino == hard.st_ino);
  CHECK((a.st_mode & 07777U) == 0640);
  CHECK(a.st_mtim.tv_sec == 1'234'567'890);
  CHECK(S_ISFIFO(fifo.st_mode));
  char target[16] = {};
  CHECK(readlink((root + "/link").c_str(), target, sizeof target) == 5);
  CHECK(std::string_view(target) == "dir/a");
}

}  // namespace

TEST_CASE("GNU tar reads what is written") {
  if (missing("tar")) return;
  const TempDir directory("/tmp");
  const std::string root = directory.path() + "/root";
  make_directories(root);
  write_file_atomic(directory.path() + "/t.tar", sample());
  output_of({"tar", "-xpf", directory.path() + "/t.tar", "-C", root}, directory.path());
  require_extracted(root);
  CHECK(read_file(root + "/" + deep, 100) == "pax");
  struct stat a {};
  REQUIRE(lstat((root + "/dir/a").c_str(), &a) == 0);
  CHECK(a.st_mtim.tv_nsec == 123'456'789);
}

TEST_CASE("busybox reads what is written, but for what only pax can say") {
  if (missing("busybox")) return;
  const TempDir directory("/tmp");
  const std::string root = directory.path() + "/root";
  make_directories(root);
  write_file_atomic(directory.path() + "/t.tar", sample());
  output_of({"busybox", "tar", "-xpf", directory.path() + "/t.tar", "-C", root}, directory.path());
  require_extracted(root);
}

TEST_CASE("Python reads what is written") {
  if (missing("python3")) return;
  const TempDir directory("/tmp");
  const std::string path = directory.path() + "/t.tar";
  write_file_atomic(path, sample());
  const std::string script =
      "import sys, tarfile\n"
      "t = tarfile.open(sys.argv[1])\n"
      "for m in t:\n"
      "  print(m.name, m.type.decode(), oct(m.mode), m.size, m.mtime, m.linkname,"
      " t.extractfile(m).read()[:5].decode() if m.isreg() else '', sep='|')\n"
      "print(t.getmember('dir/a').pax_headers)\n";
  const std::string printed = output_of({"python3", "-c", script, path}, directory.path());
  CHECK(printed ==
        "dir|5|0o750|0|1000000000||\n"
        "dir/a|0|0o640|5|1234567890.1234567||hello\n"
        "caf\xc3\xa9|0|0o644|5|1000000000||utf-8\n" +
            shallow + "|0|0o644|5|1000000000||ustar\n" + deep +
            "|0|0o644|3|1000000000||pax\n"
            "link|2|0o777|0|1000000000|dir/a|\n"
            "hard|1|0o644|0|1000000000|dir/a|\n"
            "fifo|6|0o644|0|1000000000||\n"
            "big|0|0o644|100000|1000000000||bbbbb\n"
            "{'SCHILY.xattr.user.x': 'y', 'mtime': '1234567890.123456789'}\n");
}

TEST_CASE("every format of GNU tar is read, sparse files in all of theirs") {
  if (missing("tar")) return;
  const TempDir directory("/tmp");
  const std::string root = directory.path() + "/" + std::string(80, 'r');
  make_directories(root + "/" + std::string(80, 's'));
  const std::string deep_file = root + "/" + std::string(80, 's') + "/file";
  write_file_atomic(deep_file, "contents");
  std::string holes(1U << 20U, '\0');
  for (std::size_t at = 0; at < 40; ++at)
    holes.replace(at * 20'480, 5, "data" + std::to_string(at % 10));
  {
    const Fd file = open_fd(root + "/sparse", O_WRONLY | O_CREAT);
    REQUIRE(ftruncate(file.get(), static_cast<off_t>(holes.size())) == 0);
    for (std::size_t at = 0; at < 40; ++at) {
      REQUIRE(pwrite(file.get(), holes.data() + at * 20'480, 5, static_cast<off_t>(at * 20'480)) ==
              5);
    }
  }
  const std::vector<std::vector<std::string>> formats = {
      {"--format=gnu"},
      {"--format=oldgnu"},
      {"--format=ustar"},
      {"--format=posix"},
      {"--format=gnu", "--sparse"},
      {"--format=oldgnu", "--sparse"},
      {"--format=posix", "--sparse", "--sparse-version=0.0"},
      {"--format=posix", "--sparse", "--sparse-version=0.1"},
      {"--format=posix", "--sparse", "--sparse-version=1.0"},
  };
  for (const std::vector<std::string>& format : formats) {
    CAPTURE(join(format, " "));
    const std::string path = directory.path() + "/t.tar";
    std::vector<std::string> argv{"tar", "-C", directory.path(), "-cf", path};
    argv.insert(argv.end(), format.begin(), format.end());
    argv.push_back(std::string(80, 'r'));
    output_of(argv, directory.path());
    const std::string bytes = read_file(path, 16U << 20U);
    MemorySource source(bytes);
    TarReader reader(source, "t");
    std::map<std::string, std::string> files;
    while (const std::optional<Entry> entry = reader.next()) {
      if (entry->type != EntryType::file) continue;
      const std::optional<std::uint64_t> offset = reader.data_offset();
      const std::string contents = read_all(reader.data(), 1U << 21U, "test");
      CHECK(contents.size() == entry->size_bytes);
      if (offset) CHECK(bytes.substr(*offset, entry->size_bytes) == contents);
      files[directory.path() + "/" + entry->path] = contents;
    }
    reader.drain();
    CHECK(files ==
          std::map<std::string, std::string>{{deep_file, "contents"}, {root + "/sparse", holes}});
  }
}

}  // namespace lade
