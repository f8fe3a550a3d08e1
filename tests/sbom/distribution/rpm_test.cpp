#include "sbom/distribution/rpm.h"

#include <catch2/catch.hpp>

#include "tests/sbom/distribution/distribution_fixture.h"
#include "tests/sbom/distribution/rpm_bytes.h"
#include "tests/sbom/distribution/rpm_peer.h"
#include "tests/sbom/distribution/rpm_specs.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("packages of rpm need what provides their capabilities and files") {
  if (!RpmPeer::is_there()) return;
  const RpmPeer rpm;
  const Inventory inventory = inventory_of(
      {TarBuilder{}.file("usr/lib/sysimage/rpm/rpmdb.sqlite", rpm.install(rpm_specs()))});
  CHECK(versions_of(inventory) == Lines{"alpha 4:1.2-3", "beta 2.0~rc1-1", "gamma 4:9-1"});
  CHECK(edges_of(inventory) ==
        Lines{"alpha > beta", "alpha > gamma", "gamma > alpha", "gamma > beta"});
  CHECK(inventory.remarks.empty());
  const Package& alpha = only_package(inventory, "alpha");
  CHECK(alpha.source_name.empty());
  CHECK(alpha.qualifiers.at("modularity") == "perl:5.26:820181219174508:9edba152");
  CHECK(alpha.provides == Lines{"alpha = 4:1.2-3", "virtual(alpha) = 2"});
  CHECK(alpha.depends == Lines{"(delta or gamma)", "beta >= 1", "libbeta.so.1()(64bit)"});
  CHECK(only_package(inventory, "gamma").source_name == "alpha");
  CHECK(only_package(inventory, "gamma").source_version == "1.2-3");
}

TEST_CASE("boolean needs of rpm are what holds without their conditions") {
  const std::vector<std::pair<std::string, Lines>> rows{
      {"b", {"a > b"}},
      {"(b and c)", {"a > b", "a > c"}},
      {"(x or c or b)", {"a > c"}},
      {"(b if c)", {"a > b"}},
      {"(x if b else c)", {}},
      {"(b >= 1 with b < 2)", {"a > b"}},
      {"(b unless c)", {"a > b"}},
      {"((b or x) and (x or c))", {"a > b", "a > c"}},
      {"(lib(b)(64bit) and c)", {"a > b", "a > c"}},
      {"(", {}},
      {"()", {}},
      {"(or or or)", {}},
  };
  for (const auto& [need, edges] : rows) {
    INFO(need);
    const auto package = [](const std::string& name) {
      return HeaderBytes{}.text(1000, name).text(1001, "1").text(1002, "1");
    };
    const Inventory inventory = inventory_of({TarBuilder{}.file(
        "var/lib/rpm/Packages.db",
        ndb_of({package("a").texts(1049, {need}).str(),
                package("b").texts(1047, {"lib(b)(64bit)"}).str(), package("c").str()}))});
    CHECK(edges_of(inventory) == edges);
  }
}

TEST_CASE("an older form of the database beside a newer one is not counted") {
  const Inventory inventory =
      inventory_of({TarBuilder{}
                        .file("var/lib/rpm/Packages.db", ndb_of({package_header("new")}))
                        .file("var/lib/rpm/Packages",
                              berkeley_of(package_header("old", std::string(1000, 'x'))))});
  CHECK(versions_of(inventory) == Lines{"new 1.0-1"});
  REQUIRE(inventory.remarks.size() == 1);
  CHECK(inventory.remarks[0] ==
        Remark{"var/lib/rpm/Packages", "rpm: not counted, since var/lib/rpm/Packages.db is newer"});
}

TEST_CASE("a log of SQLite that holds what the database lacks is told") {
  const std::string salts = "saltsalt";
  const std::string page(512, 'p');
  const auto frame = [&](std::uint32_t committed, const std::string& salt) {
    return be(1) + be(committed) + salt + std::string(8, '\0') + page;
  };
  const std::string head = be(0x377f0683) + be(3007000) + be(512) + be(0) + salts + be(0) + be(0);
  const std::vector<std::pair<std::string, std::size_t>> rows{
      {"", 0},
      {head, 0},
      {head + frame(0, salts), 0},
      {head + frame(0, salts) + frame(9, salts), 2},
      {head + frame(9, salts) + frame(0, salts), 1},
      {head + frame(9, salts) + frame(9, "another."), 1},
      {head + frame(9, salts).substr(0, 100), 0},
      {std::string(600, 'x'), 0},
      {be(0x377f0682) + be(0) + be(0) + std::string(500, '\0'), 0},
  };
  for (const auto& [log, pages] : rows) {
    CHECK(count_logged_pages(as_bytes(std::string_view(log))) == pages);
  }
  const Inventory inventory =
      inventory_of({TarBuilder{}.file("var/lib/rpm/rpmdb.sqlite-wal", head + frame(9, salts))});
  REQUIRE(inventory.remarks.size() == 1);
  CHECK(inventory.remarks[0].message ==
        "rpm: pages that the database may lack are in this log: 1; packages that changed last "
        "may "
        "be lacking or be told in an older version");
}

