#include <algorithm>
#include <utility>

#include "cmd/output/go_template_functions.h"
#include "cmd/output/go_template_syntax.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

// Go tells structures, whose fields are known, from maps, whose keys may be missing. JSON has only
// objects: the outermost one and those whose members all begin with a capital letter count as
// structures, where asking for an unknown field is a mistake; others are maps.
namespace lade::cmd::go_template {
namespace {

bool is_structure(const Json& object) {
  if (object.empty()) return false;
  return std::all_of(object.items().begin(), object.items().end(), [](const auto& member) {
    return !member.key().empty() && member.key()[0] >= 'A' && member.key()[0] <= 'Z';
  });
}

[[noreturn]] void fail_unknown_field(const Json& object, const std::string& field) {
  std::vector<std::string> names;
  for (const auto& member : object.items()) names.push_back(member.key());
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const auto near = did_you_mean(field, candidates);
  fail(ErrorKind::invalid, "template: there is no field .{}{}; there are .{}", printable(field),
       near ? fmt::format(", did you mean .{}?", *near) : "", join(names, ", ."));
}

enum class Flow { on, break_loop, continue_loop };

class Evaluator {
 public:
  explicit Evaluator(const Json& data) : data_(data) { variables_.emplace_back("", data); }

  std::string run(const Block& block) {
    walk(block, data_);
    return std::move(output_);
  }

 private:
  Flow walk(const Block& block, const Json& dot) {
    const std::size_t outer = variables_.size();
    Flow flow = Flow::on;
    for (const Node& node : block) {
      flow = visit(node, dot);
      if (flow != Flow::on) break;
    }
    variables_.resize(outer, {"", nullptr});
    return flow;
  }

  Flow visit(const Node& node, const Json& dot) {
    const std::size_t outer = variables_.size();
    Flow flow = Flow::on;
    switch (node.kind) {
      case Node::Kind::text:
        output_ += node.text;
        return flow;
      case Node::Kind::action: {
        const Json value = evaluate(node.pipeline, dot);
        if (node.pipeline.variables.empty()) output_ += to_text(value);
        return flow;
      }
      case Node::Kind::break_loop:
        return Flow::break_loop;
      case Node::Kind::continue_loop:
        return Flow::continue_loop;
      case Node::Kind::if_block:
        flow = walk(is_true(evaluate(node.pipeline, dot)) ? node.then : node.otherwise, dot);
        break;
      case Node::Kind::with_block: {
        const Json value = evaluate(node.pipeline, dot);
        flow = is_true(value) ? walk(node.then, value) : walk(node.otherwise, dot);
        break;
      }
      case Node::Kind::range_block:
        flow = loop(node, dot);
        break;
    }
    variables_.resize(outer, {"", nullptr});
    return flow;
  }

  Flow loop(const Node& node, const Json& dot) {
    const Json value = evaluate_calls(node.pipeline, dot);
    if (!value.is_array() && !value.is_object() && !value.is_null()) {
      fail(ErrorKind::invalid, "template: range wants a list or map, got {}", to_compact(value));
    }
    if (value.empty()) return walk(node.otherwise, dot);
    std::vector<std::pair<Json, Json>> items;
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) items.emplace_back(i, value[i]);
    } else {
      for (const auto& member : value.items()) items.emplace_back(member.key(), member.value());
      std::sort(items.begin(), items.end());
    }
    const std::vector<std::string>& names = node.pipeline.variables;
    for (const auto& [key, item] : items) {
      const std::size_t outer = variables_.size();
      if (names.size() == 2) variables_.emplace_back(names[0], key);
      if (!names.empty()) variables_.emplace_back(names.back(), item);
      const Flow flow = walk(node.then, item);
      variables_.resize(outer, {"", nullptr});
      if (flow == Flow::break_loop) break;
    }
    return Flow::on;
  }

  Json evaluate(const Pipeline& pipeline, const Json& dot) {
    Json value = evaluate_calls(pipeline, dot);
    for (const std::string& name : pipeline.variables) {
      if (pipeline.declares) {
        variables_.emplace_back(name, value);
      } else {
        variable(name) = value;
      }
    }
    return value;
  }

  Json evaluate_calls(const Pipeline& pipeline, const Json& dot) {
    Json value;
    for (std::size_t i = 0; i < pipeline.calls.size(); ++i) {
      value = evaluate(pipeline.calls[i], dot, i == 0 ? nullptr : &value);
    }
    return value;
  }

  Json evaluate(const Call& call, const Json& dot, const Json* piped) {
    const Operand& first = call.words[0];
    if (first.kind != Operand::Kind::function) {
      if (call.words.size() > 1 || piped != nullptr) {
        fail(ErrorKind::invalid, "template: values given to something that is no function");
      }
      return evaluate(first, dot);
    }
    const bool stops_at_true = first.name == "or";
    std::vector<Json> arguments;
    for (std::size_t i = 1; i < call.words.size(); ++i) {
      arguments.push_back(evaluate(call.words[i], dot));
      const bool stops = (stops_at_true && is_true(arguments.back())) ||
                         (first.name == "and" && !is_true(arguments.back()));
      if (stops) return arguments.back();
    }
    if (piped != nullptr) arguments.push_back(*piped);
    return take_fields(call_function(first.name, arguments), first.fields);
  }

  Json evaluate(const Operand& operand, const Json& dot) {
    switch (operand.kind) {
      case Operand::Kind::literal:
        return operand.literal;
      case Operand::Kind::dot:
        return take_fields(dot, operand.fields);
      case Operand::Kind::variable:
        return take_fields(variable(operand.name), operand.fields);
      case Operand::Kind::function:
        return take_fields(call_function(operand.name, {}), operand.fields);
      case Operand::Kind::pipeline:
        return take_fields(evaluate(operand.nested[0], dot), operand.fields);
    }
    return nullptr;
  }

  Json take_fields(const Json& from, const std::vector<std::string>& fields) const {
    const Json* value = &from;
    static const Json nothing;
    for (const std::string& field : fields) {
      if (value->is_null()) return nullptr;
      if (!value->is_object()) {
        fail(ErrorKind::invalid, "template: cannot take field .{} of {}", printable(field),
             to_compact(*value));
      }
      const auto found = value->find(field);
      if (found != value->end()) {
        value = &*found;
      } else if (*value == data_ || is_structure(*value)) {
        fail_unknown_field(*value, field);
      } else {
        value = &nothing;
      }
    }
    return *value;
  }

  Json& variable(const std::string& name) {
    const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (found == variables_.rend()) {
      fail(ErrorKind::invalid, "template: there is no variable ${}", printable(name));
    }
    return found->second;
  }

  const Json& data_;
  std::vector<std::pair<std::string, Json>> variables_;
  std::string output_;
};

}  // namespace

std::string render(const Block& block, const Json& data) { return Evaluator(data).run(block); }

}  // namespace lade::cmd::go_template
