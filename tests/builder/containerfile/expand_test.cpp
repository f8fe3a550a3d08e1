#include <catch2/catch.hpp>

#include "builder/containerfile/containerfile.h"
#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

const Variables variables = {{"v", "x y"}, {"p", "80 81"}, {"d", "/d"}, {"t", "cache"}};

template <class Value>
Value expanded(const std::string& text) {
  const Containerfile file = parse_containerfile("Containerfile", "FROM a\n" + text);
  Instruction instruction = file.stages[0].instructions.back();
  expand(file, instruction, lookup_in(variables));
  return std::get<Value>(instruction.value);
}

TEST_CASE("the fields that the language expands are expanded") {
  CHECK(expanded<Env>("ENV a=$v b=\"$a\" $v=c").pairs[0].value == "x y");
  CHECK(expanded<Env>("ENV v=new b=$v").pairs[1].value == "x y");
  CHECK(expanded<Env>("ENV $d=c").pairs[0].key == "/d");
  CHECK(expanded<Env>("ENV a 'q' $v").pairs[0].value == "q x y");
  CHECK(expanded<Label>("LABEL \"$d\"='$v'").pairs[0].key == "/d");
  CHECK(expanded<Label>("LABEL \"$d\"='$v'").pairs[0].value == "$v");
  CHECK(expanded<Arg>("ARG a=${v}").declarations[0].value == "x y");
  CHECK(expanded<Workdir>("WORKDIR $d/w").path == "/d/w");
  CHECK(expanded<User>("USER ${none:-me}").user == "me");
  CHECK(expanded<StopSignal>("STOPSIGNAL $v").signal == "x y");
  CHECK(expanded<Volume>("VOLUME [\"$d\"]").paths == std::vector<std::string>{"/d"});
  CHECK(expanded<Expose>("EXPOSE $p 90").ports == std::vector<std::string>{"80", "81", "90"});
}

TEST_CASE("COPY and ADD are expanded but for --from and --exclude") {
  const Copy copy =
      expanded<Copy>("COPY --from=$d --exclude=$d --chown=$d --chmod=$d $d/a \"$v\" $d/");
  CHECK(copy.from == "$d");
  CHECK(copy.exclude == std::vector<std::string>{"$d"});
  CHECK(copy.chown == "/d");
  CHECK(copy.chmod == "/d");
  CHECK(copy.sources == std::vector<std::string>{"/d/a", "x y"});
  CHECK(copy.destination == "/d/");
  CHECK(expanded<Add>("ADD --checksum=$d a b").checksum == "/d");
}

TEST_CASE("the body of a source heredoc is expanded unless its name was quoted") {
  const auto text_of = [](const std::string& text) { return expanded<Copy>(text).files[0].text; };
  CHECK(text_of("COPY <<E /x\n'$d' \"$d\" \\$d \\\\ ${none:-z}\nE\n") == "'/d' \"/d\" $d \\ z\n");
  CHECK(text_of("COPY <<\"E\" /x\n$d \\$\nE\n") == "$d \\$\n");
}

TEST_CASE("what runs later is not expanded, the mounts of RUN are") {
  const Run run = expanded<Run>("RUN --mount=type=$t,target=$d/c <<E\n$d\nE\n");
  CHECK(run.mounts[0].type == MountType::cache);
  CHECK(run.mounts[0].target == "/d/c");
  CHECK(run.heredocs[0].content == "$d\n");
  CHECK(expanded<Run>("RUN $d").command.words[0] == "$d");
  CHECK(expanded<Cmd>("CMD $d").command.words[0] == "$d");
  CHECK(expanded<Entrypoint>("ENTRYPOINT [\"$d\"]").command.words[0] == "$d");
  CHECK(expanded<Shell>("SHELL [\"$d\"]").words[0] == "$d");
  CHECK(expanded<Healthcheck>("HEALTHCHECK CMD $d").command.words[0] == "$d");
  CHECK(expanded<Onbuild>("ONBUILD USER $d").expression == "USER $d");
  CHECK(expanded<Maintainer>("MAINTAINER $d").name == "$d");
}

TEST_CASE("FROM expands its base and platform") {
  Containerfile file = parse_containerfile("C", "FROM --platform=$d a${d}");
  const VariableUse use = expand(file, file.stages[0].header, lookup_in(variables));
  CHECK(file.stages[0].from().base == "a/d");
  CHECK(file.stages[0].from().platform == "/d");
  CHECK(use.used == std::set<std::string, std::less<>>{"d"});
}

TEST_CASE("the escape character of the file counts in its words") {
  Containerfile file = parse_containerfile("C", "# escape=`\nFROM a\nWORKDIR c:\\$v`$v");
  Instruction& workdir = file.stages[0].instructions[0];
  const VariableUse use = expand(file, workdir, lookup_in(variables));
  CHECK(std::get<Workdir>(workdir.value).path == "c:\\x y$v");
}

TEST_CASE("an expansion that fails points at the instruction") {
  Containerfile file = parse_containerfile("Containerfile", "FROM a\n  USER ${u:?who is it}\n");
  CHECK_THROWS_WITH(expand(file, file.stages[0].instructions[0], lookup_in(variables)),
                    "Containerfile:2:3: u: who is it\n"
                    "2 |   USER ${u:?who is it}\n"
                    "  |   ^");
}

TEST_CASE("an expansion says which names it asked for") {
  Containerfile file = parse_containerfile("C", "FROM a\nENV a=$v b=${none} c='$quoted'");
  const VariableUse use = expand(file, file.stages[0].instructions[0], lookup_in(variables));
  CHECK(use.used == std::set<std::string, std::less<>>{"v"});
  CHECK(use.unset == std::set<std::string, std::less<>>{"none"});
}

}  // namespace
}  // namespace lade::containerfile
