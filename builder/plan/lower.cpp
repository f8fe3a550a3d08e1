// Lowering begins at the target and walks backwards: a stage is read when something needs it, so
// what nobody needs costs nothing. Within a stage it walks forwards, keeping the config as it
// stands and appending a node for each instruction that changes files.
#include "builder/plan/lower.h"

#include <algorithm>
#include <utility>

#include "builder/plan/instruction_lowerer.h"
#include "builder/plan/stage_state.h"
#include "builder/plan/variables.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

namespace cf = lade::containerfile;

class Lowerer final : public StageFinder {
 public:
  Lowerer(const cf::Containerfile& file, const LowerOptions& options)
      : file_(file), options_(options), stages_(file.stages.size()) {
    read_global_args();
  }

  Plan lower() {
    const std::size_t target = find_target();
    const StageState& state = stage(target);
    Plan plan;
    plan.result = state.top;
    plan.config = state.config;
    plan.history = state.history;
    plan.base = state.base;
    plan.base_layers = state.base_layers;
    plan.graph = std::move(graph_);
    plan.images = std::move(images_);
    return plan;
  }

  // StageFinder
  NodeId find_files(const std::string& name, std::size_t before,
                    const Platform& platform) override {
    if (options_.named_contexts.contains(name)) return image_node(find_image(name, platform));
    if (const auto index = parse_int(name)) {
      if (*index < 0 || static_cast<std::size_t>(*index) >= before) {
        fail(ErrorKind::invalid, "--from={}: there is no earlier stage {}", name, name);
      }
      return stage(static_cast<std::size_t>(*index)).top;
    }
    if (const auto index = find_stage(name, before)) return stage(*index).top;
    return image_node(find_image_or_hint(name, before, platform));
  }

 private:
  std::optional<std::string> global_lookup(std::string_view name) const {
    const auto found = global_.find(std::string(name));
    if (found == global_.end()) return std::nullopt;
    return found->second;
  }

  void read_global_args() {
    global_ = platform_args(options_.build_platform, options_.target_platform);
    for (cf::Instruction instruction : file_.global_args) {
      cf::expand(file_, instruction, [this](std::string_view name) { return global_lookup(name); });
      for (const auto& declaration : std::get<cf::Arg>(instruction.value).declarations) {
        const auto given = options_.build_args.find(declaration.name);
        if (given != options_.build_args.end()) {
          global_[declaration.name] = given->second;
        } else if (declaration.value) {
          global_[declaration.name] = *declaration.value;
        }
      }
    }
  }

  std::size_t find_target() const {
    if (options_.target.empty()) return file_.stages.size() - 1;
    if (const auto index = find_stage(options_.target, file_.stages.size())) return *index;
    if (const auto index = parse_int(options_.target)) {
      if (*index >= 0 && static_cast<std::size_t>(*index) < file_.stages.size()) {
        return static_cast<std::size_t>(*index);
      }
    }
    const auto near = near_stage(options_.target, file_.stages.size());
    fail(ErrorKind::invalid, "there is no stage \"{}\" in {}{}", options_.target,
         options_.file_name, near ? fmt::format(", did you mean \"{}\"?", *near) : "");
  }