TEST_CASE("a log that SQLite wrote is counted as SQLite does") {
  if (!RpmPeer::is_there()) return;
  const RpmPeer rpm;
  const std::string path = rpm.path("test.sqlite");
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  sqlite3_exec(database, "PRAGMA journal_mode=WAL; CREATE TABLE Packages (hnum, blob)", nullptr,
               nullptr, nullptr);
  const std::string log = read_file(path + "-wal", 1U << 20U);
  int logged = 0;
  int moved = 0;
  sqlite3_wal_checkpoint_v2(database, nullptr, SQLITE_CHECKPOINT_PASSIVE, &logged, &moved);
  sqlite3_close(database);
  CHECK(logged > 0);
  CHECK(count_logged_pages(as_bytes(std::string_view(log))) == static_cast<std::size_t>(logged));
}

TEST_CASE("a database whose Packages is no table is told") {
  for (const std::string schema :
       {"CREATE TABLE other (a)", "CREATE VIEW Packages AS SELECT 1 AS hnum, 'x' AS blob",
        "CREATE VIRTUAL TABLE Packages USING fts5(hnum, blob)",
        "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob AS (zeroblob(200000000)));"
        "INSERT INTO Packages VALUES (1)"}) {
    INFO(schema);
    const TempDir directory("/tmp");
    const std::string path = join_path(directory.path(), "db");
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, schema.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
    const Find find = find_of("rpm", "var/lib/rpm/rpmdb.sqlite", read_file(path, 1U << 20U));
    CHECK(find.packages.empty());
    CHECK(find.problem == "the database has no table of packages");
  }
}

TEST_CASE("rows of a table of packages that are no headers are told") {
  const TempDir directory("/tmp");
  const std::string path = join_path(directory.path(), "db");
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database,
                     "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob);"
                     "INSERT INTO Packages (blob) VALUES ('no header'), (7)",
                     nullptr, nullptr, nullptr) == SQLITE_OK);
  const auto find = [&] {
    return find_of("rpm", "var/lib/rpm/rpmdb.sqlite", read_file(path, 1U << 20U));
  };
  CHECK(find().problem == "package 1: a header with 1852776552 entries (and 1 more fault)");
  CHECK(sqlite3_exec(database, "INSERT INTO Packages (blob) VALUES (NULL)", nullptr, nullptr,
                     nullptr) == SQLITE_OK);
  sqlite3_close(database);
  CHECK(find().problem == "package 1: a header with 1852776552 entries (and 2 more faults)");
}

TEST_CASE("the manifest of a distroless image of Azure Linux is read") {
  const std::string path = "var/lib/rpmmanifest/container-manifest-2";
  const Inventory inventory = inventory_of({TarBuilder{}.file(
      path,
      "mariner-release\t2.0-12.cm2\t1653816591\t1653753130\tMicrosoft Corporation\t(none)\t580\t"
      "noarch\t0\tmariner-release-2.0-12.cm2.src.rpm\n"
      "openssl-libs\t1.1.1k-15.cm2\t1\t1\tMicrosoft Corporation\t(none)\t9\tx86_64\t2\t"
      "openssl-1.1.1k-15.cm2.src.rpm\n"
      "broken\n")});
  CHECK(versions_of(inventory) ==
        Lines{"mariner-release 2.0-12.cm2", "openssl-libs 2:1.1.1k-15.cm2"});
  const Package& openssl = only_package(inventory, "openssl-libs");
  CHECK(openssl.source_name == "openssl");
  CHECK(openssl.source_version == "1.1.1k-15.cm2");
  CHECK(openssl.architecture == "x86_64");
  CHECK(inventory.remarks ==
        std::vector<Remark>{{path, "rpm: line 3 names no package with a version"}});
}

TEST_CASE("rpm's cataloger wants its databases and no other files beside them") {
  const auto cataloger = make_rpm_cataloger();
  for (const std::string_view name :
       {"__db.001", "Index.db", "Name", "rpmdb.sqlite-shm", ".rpm.lock"}) {
    CHECK_FALSE(cataloger->wants("var/lib/rpm/" + std::string(name), 10));
  }
  CHECK_FALSE(cataloger->wants("var/lib/rpm/rpmdb.sqlite-wal", 0));
  CHECK(cataloger->wants("var/lib/rpm/rpmdb.sqlite-wal", 10));
}

}  // namespace
}  // namespace lade::sbom
