// What is found is what the package managers themselves say, on trees that they made.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "libimage/base/child.h"
#include "libimage/base/json.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"
#include "sbom/language/factories.h"
#include "sbom/language/python_metadata.h"
#include "tests/support/catalog_image.h"
#include "tests/support/installed_tree.h"

namespace lade::sbom {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

/// The output of a peer, or nothing, with the test reported as skipped.
std::optional<std::string> ask(const std::string& program, const std::string& command) {
  if (!find_program(program)) {
    WARN("skipped: " + program + " is not here");
    return std::nullopt;
  }
  auto output = output_of(command);
  if (!output) WARN("skipped: " + command + " fails");
  return output;
}

Inventory inventory_of_trees(const Catalogers& catalogers, const std::vector<fs::path>& trees) {
  const Dispatch dispatch(catalogers);
  TarBuilder tar;
  for (const fs::path& tree : trees) add_tree(tar, tree, dispatch);
  return inventory_of(catalogers, {tar});
}

/// "name@version" of all, but those that the peer does not look for.
Names names_of(const Inventory& inventory, const std::string& left_out = "\n") {
  Names names;
  for (const Package& package : inventory.packages) {
    bool counts = true;
    for (const std::string& remark : package.remarks)
      counts = counts && !remark.starts_with(left_out);
    if (!counts) continue;
    names.insert((package.name_space.empty() ? "" : package.name_space + "/") + package.name + "@" +
                 package.version);
  }
  return names;
}

/// What `npm ls` shows below a node.
void add_npm_names(const Json& node, Names& names) {
  if (!node.contains("dependencies")) return;
  for (const auto& item : node["dependencies"].items()) {
    if (!item.value().contains("version")) continue;
    const std::string name = item.value().value("name", item.key());
    names.insert(name + "@" + item.value()["version"].get<std::string>());
    add_npm_names(item.value(), names);
  }
}

/// npm exits with an error where development dependencies are missing, and still lists.
Names npm_names(const std::string& directory) {
  Names names;
  const auto listing =
      ask("npm", "cd '" + directory + "' && { npm ls --all --long --json || true; }");
  if (listing && !listing->empty()) add_npm_names(parse_json(*listing, "npm ls"), names);
  return names;
}

TEST_CASE("npm's own packages are those that npm ls lists") {
  const std::string npm = "/usr/lib/node_modules/npm";
  if (!fs::exists(npm + "/node_modules")) {
    WARN("skipped: npm is not in /usr/lib/node_modules");
    return;
  }
  const Names wanted = npm_names(npm);
  if (wanted.empty()) return;
  CHECK(names_of(inventory_of_trees({npm_cataloger()}, {npm + "/node_modules"})) == wanted);
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

TEST_CASE("what npm installs is what npm ls lists") {
  const TempDir temp("/tmp");
  const fs::path root(temp.path());
  const auto make = [&](const std::string& folder, const std::string& json) {
    write_file(root / folder / "package.json", json);
    write_file(root / folder / "index.js", "");
  };
  make("b1", R"({"name":"b","version":"1.0.0"})");
  make("b2", R"({"name":"b","version":"2.0.0"})");
  const std::string at = "file:" + root.string();
  make("a", R"({"name":"@t/a","version":"1.0.0","license":"MIT","dependencies":{"b":")" + at +
                R"(/b-1.0.0.tgz"}})");
  make("app", R"({"name":"app","version":"0.0.0","workspaces":["lib"],"dependencies":{"@t/a":")" +
                  at + R"(/t-a-1.0.0.tgz","b":")" + at + R"(/b-2.0.0.tgz","alias":")" + at +
                  R"(/b-1.0.0.tgz"}})");
  make("app/lib", R"({"name":"lib","version":"3.0.0","dependencies":{"b":"*"}})");
  if (!ask("npm", "cd " + root.string() +
                      " && npm pack --offline ./b1 ./b2 ./a && cd app && "
                      "npm install --offline --no-audit --no-fund")) {
    return;
  }
  const Inventory inventory = inventory_of_trees({npm_cataloger()}, {root / "app"});
  const Names wanted = npm_names(root / "app");
  CHECK(wanted.size() >= 4);
  CHECK(names_of(inventory) == wanted);
}

/// pip list of one directory, "name@version" with names normalised.
Names pip_names(const std::string& python, const std::string& options) {
  Names names;
  const auto listing = ask(python, python + " -m pip list --format json " + options);
  if (!listing) return names;
  for (const Json& item : parse_json(*listing, "pip list")) {
    names.insert(normalize_python_name(item["name"].get<std::string>()) + "@" +
                 item["version"].get<std::string>());
  }
  return names;
}