  /// The stage before number `before` whose name is like `name`.
  std::optional<std::string> near_stage(std::string_view name, std::size_t before) const {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < before; ++i) {
      const std::string& candidate = file_.stages[i].from().name;
      if (!candidate.empty()) names.push_back(candidate);
    }
    return did_you_mean(to_lower(name), names);
  }

  /// An image; if there is none, the name may have been meant for a stage.
  BaseImage find_image_or_hint(const std::string& name, std::size_t before,
                               const Platform& platform) {
    try {
      return find_image(name, platform);
    } catch (Error& error) {
      if (options_.named_contexts.contains(name)) throw;
      if (find_stage(name, file_.stages.size())) {
        error.add_context(
            fmt::format("\"{}\" is no earlier stage (the stage of that name does not end before "
                        "this one begins), and as an image",
                        name));
      } else if (const auto near = near_stage(name, before)) {
        error.add_context(
            fmt::format("\"{}\" is no stage (did you mean \"{}\"?), and as an image", name, *near));
      }
      throw;
    }
  }

  /// The last stage of that name before number `before`.
  std::optional<std::size_t> find_stage(std::string_view name, std::size_t before) const {
    const std::string wanted = to_lower(name);
    for (std::size_t i = before; i-- > 0;) {
      if (!file_.stages[i].from().name.empty() && file_.stages[i].from().name == wanted) return i;
    }
    return std::nullopt;
  }

  const StageState& stage(std::size_t index) {
    if (!stages_[index]) stages_[index] = read_stage(index);
    return *stages_[index];
  }

  StageState read_stage(std::size_t index) {
    const cf::Stage& stage = file_.stages[index];
    cf::Instruction header = stage.header;
    cf::expand(file_, header, [this](std::string_view name) { return global_lookup(name); });
    const cf::From& from = std::get<cf::From>(header.value);
    StageState state;
    try {
      state = begin(from, index);
    } catch (Error& error) {
      error.add_context(fmt::format("{}:{}", options_.file_name, header.first_line));
      throw;
    }
    if (!options_.inherit_labels) state.config.config.labels.clear();
    state.name = label_of(from, index);
    const std::vector<cf::Instruction> triggers = take_triggers(state, from.base);
    state.steps = 1 + count_steps(triggers) + count_steps(stage.instructions);
    const std::string label = step_label(state, "FROM " + from.base);
    Node& first = graph_.nodes[state.top];
    if (!first.base && !first.label.starts_with('[')) first.label = label;
    InstructionLowerer instructions(file_, options_, global_, *this, graph_, index);
    for (const cf::Instruction& trigger : triggers) instructions.lower(state, trigger);
    for (const cf::Instruction& instruction : stage.instructions) {
      instructions.lower(state, instruction);
    }
    return state;
  }

  std::string label_of(const cf::From& from, std::size_t index) const {
    if (!from.name.empty()) return from.name;
    return file_.stages.size() == 1 ? std::string() : fmt::format("stage-{}", index);
  }

  StageState begin(const cf::From& from, std::size_t index) {
    StageState state;
    state.no_cache = options_.no_cache;
    state.platform = from.platform.empty()
                         ? options_.target_platform
                         : Platform::parse(from.platform, options_.target_platform);
    if (from.base.empty()) {
      fail(ErrorKind::invalid, "FROM: the base name is empty after expansion");
    }
    const auto earlier = find_stage(from.base, index);
    if (earlier && !options_.named_contexts.contains(from.base)) {
      const StageState& base = stage(*earlier);
      state = base;  // its ARGs too, as BuildKit has it
      state.cmd_set = false;
      state.step = 0;
      return state;
    }
    if (from.base == "scratch") {
      graph_.nodes.push_back({ScratchOp{}, std::nullopt});
      state.top = graph_.nodes.size() - 1;
      state.config.platform = state.platform;
      return state;
    }
    const BaseImage image = find_image_or_hint(from.base, index, state.platform);
    state.top = image_node(image);
    state.config = image.config;
    for (const HistoryEntry& entry : image.config.history) {
      state.history.push_back({entry, std::nullopt, true});
    }
    state.base = image;
    state.base_layers = image.layers.size();
    return state;
  }

  /// The image that a named context stands for, as transports name it.
  static std::string image_of_context(const std::string& name, const std::string& place) {
    constexpr std::string_view image = "docker-image://";
    constexpr std::string_view layout = "oci-layout://";
    if (place.starts_with(image)) return place.substr(image.size());
    if (place.starts_with(layout)) return "oci:" + place.substr(layout.size());
    if (place.find("://") != std::string::npos) return place;
    fail(ErrorKind::invalid,
         "the build context {}={} is a directory, where an image is wanted: "
         "docker-image://NAME or oci-layout://DIRECTORY",
         name, place);
  }

  BaseImage find_image(const std::string& name, const Platform& platform) {
    std::string wanted = name;
    if (const auto context = options_.named_contexts.find(name);
        context != options_.named_contexts.end()) {
      wanted = image_of_context(name, context->second);
    }
    BaseImage image = options_.find_image(wanted, platform);
    images_.push_back(image);
    return image;
  }

  NodeId image_node(const BaseImage& image) {
    for (NodeId id = 0; id < graph_.nodes.size(); ++id) {
      const auto* op = std::get_if<ImageOp>(&graph_.nodes[id].op);
      if (op != nullptr && op->name == image.name && op->layers == image.layers) return id;
    }
    Node node{ImageOp{image.name, image.layers}, std::nullopt};
    node.label = "FROM " + image.name;
    graph_.nodes.push_back(std::move(node));
    return graph_.nodes.size() - 1;
  }

  static std::size_t count_steps(const std::vector<cf::Instruction>& instructions) {
    return static_cast<std::size_t>(
        std::count_if(instructions.begin(), instructions.end(), makes_step));
  }

  /// ONBUILD instructions of the base image run right after FROM, and are not inherited further.
  static std::vector<cf::Instruction> take_triggers(StageState& state, const std::string& base) {
    const std::vector<std::string> triggers = std::exchange(state.config.config.on_build, {});
    if (triggers.empty()) return {};
    return cf::parse_containerfile(fmt::format("ONBUILD of {}", base),
                                   "FROM scratch\n" + join(triggers, "\n") + "\n")
        .stages[0]
        .instructions;
  }

  const cf::Containerfile& file_;
  const LowerOptions& options_;
  std::map<std::string, std::string> global_;
  std::vector<std::optional<StageState>> stages_;
  std::vector<BaseImage> images_;
  Graph graph_;
};

}  // namespace

Plan lower(const containerfile::Containerfile& file, const LowerOptions& options) {
  return Lowerer(file, options).lower();
}

}  // namespace lade::builder
