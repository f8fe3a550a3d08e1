#include "cmd/output/man.h"

#include <fmt/format.h>

#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

constexpr std::size_t help_columns = 80;

/// A line that roff prints as it stands.
std::string escaped(std::string_view line) {
  std::string result;
  for (const char c : line) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  if (line.starts_with('.') || line.starts_with('\'')) result.insert(0, "\\&");
  return result;
}

/// Text with paragraphs; lines that begin with a blank are shown as they are.
std::string paragraphs(std::string_view text) {
  std::string result;
  bool example = false;
  for (const std::string& line : split(text, '\n')) {
    const bool indented = line.starts_with(' ');
    if (indented != example && !line.empty()) {
      result += indented ? ".RS 4\n.EX\n" : ".EE\n.RE\n";
      example = indented;
    }
    if (line.empty()) {
      result += example ? "\n" : ".PP\n";
    } else {
      result += escaped(example ? trim(line) : std::string_view(line)) + "\n";
    }
  }
  if (example) result += ".EE\n.RE\n";
  return result;
}

std::string section(std::string_view title) { return fmt::format(".SH {}\n", escaped(title)); }

/// What stands for the option's value, if it takes one.
std::string value_name(const CLI::Option& option) {
  return option.get_items_expected_max() == 0 ? "" : option.get_type_name();
}

std::string option_tag(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) {
    names.push_back("\\fB" + escaped("-" + name) + "\\fR");
  }
  for (const std::string& name : option.get_lnames()) {
    names.push_back("\\fB" + escaped("--" + name) + "\\fR");
  }
  const std::string value = value_name(option);
  return join(names, ", ") + (value.empty() ? "" : " \\fI" + escaped(value) + "\\fR");
}

std::string positional_tag(const CLI::Option& option) {
  std::string tag = "\\fI" + escaped(option.get_name(true)) + "\\fR";
  if (option.get_items_expected_max() > 1) tag += "...";
  return option.get_required() ? tag : "[" + tag + "]";
}

std::string synopsis(const CLI::App& app, const std::string& name) {
  std::string text = "\\fB" + escaped(name) + "\\fR [options]";
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) text += " " + positional_tag(*option);
  }
  if (!app.get_subcommands([](const CLI::App*) { return true; }).empty()) {
    text += " \\fIcommand\\fR [arguments]";
  }
  return text + "\n";
}

std::string item(const std::string& tag, std::string_view text) {
  return ".TP\n" + tag + "\n" + escaped(text) + "\n";
}

std::string options(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) text += item(positional_tag(*option), option->get_description());
  }
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) text += item(option_tag(*option), option->get_description());
  }
  return text;
}

std::string commands_of(const CLI::App& app) {
  std::string text;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string summary = split(sub->get_description(), '\n')[0];
    text += item("\\fB" + escaped(sub->get_name()) + "\\fR", summary);
    for (const CLI::Option* option : sub->get_options()) {
      if (option->get_positional() || option->get_lnames() == std::vector<std::string>{"help"}) {
        continue;
      }
      text += ".RS\n" + item(option_tag(*option), option->get_description()) + ".RE\n";
    }
  }
  return text;
}

/// Broken into lines for --help; roff fills them anew.
std::string wrapped(std::string_view text) {
  std::string result;
  for (const std::string& paragraph : split(text, '\n')) {
    std::size_t column = 0;
    for (const std::string& word : split(paragraph, ' ')) {
      const bool fits = column == 0 || column + 1 + word.size() <= help_columns;
      if (column > 0) result += fits ? ' ' : '\n';
      column = (fits && column > 0 ? column + 1 : 0) + word.size();
      result += word;
    }
    result += '\n';
  }
  result.pop_back();
  return result;
}

std::string title_of(std::string name) {
  for (char& c : name) {
    if (c == ' ') c = '-';
  }
  return name;
}

}  // namespace

void explain(CLI::App& app, std::string_view description, std::string_view examples) {
  app.description(fmt::format("{}\n\n{}\n", app.get_description(), wrapped(description)));
  app.footer(fmt::format("Examples:\n{}", examples));
}

std::string man_page(const CLI::App& app, const ManPage& page) {
  const std::string description = app.get_description();
  const std::size_t summary_end = description.find('\n');
  const std::string title = title_of(page.name);
  std::string text =
      fmt::format(".TH {} 1 \"\" \"{}\" \"Lade manual\"\n", escaped(title), escaped(page.version));
  text += section("NAME") +
          fmt::format("{} \\- {}\n", escaped(title), escaped(description.substr(0, summary_end)));
  text += section("SYNOPSIS") + synopsis(app, page.name);
  if (summary_end != std::string::npos) {
    text += section("DESCRIPTION") + paragraphs(trim(description.substr(summary_end)));
  }
  text += section("OPTIONS") + options(app);
  if (const std::string subs = commands_of(app); !subs.empty()) text += section("COMMANDS") + subs;
  for (const ManSection& more : page.sections) {
    text += section(more.title);
    for (const auto& [tag, meaning] : more.items) {
      text += item("\\fB" + escaped(tag) + "\\fR", meaning);
    }
  }
  constexpr std::string_view heading = "Examples:\n";
  const std::string whole_footer = app.get_footer();
  std::string_view footer = whole_footer;
  if (footer.starts_with(heading)) {
    footer.remove_prefix(heading.size());
    text += section("EXAMPLES") + paragraphs(footer);
  }
  return text;
}

}  // namespace lade::cmd
