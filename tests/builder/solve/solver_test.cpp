#include "builder/solve/solver.h"

#include <poll.h>
#include <sys/stat.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "builder/exec/step_failed.h"
#include "builder/snapshot/snapshots.h"
#include "builder/solve/cache.h"
#include "libimage/base/file.h"
#include "libimage/base/guarded.h"
#include "libimage/base/temp_dir.h"
#include "libimage/oci/media_type.h"

namespace lade::builder {
namespace {

/// Runs no process: "write NAME" puts a file into the upper directory, "fail N" ends with code N
/// once something else hangs, "hang" lasts until it is cancelled.
class FakeRunner final : public Runner {
 public:
  ExitStatus run(const RunSpec& spec, const RunHooks& hooks) override {
    ++runs;
    last_env.with([&](auto& env) { env = spec.env; });
    if (spec.argv[0] == "write") {
      write_file_atomic(spec.root.overlay.upper + "/" + spec.argv[1], spec.argv[1]);
      return {};
    }
    if (spec.argv[0] == "hang") {
      hanging = true;
      pollfd event{hooks.cancel->descriptor(), POLLIN, 0};
      if (::poll(&event, 1, 60'000) != 1) return {};
      fail(ErrorKind::cancelled, "hang was cancelled");
    }
    while (spec.argv.size() > 2 && !hanging) std::this_thread::yield();
    return {std::stoi(spec.argv[1]), 0};
  }

  std::atomic<int> runs = 0;
  std::atomic<bool> hanging = false;
  Guarded<std::vector<std::string>> last_env;
};

struct Bench {
  TempDir directory{"/tmp", "lade-solve-test"};
  std::shared_ptr<Store> store = Store::open(directory.path() + "/store");
  std::unique_ptr<Lease> lease = store->lease();
  FakeRunner runner;
  int entered = 0;

  std::vector<NodeResult> solve_all(const Graph& graph, CancelToken* stop = nullptr,
                                    const RunSettings& settings = {}) {
    Snapshots::Options options;
    options.store = store;
    options.lease = lease.get();
    options.ownership = ApplyOptions::Ownership::ignore;
    options.boot_id = "boot";
    Snapshots snapshots(options);
    Workshop workshop;
    workshop.store = store;
    workshop.lease = lease.get();
    workshop.layer_type = media_type::oci_layer_gzip;
    workshop.now = {1'700'000'000, 0};
    workshop.run = settings;
    if (stop != nullptr) workshop.stop.follow(*stop);
    const auto before_run = [&] {
      ++entered;
      workshop.snapshots = &snapshots;
      workshop.runner = &runner;
    };
    return solve(graph, graph.nodes.size() - 1, workshop, {2, before_run}, no_progress());
  }
};

Node run_node(std::vector<std::string> argv, NodeId base, std::vector<NodeId> inputs = {}) {
  RunOp op;
  op.argv = std::move(argv);
  op.working_dir = "/";
  Node node{op, base, std::move(inputs)};
  node.label = op.argv[0];
  return node;
}

Graph chain(const std::vector<std::vector<std::string>>& commands) {
  Graph graph;
  graph.nodes.push_back({ScratchOp{}, std::nullopt});
  for (const auto& command : commands) {
    graph.nodes.push_back(run_node(command, graph.nodes.size() - 1));
  }
  return graph;
}

std::string error_of(Bench& bench, const Graph& graph, CancelToken* stop = nullptr) {
  try {
    bench.solve_all(graph, stop);
  } catch (const Error& error) {
    return fmt::format("{}: {}", to_string(error.kind()), error.message());
  }
  return "no error";
}

TEST_CASE("steps run on top of one another, and a second time come from the cache") {
  Bench bench;
  const Graph graph = chain({{"write", "a"}, {"write", "b"}});
  const auto first = bench.solve_all(graph);
  CHECK(first[2].layers.size() == 2);
  CHECK(first[2].added == 1);
  CHECK_FALSE(first[2].cached);
  CHECK(bench.runner.runs == 2);
  CHECK(bench.entered == 1);
  const auto second = bench.solve_all(graph);
  CHECK(second[2].layers == first[2].layers);
  CHECK(second[2].cached);
  CHECK(bench.runner.runs == 2);
  CHECK(bench.entered == 1);
}

TEST_CASE("a step that may not come from the cache is carried out, but what follows may") {
  Bench bench;
  Graph graph = chain({{"write", "a"}, {"write", "b"}});
  bench.solve_all(graph);
  graph.nodes[2].cacheable = false;
  bench.solve_all(graph);
  CHECK(bench.runner.runs == 3);
}

TEST_CASE("only what the result needs is done") {
  Bench bench;
  Graph graph;
  graph.nodes.push_back({ScratchOp{}, std::nullopt});
  graph.nodes.push_back(run_node({"fail", "1"}, 0));
  graph.nodes.push_back(run_node({"write", "a"}, 0));
  CHECK(bench.solve_all(graph)[2].layers.size() == 1);
  CHECK(bench.runner.runs == 1);
}

TEST_CASE("a failing step ends the others at once, and its error with the exit code wins") {
  Bench bench;
  Graph graph;
  graph.nodes.push_back({ScratchOp{}, std::nullopt});
  graph.nodes.push_back(run_node({"hang"}, 0));
  graph.nodes.push_back(run_node({"fail", "7", "once something hangs"}, 0));
  graph.nodes.push_back(run_node({"write", "never"}, 0, {1, 2}));
  try {
    bench.solve_all(graph);
    FAIL("nothing was thrown");
  } catch (const StepFailed& failed) {
    CHECK(failed.exit_code() == 7);
    CHECK(failed.message() == "fail: the command ended with exit code 7");
  }
  CHECK(bench.runner.runs == 2);
}

TEST_CASE("a step without output leaves no layer, and is remembered as such") {
  Bench bench;
  const Graph graph = chain({{"fail", "0"}});
  CHECK(bench.solve_all(graph)[1].layers.empty());
  CHECK(bench.solve_all(graph)[1].cached);
}

TEST_CASE("what was cancelled from outside stops before it begins") {
  Bench bench;
  CancelToken stop;
  stop.cancel();
  CHECK(error_of(bench, chain({{"write", "a"}}), &stop) == "cancelled: the build was stopped");
  CHECK(bench.runner.runs == 0);
}

TEST_CASE("proxies reach the process without being part of the key") {
  Bench bench;
  Graph graph = chain({{"write", "a"}});
  auto& op = std::get<RunOp>(graph.nodes[1].op);
  op.proxy_env = {"HTTP_PROXY=one"};
  bench.solve_all(graph);
  const auto env = bench.runner.last_env.with([](const auto& last) { return last; });
  CHECK(std::count(env.begin(), env.end(), "HTTP_PROXY=one") == 1);
  op.proxy_env = {"HTTP_PROXY=two"};
  CHECK(bench.solve_all(graph)[1].cached);
}

TEST_CASE("everything a command can see is part of the key") {
  Bench bench;
  const Graph plain = chain({{"write", "a"}});
  bench.solve_all(plain);
  const std::pair<const char*, std::function<void(RunOp&)>> changes[] = {
      {"env", [](RunOp& op) { op.env = {"A=1"}; }},
      {"user", [](RunOp& op) { op.user = "1"; }},
      {"directory", [](RunOp& op) { op.working_dir = "/w"; }},
      {"network", [](RunOp& op) { op.network = false; }},
      {"platform", [](RunOp& op) { op.platform = "linux/arm64"; }},
      {"script",
       [](RunOp& op) {
         op.scripts = {{"/s", "x"}};
       }},
      {"argument", [](RunOp& op) { op.argv.push_back("more"); }},
      {"mount", [](RunOp& op) { op.mounts.emplace_back().type = RunMount::Type::tmpfs; }},
  };
  for (const auto& [name, change] : changes) {
    INFO(name);
    Graph graph = plain;
    change(std::get<RunOp>(graph.nodes[1].op));
    CHECK_FALSE(bench.solve_all(graph)[1].cached);
  }
}

TEST_CASE("the settings of a build that a command can see are part of the key") {
  RunSettings offline;
  offline.network = Network::none;
  RunSettings hosts;
  hosts.hosts = {{"127.0.0.1", "h"}};
  RunSettings limits;
  limits.limits = {{0, 1, 1}};
  RunSettings capabilities;
  capabilities.capabilities = 0;
  const Graph graph = chain({{"write", "a"}});
  for (const RunSettings* settings : {&offline, &hosts, &limits, &capabilities}) {
    Bench bench;
    bench.solve_all(graph);
    CHECK_FALSE(bench.solve_all(graph, nullptr, *settings)[1].cached);
    CHECK(bench.solve_all(graph, nullptr, *settings)[1].cached);
  }
}

TEST_CASE("RUN --security=insecure must be granted") {
  Bench bench;
  Graph graph = chain({{"write", "a"}});
  std::get<RunOp>(graph.nodes[1].op).insecure = true;
  CHECK(error_of(bench, graph) ==
        "denied: write: RUN --security=insecure must be granted: --allow security.insecure");
  RunSettings granted;
  granted.allow_insecure = true;
  CHECK(bench.solve_all(graph, nullptr, granted)[1].layers.size() == 1);
}

TEST_CASE("a cache record that is damaged or of another version is as good as none") {
  Bench bench;
  Workshop workshop;
  workshop.store = bench.store;
  workshop.lease = bench.lease.get();
  remember(workshop, "key", {});
  REQUIRE(find_cached(workshop, "key"));
  const std::string stored = bench.store->list_cache().front().key;
  for (const char* text : {"{\"version\":2,\"layers\":[]}", "{\"version\":1,\"layers\":[{}]}",
                           "{\"version\":1,\"layers\":[3]}", "{", ""}) {
    INFO(text);
    bench.store->put_cache(stored, text, {});
    CHECK_FALSE(find_cached(workshop, "key"));
  }
}

}  // namespace
}  // namespace lade::builder
