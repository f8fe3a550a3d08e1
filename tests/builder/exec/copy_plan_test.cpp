#include "builder/exec/copy_plan.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <ctime>

#include "builder/exec/context_tree.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

/// A build context in a temporary directory.
class Context {
 public:
  Context& file(const std::string& path, const std::string& text, unsigned mode = 0644) {
    const std::string full = dir_.path() + "/" + path;
    make_directories(full.substr(0, full.rfind('/')));
    write_file_atomic(full, text, mode);
    REQUIRE(::chmod(full.c_str(), mode) == 0);
    return *this;
  }
  Context& changed_at(const std::string& path, std::time_t seconds) {
    const timespec times[] = {{seconds, 0}, {seconds, 0}};
    REQUIRE(::utimensat(AT_FDCWD, (dir_.path() + "/" + path).c_str(), times, 0) == 0);
    return *this;
  }
  Context& link(const std::string& path, const std::string& target) {
    REQUIRE(::symlink(target.c_str(), (dir_.path() + "/" + path).c_str()) == 0);
    return *this;
  }
  std::unique_ptr<ContextTree> tree(const std::string& ignore = "") const {
    ContextTree::Options options;
    options.directory = dir_.path();
    options.ignore = containerfile::IgnoreRules::parse(ignore);
    return std::make_unique<ContextTree>(std::move(options));
  }

 private:
  TempDir dir_{"/tmp"};
};

MergedTree base_of(const std::vector<Entry>& entries) {
  TocBuilder builder;
  for (const Entry& entry : entries) builder.add(entry, digest_of(""), std::nullopt);
  return MergedTree({builder.finish(digest_of("layer"), 0)});
}

Entry directory(const std::string& path, std::uint32_t mode = 0755, std::uint32_t uid = 0) {
  Entry entry;
  entry.path = path;
  entry.type = EntryType::directory;
  entry.mode = mode;
  entry.uid = uid;
  return entry;
}

Entry symlink_to(const std::string& path, const std::string& target) {
  Entry entry;
  entry.path = path;
  entry.type = EntryType::symlink;
  entry.link_target = target;
  return entry;
}

CopyOp copy_to(const std::string& destination) {
  CopyOp op;
  op.destination = destination;
  op.working_dir = "/";
  return op;
}

/// "path" of each item, directories with a slash behind them.
std::vector<std::string> paths(const std::vector<CopyItem>& items) {
  std::vector<std::string> list;
  for (const CopyItem& item : items) {
    list.push_back(item.entry.path + (item.entry.type == EntryType::directory ? "/" : ""));
  }
  return list;
}

using Paths = std::vector<std::string>;

Paths plan_paths(const CopyOp& op, SourceTree& tree, const Paths& patterns,
                 const MergedTree& base = {}) {
  std::vector<CopySource> sources;
  for (const std::string& pattern : patterns) sources.push_back({&tree, pattern});
  return paths(plan_copy(op, sources, {}, base, {}));
}