TEST_CASE("the packages of each interpreter are those that pip lists") {
  std::vector<std::string> directories{"/usr/lib/python3/dist-packages"};
  // other versions of the interpreter are often installed beside the one that is used
  const auto here = output_of(
      "for p in python3 \"$(python3 -c 'import sys; print(sys.prefix)')\"/../*/bin/python; do "
      "\"$p\" -c 'import sysconfig; print(sysconfig.get_paths()[\"purelib\"])'; done");
  if (here) {
    for (const std::string& line : split(*here, '\n')) directories.push_back(line);
  }
  std::set<std::string> seen;
  for (const std::string& directory : directories) {
    if (directory.empty() || !fs::exists(directory) || !seen.insert(directory).second) continue;
    const Names wanted = pip_names("python3", "--path " + directory);
    CAPTURE(directory);
    const Inventory inventory = inventory_of_trees({python_cataloger()}, {directory});
    if (!wanted.empty()) CHECK(names_of(inventory, "vendored") == wanted);
    CHECK(inventory.remarks.empty());
  }
}

/// gem list: "rake (13.0.6, default: 12.0)".
Names gem_names() {
  Names names;
  const auto listing = ask("gem", "gem list --local");
  if (!listing) return names;
  for (const std::string& line : split(*listing, '\n')) {
    const std::size_t open = line.find(" (");
    if (open == std::string::npos || !line.ends_with(')')) continue;
    for (const std::string& part : split(line.substr(open + 2, line.size() - open - 3), ',')) {
      std::string version(trim(part));
      if (version.starts_with("default: ")) version.erase(0, 9);
      names.insert(line.substr(0, open) + "@" + version.substr(0, version.find(' ')));
    }
  }
  return names;
}

TEST_CASE("the gems of the interpreter are those that gem lists") {
  const Names wanted = gem_names();
  const auto paths = output_of("gem env gempath");
  if (wanted.empty() || !paths) return;
  std::vector<fs::path> trees;
  for (const std::string& path : split(trim(*paths), ':')) {
    const fs::path specifications = fs::path(path) / "specifications";
    if (fs::exists(specifications)) trees.push_back(specifications);
  }
  const Inventory inventory = inventory_of_trees({ruby_cataloger()}, trees);
  CHECK(names_of(inventory) == wanted);
  CHECK(inventory.remarks.empty());
}

/// "group:artifact@version" of the pom.properties in an archive, as unzip shows them.
Names maven_names(const fs::path& archive) {
  Names names;
  const auto members =
      output_of("unzip -Z1 '" + archive.string() + "' 'META-INF/maven/*/pom.properties'");
  if (!members) return names;
  for (const std::string& member : split(*members, '\n')) {
    const auto text = output_of("unzip -p '" + archive.string() + "' '" + member + "'");
    std::map<std::string, std::string> fields;
    if (!text || member.empty()) continue;
    for (const std::string& raw : split(*text, '\n')) {
      const std::string line(trim(raw));
      const std::size_t equals = line.find('=');
      if (equals != std::string::npos) fields[line.substr(0, equals)] = line.substr(equals + 1);
    }
    names.insert(fields["groupId"] + "/" + fields["artifactId"] + "@" + fields["version"]);
  }
  return names;
}

TEST_CASE("every project that an archive of Java's has metadata of is found") {
  if (!find_program("unzip") || !fs::exists("/usr/share/java")) {
    WARN("skipped: no unzip or no /usr/share/java");
    return;
  }
  for (const auto& item : fs::directory_iterator("/usr/share/java")) {
    if (item.path().extension() != ".jar" || item.is_symlink()) continue;
    const Names wanted = maven_names(item.path());
    std::ifstream file(item.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    const Inventory inventory =
        inventory_of({java_cataloger()}, {TarBuilder{}.file(item.path().filename(), bytes)});
    CAPTURE(item.path());
    const Names got = names_of(inventory);
    CHECK(std::includes(got.begin(), got.end(), wanted.begin(), wanted.end()));
    // each is one archive, itself or something that Maven did not make
    CHECK(got.size() <= std::max<std::size_t>(wanted.size() + 1, 1));
    CHECK(inventory.remarks.empty());
  }
}

}  // namespace
}  // namespace lade::sbom
