#include "registry/pull/image_finder.h"

#include <catch2/catch.hpp>

#include "libimage/base/temp_dir.h"
#include "libimage/image/copy.h"
#include "registry/pull/pull.h"
#include "tests/registry/client/fixture.h"
#include "tests/registry/config/config_support.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"

namespace lade::registry {
namespace {

/// Two fake registries, a store, and a configuration that says which to search.
struct World {
  TempDir directory{"/tmp", "lade-pull-test"};
  std::shared_ptr<Store> store = Store::open(directory.path() + "/store");
  Fixture one;
  Fixture two;
  std::string mode = "permissive";
  std::string more{};
  bool terminal = false;
  std::vector<std::string> asked{};
  std::size_t answer = 1;
  PlatformChoice platform{};

  std::string alias_file() const { return directory.path() + "/aliases.conf"; }

  std::shared_ptr<DockerTransport> transport() {
    const std::string text = fmt::format(
        "unqualified-search-registries = ['{0}', '{1}']\nshort-name-mode = '{2}'\n"
        "[[registry]]\nlocation = '{0}'\ninsecure = true\n"
        "[[registry]]\nlocation = '{1}'\ninsecure = true\n{3}",
        one.fake.host(), two.fake.host(), mode, more);
    DockerOptions options;
    options.config = config_of(text, directory.path());
    options.http = one.http_;
    options.clock = [] { return Timestamp{}; };
    return std::make_shared<DockerTransport>(std::move(options));
  }

  ImageFinder finder(PullPolicy policy) {
    FinderOptions options;
    options.store = [this] { return store; };
    options.transport = [this] { return transport(); };
    options.alias_file = alias_file();
    options.names.terminal = terminal;
    options.choose = [this](const NameResolution& names) {
      for (const Reference& candidate : names.candidates) asked.push_back(candidate.str());
      return answer;
    };
    options.policy = policy;
    options.progress = &one.progress;
    return ImageFinder(std::move(options));
  }

  FoundImage find(const std::string& text, PullPolicy policy = PullPolicy::missing) {
    ImageFinder names = finder(policy);
    return names.find(names.resolve(text), platform);
  }

  PulledImage pull_it(const std::string& text, PullPolicy policy = PullPolicy::always) {
    ImageFinder names = finder(policy);
    const auto pulled =
        pull({{text, [&, found = names.resolve(text)] { return names.find(found, platform); }}},
             store, {.copy = {.platforms = platform}}, no_progress());
    if (pulled.front().error) throw Error(*pulled.front().error);
    return pulled.front();
  }

