#include "builder/containerfile/parser.h"

#include <catch2/catch.hpp>

#include "tests/builder/containerfile/errors.h"

namespace lade::containerfile {
namespace {

Ast parse_text(const std::string& text) { return parse_lines(Source("Containerfile", text)); }
std::string tree_of(const std::string& text) { return dump(parse_text(text)); }

TEST_CASE("an error points at file, line and column, and shows the line") {
  CHECK(refusal_of("FROM a\nFORM b\n") ==
        "Containerfile:2:1: unknown instruction \"FORM\", did you mean \"FROM\"?\n"
        "2 | FORM b\n"
        "  | ^");
  CHECK(refusal_of("FROM a\n\nCOPY --chwon=1 \\\n  # note\n\n\t--frm=größe a b") ==
        "Containerfile:3:6: COPY has no flag \"--chwon\", did you mean \"--chown\"?\n"
        "3 | COPY --chwon=1 \\\n"
        "  |      ^");
  CHECK(refusal_of("FROM a\nCOPY \\\n  # note\n\n\t--frm=größe a b") ==
        "Containerfile:5:2: COPY has no flag \"--frm\", did you mean \"--from\"?\n"
        "5 |  --frm=größe a b\n"
        "  |  ^");
  CHECK(refusal_of("FROM a\nRUN --mount=type=cahce x") ==
        "Containerfile:2:5: unknown mount type \"cahce\", did you mean \"cache\"?\n"
        "2 | RUN --mount=type=cahce x\n"
        "  |     ^");
  CHECK(refusal_of("FROM ä Ö ü") ==
        "Containerfile:1:9: FROM takes an image, or an image, AS and a name\n"
        "1 | FROM ä Ö ü\n"
        "  |        ^");
}

TEST_CASE("a long line is shown around the place") {
  const std::string message = refusal_of("FROM a\nENV a=" + std::string(500, 'x') + " b");
  CHECK(message == "Containerfile:2:508: \"b\" has no \"=\": want NAME=VALUE\n2 | " +
                       std::string(79, 'x') + " b\n  | " + std::string(80, ' ') + "^");
}

TEST_CASE("what is no Containerfile is refused") {
  CHECK(refusal_of("") == "Containerfile:1:1: the file has no instructions\n1 | \n  | ^");
  CHECK(reason_of("# only\n# comments\n") == "Containerfile:2:1: the file has no instructions");
  CHECK(reason_of("ARG a\n") == "Containerfile:1:1: the file has no FROM");
  CHECK(reason_of(std::string("FROM a\nRUN \0", 12)) ==
        "Containerfile:2:5: the line holds a NUL byte");
  CHECK(reason_of("FROM a\nRUN " + std::string(70000, 'x')) ==
        "Containerfile:2:1: the line has 70004 bytes, more than the 65535 allowed");
  CHECK(reason_of(std::string(containerfile_limit_bytes + 1, '\n')) ==
        "Containerfile: the file has 16777217 bytes, more than the 16777216 that are read");
  CHECK(reason_of("\\") == "Containerfile:1:1: unknown instruction \"\"");
}

TEST_CASE("carriage returns, a byte order mark and a missing newline make no difference") {
  const std::string wanted = "(from \"a\")\n(run \"b   c\")\n";
  CHECK(tree_of("FROM a\nRUN b \\\n  c\n") == wanted);
  CHECK(tree_of("\xef\xbb\xbf"
                "FROM a\r\nRUN b \\\r\n  c\r\n") == wanted);
  CHECK(tree_of("  FROM a\n\tRUN b \\\n  c") == wanted);
}

TEST_CASE("a line goes on behind an escape that is not itself escaped") {
  CHECK(tree_of("RUN a\\\nb") == "(run \"ab\")\n");
  CHECK(tree_of("RUN a\\ \t\nb") == "(run \"ab\")\n");
  CHECK(tree_of("RUN a\\\n# c\n  # d\n\nb") == "(run \"ab\")\n");
  CHECK(tree_of("RUN a\\\\\nRUN b") == "(run \"a\\\\\\\\\")\n(run \"b\")\n");
  CHECK(tree_of("RUN a #b\\\n#c\nd") == "(run \"a #bd\")\n");
  CHECK(tree_of("#escape=`\nRUN a\\\nRUN b`\nc") == "(run \"a\\\\\")\n(run \"bc\")\n");
  CHECK(parse_text("RUN a\\\n\n\nb").nodes[0].line.empty_continuations ==
        std::vector<std::size_t>{2, 3});
}

TEST_CASE("directives stand at the top, once") {
  const Ast ast = parse_text(
      "#syntax = docker/dockerfile:1 \n# ESCAPE=`\n# check=skip=A, B;error=true;experimental=all\n"
      "FROM a");
  CHECK(ast.directives.syntax == "docker/dockerfile:1");
  CHECK(ast.directives.escape == '`');
  CHECK(ast.directives.check.skip == std::set<std::string>{"A", "B"});
  CHECK(ast.directives.check.error);
  CHECK(ast.directives.check.all_experimental);
  CHECK_FALSE(ast.directives.check.skip_all);
  CHECK(parse_text("# check=skip=all\nFROM a").directives.check.skip_all);
  for (const char* late : {"\n#escape=`\nFROM a", "# hello\n#escape=`\nFROM a",
                           "FROM a\n#escape=`\nRUN b", "# other=x\n#escape=`\nFROM a"}) {
    CHECK(parse_text(late).directives.escape == '\\');
  }
  CHECK(reason_of("# escape=x\nFROM a") ==
        "Containerfile:1:1: the escape directive is \"x\", want ` or \\");
  CHECK(reason_of("# escape=`\n# escape=`\nFROM a") ==
        "Containerfile:2:1: the escape directive is given twice");
  CHECK(reason_of("# check=foo=1\nFROM a") ==
        "Containerfile:1:1: unknown check option \"foo\", want skip, experimental or error");
  CHECK(reason_of("# check=error=yes\nFROM a") ==
        "Containerfile:1:1: check option \"error\" is \"yes\", want true or false");
  CHECK(reason_of("# check=skip\nFROM a") ==
        "Containerfile:1:1: check option \"skip\" has no value, want key=value");
}

TEST_CASE("a heredoc's body follows the line, each in turn") {
  const Ast ast = parse_text(
      "RUN a <<ONE 3<<-'TWO THREE' <<\"\"FOUR\n1 $x\\\n\nONE\n\tx\n\tTWO THREE\nFOUR\nRUN c");
  REQUIRE(ast.nodes.size() == 2);
  const auto& heredocs = ast.nodes[0].heredocs;
  REQUIRE(heredocs.size() == 3);
  CHECK(heredocs[0].name == "ONE");
  CHECK(heredocs[0].content == "1 $x\\\n\n");
  CHECK(heredocs[0].expand);
  CHECK(heredocs[1].name == "TWO THREE");
  CHECK(heredocs[1].file_descriptor == 3);
  CHECK(heredocs[1].content == "\tx\n");
  CHECK(heredocs[1].text() == "x\n");
  CHECK_FALSE(heredocs[1].expand);
  CHECK(heredocs[2].content.empty());
  CHECK_FALSE(heredocs[2].expand);
  CHECK(ast.nodes[0].line.last_line == 7);
  CHECK(ast.nodes[1].line.first_line == 8);
}

TEST_CASE("only RUN, COPY and ADD have heredocs, and not in JSON or quotes") {
  for (const char* text :
       {"CMD a <<EOF", "RUN [\"a\", \"<<EOF\"]", "RUN echo '<<EOF'", "RUN cat <<<EOF",
        "RUN a << EOF", "RUN (( 1<<2<<3 ))", "RUN a\\<<EOF", "ENV a=<<EOF"}) {
    INFO(text);
    CHECK(parse_text(text).nodes.front().heredocs.empty());
  }
  CHECK(parse_text("ONBUILD RUN <<E\nx\nE\n").nodes[0].trigger[0].heredocs.size() == 1);
  CHECK(refusal_of("FROM a\nRUN <<EOF\nx\n") ==
        "Containerfile:2:5: the heredoc \"EOF\" has no end: want a line \"EOF\"\n"
        "2 | RUN <<EOF\n"
        "  |     ^");
}

TEST_CASE("flags stand in front of the arguments") {
  CHECK(tree_of("COPY --a=b --c 'd e' f") == "(copy [\"--a=b\" \"--c\"] \"'d\" \"e'\" \"f\")\n");
  CHECK(tree_of("COPY --a=\"b c\" --d=\\\"e f") == "(copy [\"--a=b c\" \"--d=\\\"e\"] \"f\")\n");
  CHECK(tree_of("COPY -- --a b") == "(copy \"--a\" \"b\")\n");
  CHECK(tree_of("RUN a --b") == "(run \"a --b\")\n");
}

TEST_CASE("a line of very many parts is parsed in linear time") {
  std::string text = "FROM a\nCOPY";
  for (int i = 0; i < 50000; ++i) text += (i % 1000 == 0 ? " \\\n --exclude=x" : " --exclude=x");
  for (int i = 0; i < 50000; ++i) text += (i % 1000 == 0 ? " \\\n s" : " s");
  const Containerfile file = parse_containerfile("C", text);
  const Copy& copy = std::get<Copy>(file.stages[0].instructions[0].value);
  CHECK(copy.exclude.size() == 50000);
  CHECK(copy.sources.size() == 49999);
}

TEST_CASE("a JSON array is one only if it is valid and has strings alone") {
  CHECK(tree_of("CMD [\"a\", \"\\u00e4\\n\"]") == "(cmd \"a\" \"ä\\n\")\n");
  CHECK(tree_of("CMD ['a']") == "(cmd \"['a']\")\n");
  CHECK(tree_of("CMD [\"a\",]") == "(cmd \"[\\\"a\\\",]\")\n");
  CHECK(tree_of("COPY [\"a b\", \"c\"]") == "(copy \"a b\" \"c\")\n");
  for (const char* element : {"1", "1.5", "true", "null", "{}", "[]", "{\"a\":\"b\"}", "[\"a\"]"}) {
    CHECK(reason_of(std::string("FROM x\nCMD [\"a\", ") + element + "]") ==
          "Containerfile:2:5: the elements of the JSON array must all be strings");
  }
}

TEST_CASE("comments right above an instruction are kept with it") {
  const Ast ast = parse_text("# gone\n\n# one\n#  two \nARG a\nARG b\n# x\n#\nARG c");
  CHECK(ast.nodes[0].line.comments == std::vector<std::string>{"one", "two"});
  CHECK(ast.nodes[1].line.comments.empty());
  CHECK(ast.nodes[2].line.comments.empty());
}

}  // namespace
}  // namespace lade::containerfile