std::string error_of(const CopyOp& op, SourceTree& tree, const std::string& pattern,
                     const MergedTree& base = {}) {
  try {
    plan_paths(op, tree, {pattern}, base);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST_CASE("a file goes to the name given, or into a directory") {
  Context context;
  const auto tree = context.file("a", "x").file("d/b", "y").tree();
  CHECK(plan_paths(copy_to("/n"), *tree, {"a"}) == Paths{"n"});
  CHECK(plan_paths(copy_to("/n/"), *tree, {"a"}) == Paths{"n/", "n/a"});
  CHECK(plan_paths(copy_to("/x/y/z"), *tree, {"d/b"}) == Paths{"x/", "x/y/", "x/y/z"});
  CHECK(plan_paths(copy_to("/n"), *tree, {"a"}, base_of({directory("n")})) == Paths{"n/", "n/a"});
}

TEST_CASE("of a directory the contents are copied") {
  Context context;
  const auto tree = context.file("d/b", "y").file("d/e/f", "z").file("top", "").tree();
  CHECK(plan_paths(copy_to("/n"), *tree, {"d"}) == Paths{"n/", "n/b", "n/e/", "n/e/f"});
  CHECK(plan_paths(copy_to("/"), *tree, {"d"}) == Paths{"b", "e/", "e/f"});
  CHECK(plan_paths(copy_to("."), *tree, {"."}) == Paths{"d/", "d/b", "d/e/", "d/e/f", "top"});
}

TEST_CASE("wildcards match within a component") {
  Context context;
  const auto tree = context.file("a1.txt", "").file("a2.txt", "").file("d/a3.txt", "").tree();
  CHECK(plan_paths(copy_to("/n/"), *tree, {"a?.txt"}) == Paths{"n/", "n/a1.txt", "n/a2.txt"});
  CHECK(plan_paths(copy_to("/n/"), *tree, {"*/*.txt"}) == Paths{"n/", "n/a3.txt"});
  CHECK(error_of(copy_to("/n/"), *tree, "b*") == "b*: no such file in the build context");
}

TEST_CASE("a source that is missing is told with the path that was probably meant") {
  Context context;
  const auto tree = context.file("src/main.c", "")
                        .file("src/lib/Deep.txt", "")
                        .file("README.md", "")
                        .link("code", "src")
                        .tree("# comment\n*.log\n");
  const std::pair<const char*, const char*> rows[] = {
      {"src/mian.c", "did you mean \"src/main.c\"?"},
      {"scr/main.c", "did you mean \"src/main.c\"?"},
      {"scr/mian.c", "did you mean \"src/main.c\"?"},
      {"code/mian.c", "did you mean \"code/main.c\"?"},
      {"/src/mian.c", "did you mean \"/src/main.c\"?"},
      {"readme.md", "did you mean \"README.md\"?"},
      {"Deep.txt", "did you mean \"src/lib/Deep.txt\"?"},
      {"main.c", "did you mean \"src/main.c\"?"},
  };
  for (const auto& [wrong, hint] : rows) {
    CAPTURE(wrong);
    CHECK(error_of(copy_to("/n/"), *tree, wrong) ==
          fmt::format("{}: no such file in the build context; {}", wrong, hint));
  }
  for (const char* unlike : {"quite-another", "src/quite-another", "README.md/below", "../x"}) {
    CHECK(error_of(copy_to("/n/"), *tree, unlike) ==
          fmt::format("{}: no such file in the build context", unlike));
  }
}

TEST_CASE("a source that the ignore file leaves out is told with the line that does") {
  Context context;
  const auto tree = context.file("a.log", "").file("out/x.js", "").tree("# no\n*.log\n/out\n");
  CHECK(error_of(copy_to("/n/"), *tree, "a.log") ==
        "a.log: no such file in the build context; it is there, but line 2 of the ignore file "
        "(\"*.log\") leaves it out");
  CHECK(error_of(copy_to("/n/"), *tree, "out/*.js") ==
        "out/*.js: no such file in the build context; out: it is there, but line 3 of the ignore "
        "file (\"/out\") leaves it out");
  CHECK(error_of(copy_to("/n/"), *tree, "b.log") == "b.log: no such file in the build context");
}

TEST_CASE("links in the destination are followed inside the image") {
  Context context;
  const auto tree = context.file("a", "x").tree();
  const MergedTree base =
      base_of({symlink_to("bin", "usr/bin"), directory("usr"), directory("usr/bin", 0711, 3)});
  const auto items = plan_copy(copy_to("/bin/"), {{tree.get(), "a"}}, {}, base, {});
  CHECK(paths(items) == Paths{"usr/", "usr/bin/", "usr/bin/a"});
  CHECK(items[1].inherited);
  CHECK(items[1].entry.mode == 0711);
  CHECK(items[1].entry.uid == 3);
}

TEST_CASE("COPY --link looks at nothing below") {
  Context context;
  const auto tree = context.file("a", "x").tree();
  CopyOp op = copy_to("/bin/");
  op.link = true;
  CHECK(plan_paths(op, *tree, {"a"}, base_of({symlink_to("bin", "usr/bin")})) ==
        Paths{"bin/", "bin/a"});
}

TEST_CASE("a directory is not replaced by a file, nor a file entered") {
  Context context;
  const auto tree = context.file("d/x", "f").tree();
  const MergedTree base = base_of({directory("n"), directory("n/x")});
  CHECK(error_of(copy_to("/n"), *tree, "d", base) ==
        "cannot replace the directory /n/x by the file d/x");
  Entry file;
  file.path = "f";
  CHECK(error_of(copy_to("/f/g"), *tree, "d/x", base_of({file})) ==
        "cannot copy into /f: it is a file");
}

TEST_CASE("symlinks are copied as they are, but a source that is one is followed") {
  Context context;
  context.file("real", "x").file("d/f", "y").link("l", "real").link("d/s", "../real");
  const auto tree = context.link("out", "/etc/passwd").link("up", "../../../etc/passwd").tree();
  const auto items = plan_copy(copy_to("/n"), {{tree.get(), "l"}}, {}, {}, {});
  REQUIRE(items.size() == 1);
  CHECK(items[0].entry.type == EntryType::file);
  const auto nested = plan_copy(copy_to("/n"), {{tree.get(), "d"}}, {}, {}, {});
  CHECK(nested[2].entry.link_target == "../real");
  CHECK(error_of(copy_to("/n"), *tree, "out").find("which is not in the build context") !=
        std::string::npos);
  CHECK(error_of(copy_to("/n"), *tree, "up").find("which is not in the build context") !=
        std::string::npos);
}

TEST_CASE("COPY --exclude and --parents") {
  Context context;
  const auto tree =
      context.file("d/a.o", "").file("d/a.c", "").file("d/e/b.o", "").file("d/e/b.c", "").tree();
  CopyOp exclude = copy_to("/n");
  exclude.excludes = {"**/*.o"};
  CHECK(plan_paths(exclude, *tree, {"d"}) == Paths{"n/", "n/a.c", "n/e/", "n/e/b.c"});
  CopyOp parents = copy_to("/n/");
  parents.parents = true;
  CHECK(plan_paths(parents, *tree, {"d/e/b.c"}) == Paths{"n/", "n/d/", "n/d/e/", "n/d/e/b.c"});
  CHECK(plan_paths(parents, *tree, {"d/./e/b.c"}) == Paths{"n/", "n/e/", "n/e/b.c"});
}

TEST_CASE("the ignore file keeps files out, and negation brings them back") {
  Context context;
  const auto tree = context.file("keep", "")
                        .file("node_modules/x/y", "")
                        .file("log/a", "")
                        .file("log/b", "")
                        .tree("node_modules\nlog\n!log/b\n");
  CHECK(plan_paths(copy_to("/n"), *tree, {"."}) == Paths{"n/", "n/keep", "n/log/", "n/log/b"});
  CHECK(error_of(copy_to("/n"), *tree, "node_modules") ==
        "node_modules: no such file in the build context; it is there, but line 1 of the ignore "
        "file (\"node_modules\") leaves it out");
}

TEST_CASE("the key of a copy is of what it holds, and times only where they count") {
  Context one;
  Context two;
  const auto a = one.file("f", "same").changed_at("f", 1000).tree();
  const auto b = two.file("f", "same").changed_at("f", 2000).tree();
  const auto key = [](SourceTree& tree, bool times, const std::string& chmod = "") {
    CopyOp op = copy_to("/n");
    op.chmod = chmod;
    return copy_key(plan_copy(op, {{&tree, "f"}}, {}, {}, {}), times);
  };
  CHECK(key(*a, false) == key(*b, false));
  CHECK_FALSE(key(*a, true) == key(*b, true));
  CHECK_FALSE(key(*a, false) == key(*a, false, "600"));
  two.file("f", "other");
  CHECK_FALSE(key(*a, false) == key(*b, false));
}

}  // namespace
}  // namespace lade::builder