  std::size_t requests() { return one.fake.seen().size() + two.fake.seen().size(); }
};

/// An image whose one layer says `text`, on a registry.
RawManifest put(Fixture& registry, const std::string& name, const std::string& text) {
  MemoryImageSource source;
  RawManifest raw = add_image(source, {add_layer(source, tar_of({{"file", text}}))});
  source.set_top(raw);
  copy_image(source, *registry.destination(name), {}, no_progress());
  return raw;
}

/// The same in the store.
RawManifest store_it(World& world, const std::string& name, const std::string& text) {
  MemoryImageSource source;
  RawManifest raw = add_image(source, {add_layer(source, tar_of({{"file", text}}))});
  source.set_top(raw);
  copy_image(source, *open_store_destination(world.store, Reference::parse(name)), {},
             no_progress());
  return raw;
}

TEST_CASE("the words of a pull policy are those of podman, buildah and docker") {
  CHECK(parse_pull_policy("always") == PullPolicy::always);
  CHECK(parse_pull_policy("true") == PullPolicy::always);
  CHECK(parse_pull_policy("missing") == PullPolicy::missing);
  CHECK(parse_pull_policy("false") == PullPolicy::missing);
  CHECK(parse_pull_policy("ifnewer") == PullPolicy::newer);
  CHECK(parse_pull_policy("never") == PullPolicy::never);
  CHECK_FALSE(parse_pull_policy("sometimes"));
}

TEST_CASE("a short name is looked for on the search registries in turn") {
  World world;
  put(world.two, "team/app:1", "two");
  const FoundImage found = world.find("team/app:1");
  CHECK(found.name->str() == world.two.fake.host() + "/team/app:1");
  CHECK_FALSE(found.stored);
  CHECK(world.one.fake.count("GET", "/v2/team/app/manifests/1") == 1);
}

TEST_CASE("a short name that nobody has says where was looked and why it was not there") {
  World world;
  world.two.fake.set_fault([](const SeenRequest&) { return Answer{.status = 403}; });
  const std::string message = error_of(ErrorKind::denied, [&] { world.find("team/nothing:1"); });
  CHECK_THAT(message, Catch::Contains("no image for \"team/nothing:1\"") &&
                          Catch::Contains("unqualified-search-registries") &&
                          Catch::Contains(world.one.fake.host() + "/team/nothing:1: ") &&
                          Catch::Contains("404") &&
                          Catch::Contains(world.two.fake.host() + "/team/nothing:1: ") &&
                          Catch::Contains("403"));
}

TEST_CASE("an image in the store is used without any request, by the names it may have") {
  World world;
  const std::string host = world.two.fake.host();
  const RawManifest full = store_it(world, host + "/team/app:1", "a");
  const RawManifest local = store_it(world, "localhost/own:latest", "b");
  CHECK(world.find("team/app:1").source->manifest().digest == full.digest);
  CHECK(world.find(host + "/team/app:1").source->manifest().digest == full.digest);
  CHECK(world.find("docker://" + host + "/team/app:1").source->manifest().digest == full.digest);
  CHECK(world.find(fmt::format("{}/team/app@{}", host, full.digest.str())).stored);
  CHECK(world.find("own").source->manifest().digest == local.digest);
  CHECK(world.find("localhost/own").source->manifest().digest == local.digest);
  CHECK(world.find(full.digest.str()).source->manifest().digest == full.digest);
  CHECK(world.find(full.digest.hex().substr(0, 12)).source->manifest().digest == full.digest);
  CHECK(world.requests() == 0);
}

TEST_CASE("an alias decides which of two images in the store a short name means") {
  World world;
  world.more = "[aliases]\napp = 'q.example/app'\n";
  store_it(world, "docker.io/library/app:latest", "hub");
  const RawManifest meant = store_it(world, "q.example/app:latest", "alias");
  CHECK(world.find("app").source->manifest().digest == meant.digest);
}

TEST_CASE("each policy asks when it should") {
  World world;
  const std::string name = world.one.fake.host() + "/team/app:1";
  const RawManifest old = store_it(world, name, "old");
  const RawManifest fresh = put(world.one, "team/app:1", "fresh");
  const auto digest = [&](PullPolicy policy) {
    return world.find(name, policy).source->manifest().digest;
  };
  CHECK(digest(PullPolicy::never) == old.digest);
  CHECK(digest(PullPolicy::missing) == old.digest);
  CHECK(digest(PullPolicy::newer) == fresh.digest);
  CHECK(digest(PullPolicy::always) == fresh.digest);
  world.one.fake.set_fault([](const SeenRequest&) { return Answer{.status = 401}; });
  CHECK(digest(PullPolicy::newer) == old.digest);
  REQUIRE(world.one.progress.all.size() == 1);
  CHECK_THAT(world.one.progress.all.front(), Catch::Contains("taken as the store has it"));
  CHECK_THAT(error_of(ErrorKind::denied, [&] { digest(PullPolicy::always); }),
             Catch::Contains("401"));
}

TEST_CASE("never means never, and says so") {
  World world;
  put(world.one, "team/app:1", "x");
  const auto before = world.requests();
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { world.find("team/app:1", PullPolicy::never); }),
             Catch::Contains("no image 'team/app:1' in the store") &&
                 Catch::Contains("the pull policy is never"));
  CHECK(world.requests() == before);
}

TEST_CASE("no registry is asked for what was built here") {
  World world;
  for (const PullPolicy policy : {PullPolicy::missing, PullPolicy::always}) {
    CHECK_THAT(error_of(ErrorKind::not_found, [&] { world.find("localhost/app", policy); }),
               Catch::Contains("no registry is asked for what is built here"));
  }
  const RawManifest local = store_it(world, "localhost/app:latest", "x");
  CHECK(world.find("localhost/app", PullPolicy::always).source->manifest().digest == local.digest);
}

TEST_CASE("an enforcing mode without a terminal refuses what may mean several images") {
  World world;
  world.mode = "enforcing";
  put(world.one, "team/app:1", "x");
  const auto before = world.requests();
  CHECK_THAT(error_of(ErrorKind::conflict, [&] { world.find("team/app:1"); }),
             Catch::Contains("short-name-mode is enforcing"));
  CHECK(world.requests() == before);
  // what the store has need not be asked for
  const RawManifest local = store_it(world, world.two.fake.host() + "/team/app:1", "y");
  CHECK(world.find("team/app:1").source->manifest().digest == local.digest);
}

TEST_CASE("on a terminal somebody is asked once, and what was chosen is remembered") {
  World world;
  world.terminal = true;
  put(world.one, "team/app:1", "one");
  put(world.two, "team/app:1", "two");
  CHECK(world.find("team/app:1").name->domain() == world.two.fake.host());
  CHECK(world.asked == std::vector<std::string>{world.one.fake.host() + "/team/app:1",
                                                world.two.fake.host() + "/team/app:1"});
  world.asked.clear();
  world.terminal = false;
  CHECK(world.find("team/app:1").name->domain() == world.two.fake.host());
  CHECK(world.asked.empty());
}

TEST_CASE("a choice that cannot be pulled is not remembered") {
  World world;
  world.terminal = true;
  error_of(ErrorKind::not_found, [&] { world.find("team/app:1"); });
  CHECK(load_remembered_aliases(world.alias_file()).empty());
}

