#include "cmd/output/go_template.h"

#include "tests/support/expect_error.h"

using namespace lade;
using namespace lade::cmd;

namespace {

Json image() {
  return {{"Name", "app"},
          {"Digest", "sha256:abc"},
          {"Size", 1200},
          {"Ratio", 0.5},
          {"Official", true},
          {"Created", nullptr},
          {"Layers", {"l1", "l2", "l3"}},
          {"Empty", Json::array()},
          {"Labels", {{"b", "2"}, {"a", "1"}}},
          {"Config", {{"User", "me"}, {"Env", {"A=1"}}}}};
}

std::string render(std::string_view text) { return GoTemplate::parse(text).render(image()); }

std::string error(std::string_view text) {
  return error_of(ErrorKind::invalid, [&] { render(text); });
}

}  // namespace

TEST_CASE("templates print what Go's text/template prints") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"plain", "plain"},
      {"", ""},
      {"{{.Name}}", "app"},
      {"{{ .Name }}:{{.Digest}}", "app:sha256:abc"},
      {"{{.Config.User}}", "me"},
      {"{{.Config.Env}}", "[A=1]"},
      {"{{.Labels}}", "map[a:1 b:2]"},
      {"{{.Labels.a}}", "1"},
      {"{{.Labels.missing}}", "<no value>"},
      {"{{index .Labels \"b\"}}", "2"},
      {"{{index .Labels \"missing\"}}", ""},
      {"{{index .Layers 1}}", "l2"},
      {"{{json .Labels}}", "{\"b\":\"2\",\"a\":\"1\"}"},
      {"{{json .Name}}", "\"app\""},
      {"{{.Layers | json}}", "[\"l1\",\"l2\",\"l3\"]"},
      {"{{len .Layers}} {{len .Name}} {{.Empty | len}}", "3 3 0"},
      {"{{join .Layers \",\"}}", "l1,l2,l3"},
      {"{{upper .Name}} {{lower \"ABC\"}} {{title .Name}}", "APP abc App"},
      {"{{range .Layers}}<{{.}}>{{end}}", "<l1><l2><l3>"},
      {"{{range $i, $l := .Layers}}{{$i}}={{$l}};{{end}}", "0=l1;1=l2;2=l3;"},
      {"{{range $k, $v := .Labels}}{{$k}}={{$v}};{{end}}", "a=1;b=2;"},
      {"{{range .Layers}}{{$.Name}}{{end}}", "appappapp"},
      {"{{range .Empty}}x{{else}}none{{end}}", "none"},
      {"{{range .Layers}}{{if eq . \"l2\"}}{{break}}{{end}}{{.}}{{end}}", "l1"},
      {"{{range .Layers}}{{if eq . \"l2\"}}{{continue}}{{end}}{{.}}{{end}}", "l1l3"},
      {"{{if .Official}}yes{{else}}no{{end}}", "yes"},
      {"{{if .Created}}yes{{else if .Name}}named{{else}}no{{end}}", "named"},
      {"{{with .Config}}{{.User}}{{end}}", "me"},
      {"{{with .Created}}x{{else}}never{{end}}", "never"},
      {"{{$x := .Name}}{{$x}}{{$x = \"b\"}}{{$x}}", "appb"},
      {"{{with $c := .Config}}{{$c.User}}{{end}}", "me"},
      {"{{eq .Name \"x\" \"app\"}} {{ne .Name \"x\"}} {{not .Official}}", "true true false"},
      {"{{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge .Size 1200}}", "true true false true"},
      {"{{and .Name .Size}} {{or .Created .Name}}", "1200 app"},
      {"{{if and .Official (eq .Size 1200)}}ok{{end}}", "ok"},
      {"{{printf \"%s-%d %q %v %5d|%-4s|%05d %.1f %t %x%%\" .Name .Size .Name .Layers 7 \"a\" 42 "
       ".Ratio .Official \"hi\"}}",
       "app-1200 \"app\" [l1 l2 l3]     7|a   |00042 0.5 true 6869%"},
      {"{{println .Name .Size}}", "app 1200\n"},
      {"{{print .Name .Name}}", "appapp"},
      {"{{\"\\n\"}}{{`a\\n`}}", "\na\\n"},
      {"a\\tb\\n", "a\tb\n"},
      {"a {{- .Name -}} b", "aappb"},
      {"a {{- \" \" }}b", "a b"},
      {"{{/* a comment with }} in it */}}x", "x"},
      {"{{(index .Layers 0) | upper}}", "L1"},
      {"{{(.Config).User}}", "me"},
      {"{{index (split \"a:b\" \":\") 1}}", "b"},
      {"{{-1}} {{1.5}} {{true}}", "-1 1.5 true"},
  };
  for (const auto& [text, wanted] : cases) {
    CAPTURE(text);
    CHECK(render(text) == wanted);
  }
}

