// Two passes over the graph. The first is on the calling thread alone: node by node, each whose
// inputs are known is asked for its key, and the cache for the key. Most builds end there. What is
// left, images to be fetched among it, is carried out in the second pass by several threads.
// Between the two the process may still enter a user namespace, which the kernel allows only to a
// process of one thread: so a build that needs no process pays nothing for the namespace. An image
// is fetched for the sake of whoever reads its files; who only puts a layer on top needs but its
// name.
#include "builder/solve/solver.h"

#include <exception>
#include <map>
#include <memory>
#include <mutex>

#include "builder/exec/step.h"
#include "builder/solve/cache.h"
#include "libimage/base/error.h"
#include "libimage/base/task_group.h"

namespace lade::builder {
namespace {

class Solver {
 public:
  Solver(const Graph& graph, Workshop& workshop, Progress& progress)
      : graph_(graph), workshop_(workshop), progress_(progress), states_(graph.nodes.size()) {}

  void mark(NodeId id) {
    State& state = states_[id];
    if (state.needed) return;
    state.needed = true;
    const Node& node = graph_.nodes[id];
    if (node.base) mark(*node.base);
    if (node.base && reads_base(node)) mark_read(*node.base);
    for (const NodeId input : node.inputs) {
      mark(input);
      mark_read(input);
    }
  }

  /// Somebody wants the files: those of its base are among them.
  void mark_read(NodeId id) {
    for (std::optional<NodeId> at = id; at && !states_[*at].read; at = graph_.nodes[*at].base) {
      states_[*at].read = true;
    }
  }

  /// First pass. Returns whether a process will have to run.
  bool probe() {
    bool must_run = false;
    for (NodeId id = 0; id < states_.size(); ++id) {
      State& state = states_[id];
      if (!state.needed) continue;
      workshop_.require_going_on();
      if (!inputs_done(id) || !try_cache(id)) {
        must_run |= std::holds_alternative<RunOp>(graph_.nodes[id].op);
      }
    }
    return must_run;
  }

  void execute(unsigned jobs) {
    for (NodeId id = 0; id < states_.size(); ++id) {
      State& state = states_[id];
      if (!state.needed || state.done) continue;
      for (const NodeId input : inputs_of(id)) {
        if (states_[input].done) continue;
        states_[input].waiting.push_back(id);
        ++state.missing;
      }
    }
    TaskGroup group(jobs);
    group_ = &group;
    for (NodeId id = 0; id < states_.size(); ++id) {
      const State& state = states_[id];
      if (state.needed && !state.done && state.missing == 0) ready_.push_back(id);
    }
    for (const NodeId id : ready_) start(id);
    try {
      group.wait();
    } catch (...) {
      // not what wait() throws: that may come from a step that was stopped because of the first
      std::rethrow_exception(first_error_);
    }
  }

  std::vector<NodeResult> take_results() {
    std::vector<NodeResult> results;
    results.reserve(states_.size());
    for (State& state : states_) results.push_back(std::move(state.result));
    return results;
  }

 private:
  struct State {
    bool needed = false;
    bool read = false;  ///< its layers must be in the store
    bool done = false;
    std::unique_ptr<Step> step;
    std::string key;
    NodeResult result;
    std::size_t missing = 0;
    std::vector<NodeId> waiting;
  };

  /// COPY --link takes nothing of what is below, not even the names of users.
  static bool reads_base(const Node& node) {
    const auto* copy = std::get_if<CopyOp>(&node.op);
    return copy == nullptr || !copy->link;
  }

  std::vector<NodeId> inputs_of(NodeId id) const {
    std::vector<NodeId> ids = graph_.nodes[id].inputs;
    if (graph_.nodes[id].base) ids.push_back(*graph_.nodes[id].base);
    return ids;
  }

  bool inputs_done(NodeId id) const {
    for (const NodeId input : inputs_of(id)) {
      if (!states_[input].done) return false;
    }
    return true;
  }

  StepInput input(NodeId id) const { return {graph_.nodes[id].label, states_[id].result.layers}; }

  StepInput base_of(const Node& node) const { return node.base ? input(*node.base) : StepInput{}; }