TEST_CASE("all tags of a repository are listed under its full name") {
  World world;
  put(world.two, "team/app:1", "one");
  put(world.two, "team/app:2", "two");
  ImageFinder finder = world.finder(PullPolicy::always);
  const std::string name = world.two.fake.host() + "/team/app";
  CHECK(finder.list_tags("team/app") ==
        std::vector<Reference>{Reference::parse(name + ":1"), Reference::parse(name + ":2")});
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { finder.list_tags("team/app:1"); }),
             Catch::Contains("must not say one"));
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { finder.list_tags("team/none"); }),
             Catch::Contains("no repository for \"team/none\""));
}

TEST_CASE("a pulled image has the name that was resolved, and its digest finds it again") {
  World world;
  const RawManifest raw = put(world.two, "team/app:1", "x");
  const PulledImage pulled = world.pull_it("team/app:1");
  CHECK(pulled.name->str() == world.two.fake.host() + "/team/app:1");
  CHECK(pulled.target->digest == raw.digest);
  CHECK(pulled.id == world.store->find_image_id(raw.digest));
  const auto before = world.requests();
  CHECK(world.find(fmt::format("{}@{}", pulled.name->name(), raw.digest.str())).stored);
  CHECK(world.requests() == before);
  // nothing new costs one request, after the one that tells that http is spoken there
  world.pull_it(pulled.name->str());
  CHECK(world.requests() == before + 2);
}

TEST_CASE("an index keeps its digest when one of its images is pulled, others can be added") {
  World world;
  MemoryImageSource source;
  const RawManifest amd = add_image(source, {add_layer(source, tar_of({{"file", "amd"}}))},
                                    {.platform = "linux/amd64"});
  const RawManifest arm = add_image(source, {add_layer(source, tar_of({{"file", "arm"}}))},
                                    {.platform = "linux/arm64"});
  const RawManifest index = index_of({instance(amd, "linux/amd64"), instance(arm, "linux/arm64")});
  source.add_manifest(index);
  source.set_top(index);
  copy_image(source, *world.one.destination("team/multi:1"),
             {.platforms = {.kind = PlatformChoice::Kind::all}}, no_progress());
  const std::string name = world.one.fake.host() + "/team/multi:1";
  world.platform.wanted = Platform::parse("linux/arm64");
  const PulledImage pulled = world.pull_it(name);
  CHECK(pulled.target->digest == index.digest);
  CHECK(pulled.id == world.store->find_image_id(arm.digest));
  CHECK(world.store->has_blob(arm.digest));
  CHECK_FALSE(world.store->has_blob(amd.digest));
  CHECK(world.find(name).stored);
  CHECK(world.store->list_unnamed().empty());
  // the other one is missing, so it is asked for
  world.platform.wanted = Platform::parse("linux/amd64");
  CHECK(world.pull_it(name, PullPolicy::missing).target->digest == index.digest);
  CHECK(world.store->has_blob(amd.digest));
  CHECK(world.store->has_blob(arm.digest));
  CHECK(world.find(name).stored);
}

TEST_CASE("images that are pulled together fetch what they share once") {
  World world;
  MemoryImageSource source;
  std::string large;
  while (large.size() < 3'000'000) large += std::to_string(large.size() * 2654435761U);
  const auto base = add_layer(source, tar_of({{"base", large}}), Compression::none);
  for (int i = 0; i < 4; ++i) {
    const auto own = add_layer(source, tar_of({{"own", std::to_string(i)}}));
    source.set_top(add_image(source, {base, own}));
    copy_image(source, *world.one.destination(fmt::format("n{}:1", i)), {}, no_progress());
  }
  const std::string host = world.one.fake.host();
  DockerOptions options;
  FinderOptions with;
  with.store = [&] { return world.store; };
  with.policy = PullPolicy::always;
  options.config = world.transport()->config();
  options.http = world.one.http_;
  options.clock = [] { return Timestamp{}; };
  auto transport = std::make_shared<DockerTransport>(std::move(options));
  with.transport = [&] { return transport; };
  ImageFinder sharing(std::move(with));
  std::vector<PullRequest> requests;
  for (int i = 0; i < 4; ++i) {
    const auto names = sharing.resolve(fmt::format("{}/n{}:1", host, i));
    requests.push_back({names.text, [&, names] { return sharing.find(names, {}); }});
  }
  requests.push_back({"none", [&] { return world.find(host + "/none:1"); }});
  const auto pulled = pull(requests, world.store, {}, no_progress());
  CHECK(world.one.fake.count("GET", "/blobs/" + base.blob.digest.str()) == 1);
  REQUIRE(pulled.size() == 5);
  for (int i = 0; i < 4; ++i) CHECK_FALSE(pulled[static_cast<std::size_t>(i)].error);
  // a failure is that image's alone
  CHECK(pulled[4].error);
  CHECK(world.store->list_names().size() == 4);
}

}  // namespace
}  // namespace lade::registry