TEST_CASE("an unknown field is named, with a near one and those there are") {
  CHECK(error("{{.Digst}}") ==
        "template: there is no field .Digst, did you mean .Digest?; there are .Name, .Digest, "
        ".Size, .Ratio, .Official, .Created, .Layers, .Empty, .Labels, .Config");
  CHECK(error("{{.Config.Usr}}").find("did you mean .User?") != std::string::npos);
}

TEST_CASE("bad templates are refused with the place") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"{{.Name", "without \"}}\""},
      {"{{if .Name}}x", "no {{end}}"},
      {"{{end}}", "without a block"},
      {"{{else}}", "without a block"},
      {"{{nope .Name}}", "no function \"nope\""},
      {"{{jsn .Name}}", "did you mean \"json\"?"},
      {"{{Name}}", "fields begin with a dot"},
      {"{{}}", "missing value"},
      {"{{.Name | }}", "missing value"},
      {"{{(.Name}}", "missing ')'"},
      {"{{.Name)}}", "too many words"},
      {"{{\"abc}}", "without \"}}\""},
      {"{{\"\\z\"}}", "unknown escape"},
      {"{{$x}}", "no variable $x"},
      {"{{.Name .Size}}", "no function"},
      {"{{.Name.Size}}", "cannot take field .Size"},
      {"{{index .Layers 9}}", "index 9 of a list of 3"},
      {"{{len .Size}}", "len of 1200"},
      {"{{join .Layers}}", "join wants 2 values, got 1"},
      {"{{printf \"%d\" .Name}}", "wants a whole number"},
      {"{{printf \"%s\"}}", "fewer values"},
      {"{{printf \"x\" 1}}", "more values"},
      {"{{printf \"%y\" 1}}", "not %y"},
      {"{{lt .Name 1}}", "cannot compare"},
      {"{{range .Size}}{{end}}", "range wants a list"},
      {"{{template \"x\"}}", "no named templates"},
      {"{{1x}}", "bad number"},
      {"{{.Name ; .Size}}", "unexpected ';'"},
  };
  for (const auto& [text, wanted] : cases) {
    CAPTURE(text);
    CHECK_THAT(error(text), Catch::Contains(std::string(wanted)));
  }
}

TEST_CASE("deep nesting ends in an error, not in the end of the stack") {
  std::string blocks;
  for (int i = 0; i < 10000; ++i) blocks += "{{if .Name}}";
  CHECK_THAT(error(blocks), Catch::Contains("too deeply nested"));
  CHECK_THAT(error("{{" + std::string(100000, '(') + "}}"), Catch::Contains("too deeply nested"));
}

TEST_CASE("rows are lines, and a table has a header") {
  const std::vector<Json> rows = {{{"Name", "a"}, {"Tag", "latest"}},
                                  {{"Name", "bcd"}, {"Tag", "1"}}};
  const Json headers = {{"Name", "NAME"}, {"Tag", "TAG"}};
  CHECK(GoTemplate::parse("{{.Name}}").render_rows(rows, headers) == "a\nbcd\n");
  CHECK(GoTemplate::parse("table {{.Name}}\\t{{.Tag}}").render_rows(rows, headers) ==
        "NAME   TAG\na      latest\nbcd    1\n");
  CHECK(GoTemplate::parse("table {{.Name}}").render_rows({}, headers) == "NAME\n");
}