  std::unique_ptr<Step> make_step(const Node& node) {
    const StepInput base = base_of(node);
    if (const auto* copy = std::get_if<CopyOp>(&node.op)) {
      if (!copy->from) return make_copy_step(workshop_, *copy, base, nullptr);
      const StepInput from = input(*copy->from);
      return make_copy_step(workshop_, *copy, base, &from);
    }
    if (const auto* dir = std::get_if<MakeDirOp>(&node.op)) {
      return make_dir_step(workshop_, *dir, base);
    }
    std::map<NodeId, StepInput> inputs;
    for (const NodeId id : node.inputs) inputs.emplace(id, input(id));
    return make_run_step(workshop_, std::get<RunOp>(node.op), base, inputs);
  }

  /// Done without work? Scratch and images are; a step is if the cache knows it.
  bool try_cache(NodeId id) {
    const Node& node = graph_.nodes[id];
    State& state = states_[id];
    if (std::holds_alternative<ScratchOp>(node.op)) {
      state.done = true;
      return true;
    }
    if (const auto* image = std::get_if<ImageOp>(&node.op)) {
      state.result = {image->layers, 0, true};
      state.done = !state.read || !workshop_.has_image || workshop_.has_image(*image);
      return state.done;
    }
    with_place(node, [&] {
      state.step = make_step(node);
      state.key = state.step->key();
    });
    if (!node.cacheable) return false;
    const auto layers = find_cached(workshop_, state.key);
    if (!layers) return false;
    progress_.begin(node.label, 0)->finish("cached");
    finish(id, *layers, true);
    return true;
  }

  /// Errors of a step say which one it was, and where it is written.
  template <class Body>
  void with_place(const Node& node, Body&& body) {
    try {
      body();
    } catch (Error& error) {
      error.add_context(node.label);
      if (!node.place.empty()) error.add_context(node.place);
      throw;
    }
  }

  void finish(NodeId id, const std::vector<LayerRef>& added, bool cached) {
    State& state = states_[id];
    state.result = {base_of(graph_.nodes[id]).layers, added.size(), cached};
    state.result.layers.insert(state.result.layers.end(), added.begin(), added.end());
    state.step.reset();
    state.done = true;
  }

  void start(NodeId id) {
    group_->run([this, id] {
      try {
        carry_out(id);
        for (const NodeId next : release(id)) start(next);
      } catch (...) {
        stop_others(std::current_exception());
        throw;
      }
    });
  }

  /// The nodes that waited for this one alone.
  std::vector<NodeId> release(NodeId id) {
    std::vector<NodeId> ready;
    const std::lock_guard lock(mutex_);
    for (const NodeId next : states_[id].waiting) {
      if (--states_[next].missing == 0) ready.push_back(next);
    }
    return ready;
  }

  /// Processes of the other steps are ended, steps not begun stay so.
  void stop_others(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!first_error_) first_error_ = std::move(error);
    workshop_.stop.cancel();
  }

  void carry_out(NodeId id) {
    workshop_.require_going_on();
    const Node& node = graph_.nodes[id];
    State& state = states_[id];
    // what the first pass could not ask the cache, because inputs were missing
    if (!state.step && try_cache(id)) return;
    if (const auto* image = std::get_if<ImageOp>(&node.op)) {
      with_place(node, [&] { workshop_.bring_image(*image); });
      state.done = true;
      return;
    }
    const std::unique_ptr<ProgressTask> task = progress_.begin(node.label, 0);
    with_place(node, [&] {
      try {
        const std::vector<LayerRef> added = state.step->execute(*task);
        remember(workshop_, state.key, added);
        finish(id, added, false);
      } catch (const Error& error) {
        task->finish(error.kind() == ErrorKind::cancelled ? "cancelled" : "failed");
        throw;
      }
    });
    task->finish("done");
  }

  const Graph& graph_;
  Workshop& workshop_;
  Progress& progress_;
  std::vector<State> states_;
  std::vector<NodeId> ready_;
  std::mutex mutex_;
  std::exception_ptr first_error_;
  TaskGroup* group_ = nullptr;
};

}  // namespace

std::vector<NodeResult> solve(const Graph& graph, NodeId result, Workshop& workshop,
                              const SolveOptions& options, Progress& progress) {
  Solver solver(graph, workshop, progress);
  solver.mark(result);
  if (options.whole) solver.mark_read(result);
  const bool must_run = solver.probe();
  if (must_run && options.before_run) options.before_run();
  solver.execute(options.jobs);
  return solver.take_results();
}

}  // namespace lade::builder
