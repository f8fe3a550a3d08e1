#include "sbom/distribution/rpm_database.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "sbom/distribution/package_collector.h"
#include "tests/sbom/distribution/rpm_bytes.h"
#include "tests/sbom/distribution/rpm_peer.h"
#include "tests/sbom/distribution/rpm_specs.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

std::string corpus(const std::string& name) {
  const char* given = std::getenv("LADE_CORPORA");
  const std::string path =
      join_path(given != nullptr ? given : LADE_CORPORA_DEFAULT, "rpmdb/" + name);
  const auto text = find_file(path, 64U << 20U);
  if (!text) WARN("skipped: " << path << " is missing");
  return text.value_or("");
}

Find find_in(std::string_view database) { return parse_rpm_database(as_bytes(database)); }

std::vector<std::string> headers_of(std::string_view database,
                                    void (*visit)(std::span<const std::byte>,
                                                  const HeaderVisitor&)) {
  std::vector<std::string> headers;
  visit(as_bytes(database), [&](std::span<const std::byte> header) {
    headers.emplace_back(as_text(header));
    return true;
  });
  return headers;
}

TEST_CASE("a SQLite database that rpm wrote says what rpm says") {
  if (!RpmPeer::is_there()) return;
  const RpmPeer rpm;
  const Find find = find_in(rpm.install(rpm_specs()));
  CHECK(find.problem.empty());
  CHECK(find.packages.size() == 3);
  CHECK(differences(rpm.query("db"), rpm_lines(find)) == Lines{});
}

TEST_CASE("the same headers in every form of the database are the same packages") {
  if (!RpmPeer::is_there()) return;
  const RpmPeer rpm;
  const std::string sqlite = rpm.install(rpm_specs());
  const std::vector<std::string> headers = headers_of(sqlite, visit_sqlite_headers);
  REQUIRE(headers.size() == 3);
  CHECK(rpm_lines(find_in(ndb_of(headers))) == rpm_lines(find_in(sqlite)));

  if (!have("db5.3_load")) return;
  for (const std::string page_bytes : {"512", "4096", "65536"}) {
    INFO(page_bytes);
    const std::string dump = rpm.path("dump" + page_bytes);
    std::string text = "VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=" + page_bytes +
                       "\nHEADER=END\n 00000000\n 03000000\n";
    for (std::size_t i = 0; i < headers.size(); ++i) {
      text += fmt::format(" {:02x}000000\n {}\n", i + 1,
                          to_hex(as_bytes(std::string_view(headers[i]))));
    }
    write_file_atomic(dump, text + "DATA=END\n");
    const std::string directory = "bdb" + page_bytes;
    make_directories(rpm.path(directory));
    output_of({"db5.3_load", "-f", dump, rpm.path(directory + "/Packages")});
    const Find find = find_in(read_file(rpm.path(directory + "/Packages"), 64U << 20U));
    CHECK(find.problem.empty());
    CHECK(rpm_lines(find) == rpm_lines(find_in(sqlite)));
    CHECK(rpm.query(directory, "bdb_ro") == rpm_lines(find));
  }
}

TEST_CASE("the Berkeley DB of the corpora says what rpm says") {
  const std::string bytes = corpus("libuuid.Packages.bdb");
  if (bytes.empty() || !RpmPeer::is_there()) return;
  const Find find = find_in(bytes);
  CHECK(find.problem.empty());
  const RpmPeer rpm;
  make_directories(rpm.path("db"));
  write_file_atomic(rpm.path("db/Packages"), bytes);
  const Lines theirs = rpm.query("db", "bdb_ro");
  CHECK(theirs.size() == 1);
  CHECK(differences(theirs, rpm_lines(find)) == Lines{});
}

TEST_CASE("the ndb database of the corpora says what rpm says of its headers") {
  const std::string bytes = corpus("sle15-bci.Packages.db.ndb");
  if (bytes.empty() || !RpmPeer::is_there()) return;
  const Find find = find_in(bytes);
  CHECK(find.problem.empty());
  CHECK(find.packages.size() == 35);
  // Debian's rpm reads no ndb, so the headers are given to it in a form that it reads
  const RpmPeer rpm;
  rpm.store("db", headers_of(bytes, visit_ndb_headers));
  CHECK(differences(rpm.query("db"), rpm_lines(find)) == Lines{});
  // rpm knows which files it was told to leave out, as images do with documentation
  Lines files = sorted_lines(output_of({"rpm", "--dbpath", rpm.path("db"), "-qa", "--qf",
                                        "[%{FILESTATES:fstate} %{FILENAMES}\\n]"}));
  std::erase_if(files, [](const auto& line) { return line.starts_with("not installed "); });
  for (std::string& line : files) line.erase(0, line.find('/'));
  std::sort(files.begin(), files.end());
  CHECK(files.size() > 500);
  Lines ours;
  for (const std::string_view paths : owned_paths_of(find)) {
    for (const std::string& path : sorted_lines(paths)) ours.push_back("/" + path);
  }
  std::sort(ours.begin(), ours.end());
  CHECK(differences(files, ours) == Lines{});
}

}  // namespace
}  // namespace lade::sbom
