#include "builder/containerfile/instructions.h"

#include <catch2/catch.hpp>

#include "builder/containerfile/containerfile.h"
#include "tests/builder/containerfile/errors.h"

namespace lade::containerfile {
namespace {

/// The last instruction of a file that begins with FROM.
Instruction instruction_of(const std::string& text) {
  const Containerfile file = parse_containerfile("Containerfile", "FROM base\n" + text);
  return file.stages.back().instructions.back();
}

template <class Value>
Value value_of(const std::string& text) {
  return std::get<Value>(instruction_of(text).value);
}

struct Refused {
  std::string text;
  std::string reason;
};

TEST_CASE("what an instruction cannot be is refused with the place and the reason") {
  const Refused cases[] = {
      {"RUUN a", "1: unknown instruction \"RUUN\", did you mean \"RUN\"?"},
      {"\"quoted\" a", "1: unknown instruction \"\\\"quoted\\\"\""},
      {"FROM", "1: FROM needs an image or a stage"},
      {"FROM a b", "8: FROM takes an image, or an image, AS and a name"},
      {"FROM a of b", "8: FROM takes an image, or an image, AS and a name"},
      {"FROM a AS b c", "8: FROM takes an image, or an image, AS and a name"},
      {"FROM a AS 1b",
       "11: stage name \"1b\" must begin with a letter and have only letters, digits, \"-\", \"_\" "
       "and \".\""},
      {"FROM a AS b$c",
       "11: stage name \"b$c\" must begin with a letter and have only letters, digits, \"-\", "
       "\"_\" and \".\""},
      {"FROM --platfrom=x a", "6: FROM has no flag \"--platfrom\", did you mean \"--platform\"?"},
      {"FROM --platform a", "6: flag \"--platform\" needs a value: --platform=…"},
      {"FROM --platform=a --platform=b c", "19: flag \"--platform\" is given twice"},
      {"COPY", "1: COPY needs a source and a destination, got neither"},
      {"COPY a", "1: COPY needs a source and a destination, got \"a\" alone"},
      {"COPY [\"a\"]", "1: COPY needs a source and a destination, got \"a\" alone"},
      {"COPY a <<E\nE", "8: a heredoc cannot be the destination of COPY"},
      {"COPY --link=maybe a b", "6: flag \"--link\" is \"maybe\", want true or false"},
      {"COPY --link= a b", "6: flag \"--link\" is \"\", want true or false"},
      {"COPY --checksum=x a b", "6: COPY has no flag \"--checksum\""},
      {"ADD --from=x a b", "5: ADD has no flag \"--from\""},
      {"ADD a", "1: ADD needs a source and a destination, got \"a\" alone"},
      {"ARG", "1: ARG needs a name"},
      {"ARG =a", "5: ARG has a blank name"},
      {"ARG a =b", "7: ARG has a blank name"},
      {"ARG --x=1 a", "5: ARG has no flag \"--x\""},
      {"ENV", "1: ENV needs a pair NAME=VALUE"},
      {"ENV a", "5: ENV needs a value for \"a\": want NAME=VALUE"},
      {"ENV a=b c", "9: \"c\" has no \"=\": want NAME=VALUE"},
      {"ENV =b", "5: ENV has a pair without a name"},
      {"LABEL", "1: LABEL needs a pair NAME=VALUE"},
      {"LABEL a", "7: LABEL needs a value for \"a\": want NAME=VALUE"},
      {"LABEL --x a=b", "7: LABEL has no flag \"--x\""},
      {"EXPOSE", "1: EXPOSE needs a port"},
      {"VOLUME", "1: VOLUME needs a path"},
      {"VOLUME [\"a\", \" \"]", "8: a path of VOLUME is empty"},
      {"USER", "1: USER needs a user"},
      {"WORKDIR", "1: WORKDIR needs a path"},
      {"STOPSIGNAL", "1: STOPSIGNAL needs a signal"},
      {"MAINTAINER", "1: MAINTAINER needs a name"},
      {"SHELL", "1: SHELL needs a program: SHELL [\"program\", \"argument\"]"},
      {"SHELL []", "1: SHELL needs a program: SHELL [\"program\", \"argument\"]"},
      {"SHELL bash -c", "7: SHELL needs a JSON array: SHELL [\"program\", \"argument\"]"},
      {"RUN", "1: RUN needs a command"},
      {"RUN --network=nnoe x",
       "5: unknown value \"nnoe\" of \"--network\", did you mean \"none\"?"},
      {"RUN --security=no x", "5: unknown value \"no\" of \"--security\""},
      {"RUN --device= x", "5: the device has no name"},
      {"RUN --device=a,b x", "5: a device has one name, got \"a\" and \"b\""},
      {"RUN --device=a,size=b x", "5: unknown device key \"size\", want \"name\" or \"required\""},
      {"CMD --x a", "5: CMD has no flag \"--x\""},
      {"ENTRYPOINT --x a", "12: ENTRYPOINT has no flag \"--x\""},
      {"HEALTHCHECK", "1: HEALTHCHECK needs CMD and a command, or NONE"},
      {"HEALTHCHECK NONE x", "18: HEALTHCHECK NONE takes no arguments"},
      {"HEALTHCHECK CMD", "1: HEALTHCHECK CMD needs a command"},
      {"HEALTHCHECK CMD []", "1: HEALTHCHECK CMD needs a command"},
      {"HEALTHCHECK curl x", "13: unknown kind \"curl\" of HEALTHCHECK, want CMD or NONE"},
      {"HEALTHCHECK --interval=5 CMD x",
       "13: \"--interval\" is \"5\", want a time such as 30s or 1m30s"},
      {"HEALTHCHECK --timeout=1us CMD x", "13: \"--timeout\" is \"1us\", want 0 or at least 1ms"},
      {"HEALTHCHECK --timeout=-1s CMD x", "13: \"--timeout\" is \"-1s\", want 0 or at least 1ms"},
      {"HEALTHCHECK --retries=-1 CMD x",
       "13: \"--retries\" is \"-1\", want a number from 0 to 2147483647"},
      {"HEALTHCHECK --retires=1 CMD x",
       "13: HEALTHCHECK has no flag \"--retires\", did you mean \"--retries\"?"},
      {"ONBUILD", "1: ONBUILD needs an instruction"},
      {"ONBUILD ONBUILD RUN x", "9: ONBUILD cannot be the trigger of an ONBUILD"},
      {"ONBUILD FROM x", "9: FROM cannot be the trigger of an ONBUILD"},
      {"ONBUILD maintainer x", "9: MAINTAINER cannot be the trigger of an ONBUILD"},
      {"ONBUILD COPY x", "9: COPY needs a source and a destination, got \"x\" alone"},
      {"ONBUILD CPOY x y", "9: unknown instruction \"CPOY\", did you mean \"COPY\"?"},
  };
  for (const Refused& test : cases) {
    INFO(test.text);
    CHECK(reason_of("FROM base\n" + test.text) == "Containerfile:2:" + test.reason);
  }
}

TEST_CASE("only ARG comes before the first FROM") {
  CHECK(reason_of("RUN x\nFROM a") ==
        "Containerfile:1:1: RUN comes before the first FROM; only ARG may");
  const Containerfile file =
      parse_containerfile("C", "ARG a=1 b\nARG c\nFROM scratch AS One\nARG d\nFROM one\n");
  CHECK(file.global_args.size() == 2);
  REQUIRE(file.stages.size() == 2);
  CHECK(file.stages[0].from().base == "scratch");
  CHECK(file.stages[0].from().name == "one");
  CHECK(file.stages[0].from().name_as_written == "One");
  CHECK(file.stages[0].instructions.size() == 1);
  CHECK(file.stages[1].from().name.empty());
}

TEST_CASE("FROM has a platform and a name") {
  const Containerfile file =
      parse_containerfile("C", "FROM --platform=$BUILDPLATFORM a:${V} as b.c-1_x\n");
  const From& from = file.stages[0].from();
  CHECK(from.base == "a:${V}");
  CHECK(from.platform == "$BUILDPLATFORM");
  CHECK(from.name == "b.c-1_x");
  CHECK(from.as_keyword == "as");
}

TEST_CASE("an instruction knows its lines and its text") {
  const Instruction run = instruction_of("# why\n  run a \\\n  b <<E\nx\nE\n");
  CHECK(run.keyword == "run");
  CHECK(run.original == "run a   b <<E");
  CHECK(run.first_line == 3);
  CHECK(run.last_line == 6);
  CHECK(run.position.column == 3);
  CHECK(run.comments == std::vector<std::string>{"why"});
}

TEST_CASE("COPY and ADD have all their flags") {
  const Copy copy = value_of<Copy>(
      "COPY --from=b --chown=1:2 --chmod=u+x --link --parents=TRUE --exclude=a --exclude=*.b x y "
      "z/");
  CHECK(copy.from == "b");
  CHECK(copy.chown == "1:2");
  CHECK(copy.chmod == "u+x");
  CHECK(copy.link);
  CHECK(copy.parents);
  CHECK(copy.exclude == std::vector<std::string>{"a", "*.b"});
  CHECK(copy.sources == std::vector<std::string>{"x", "y"});
  CHECK(copy.destination == "z/");
  const Add add = value_of<Add>(
      "ADD --keep-git-dir --checksum=sha256:1 --unpack=false --link=false [\"a b\", \"c\"]");
  CHECK(add.keep_git_dir == true);
  CHECK(add.unpack == false);
  CHECK(add.checksum == "sha256:1");
  CHECK_FALSE(add.link);
  CHECK(add.sources == std::vector<std::string>{"a b"});
  CHECK_FALSE(value_of<Add>("ADD a b").unpack);
}

TEST_CASE("heredocs are sources of COPY and ADD") {
  const Copy copy = value_of<Copy>("COPY <<a x <<-\"b\" /d/\n$v\na\n\t\ty\n\tb\n");
  CHECK(copy.sources == std::vector<std::string>{"x"});
  REQUIRE(copy.files.size() == 2);
  CHECK(copy.files[0].name == "a");
  CHECK(copy.files[0].text == "$v\n");
  CHECK(copy.files[0].expand);
  CHECK(copy.files[1].name == "b");
  CHECK(copy.files[1].text == "y\n");
  CHECK_FALSE(copy.files[1].expand);
  CHECK(value_of<Copy>("COPY [\"<<a\", \"b\"]").sources == std::vector<std::string>{"<<a"});
}

TEST_CASE("RUN is JSON, shell text or a script") {
  CHECK(value_of<Run>("RUN [\"a\", \"b c\"]").command == Command{{"a", "b c"}, true});
  CHECK(value_of<Run>("RUN a  \"b\" $c").command == Command{{"a  \"b\" $c"}, false});
  CHECK_FALSE(find_run_script(value_of<Run>("RUN a")));
  const auto script_of = [](const std::string& text) {
    return find_run_script(value_of<Run>(text)).value();
  };
  CHECK(script_of("RUN <<EOF\na\nb\nEOF\n").text == "a\nb\n");
  CHECK_FALSE(script_of("RUN <<EOF\na\nEOF\n").is_program);
  CHECK(script_of("RUN <<-EOF\n\ta\n\tEOF\n").text == "a\n");
  CHECK(script_of("RUN <<EOF\n#!/usr/bin/python3\nEOF\n").is_program);
  CHECK(script_of("RUN python3 <<EOF > /x\na\nEOF\n").text == "python3 <<EOF > /x\na\nEOF");
  CHECK(script_of("RUN cat <<A <<B\na\nA\nb\nB\n").text == "cat <<A <<B\na\nA\nb\nB");
}

TEST_CASE("RUN has its flags") {
  const Run run = value_of<Run>(
      "RUN --network=host --security=insecure --device=vendor.com/gpu=all,required --device=x "
      "--mount=target=/a --mount=type=ssh a");
  CHECK(run.network == NetworkMode::host);
  CHECK(run.security == SecurityMode::insecure);
  REQUIRE(run.devices.size() == 2);
  CHECK(run.devices[0].name == "vendor.com/gpu=all");
  CHECK(run.devices[0].required);
  CHECK_FALSE(run.devices[1].required);
  CHECK(run.mounts.size() == 2);
}

TEST_CASE("CMD and ENTRYPOINT may be empty, to take back those of the base") {
  CHECK(value_of<Cmd>("CMD []").command == Command{{}, true});
  CHECK(value_of<Entrypoint>("ENTRYPOINT []").command == Command{{}, true});
  CHECK(value_of<Cmd>("CMD").command == Command{{}, false});
  CHECK(value_of<Entrypoint>("ENTRYPOINT a b").command == Command{{"a b"}, false});
  CHECK(value_of<Shell>("SHELL [\"a\", \"-c\"]").words == std::vector<std::string>{"a", "-c"});
}

TEST_CASE("ENV and LABEL come in two forms") {
  const Env env = value_of<Env>("ENV a=\"b c\" d=e\\ f g=");
  REQUIRE(env.pairs.size() == 3);
  CHECK(env.pairs[0].value == "\"b c\"");
  CHECK(env.pairs[1].value == "e\\ f");
  CHECK(env.pairs[2].value.empty());
  CHECK_FALSE(env.old_form);
  const Env old = value_of<Env>("ENV a  b c=d");
  CHECK(old.pairs[0].key == "a");
  CHECK(old.pairs[0].value == "b c=d");
  CHECK(old.old_form);
  CHECK(value_of<Label>("LABEL \"a b\"=c").pairs[0].key == "\"a b\"");
}

TEST_CASE("ARG declares several names") {
  const Arg arg = value_of<Arg>("ARG a b=c d= e=\"f g\"");
  REQUIRE(arg.declarations.size() == 4);
  CHECK_FALSE(arg.declarations[0].value);
  CHECK(arg.declarations[1].value == "c");
  CHECK(arg.declarations[2].value == "");
  CHECK(arg.declarations[3].value == "\"f g\"");
}

TEST_CASE("the plain instructions keep their words") {
  CHECK(value_of<Expose>("EXPOSE 90 80/udp").ports == std::vector<std::string>{"80/udp", "90"});
  CHECK(value_of<Volume>("VOLUME /a /b").paths == std::vector<std::string>{"/a", "/b"});
  CHECK(value_of<Volume>("VOLUME [\" /a b \"]").paths == std::vector<std::string>{"/a b"});
  CHECK(value_of<Workdir>("WORKDIR /a b").path == "/a b");
  CHECK(value_of<User>("USER a:b").user == "a:b");
  CHECK(value_of<StopSignal>("STOPSIGNAL 9").signal == "9");
  CHECK(value_of<Maintainer>("MAINTAINER A <a@b>").name == "A <a@b>");
}

TEST_CASE("HEALTHCHECK has times and a command") {
  const Healthcheck check = value_of<Healthcheck>(
      "HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0 --start-interval=1ms "
      "--retries=3 CMD [\"a\", \"b\"]");
  CHECK(check.command == Command{{"a", "b"}, true});
  CHECK(check.interval_ns == 90'000'000'000);
  CHECK(check.timeout_ns == 1'500'000'000);
  CHECK(check.start_period_ns == 0);
  CHECK(check.start_interval_ns == 1'000'000);
  CHECK(check.retries == 3);
  CHECK(value_of<Healthcheck>("HEALTHCHECK cmd a || b").command == Command{{"a || b"}, false});
  CHECK(value_of<Healthcheck>("HEALTHCHECK none").none);
}

TEST_CASE("ONBUILD keeps the text and the instruction") {
  const Onbuild onbuild = value_of<Onbuild>("onbuild  copy --from=a <<E /x\nbody\nE\n");
  CHECK(onbuild.expression == "copy --from=a <<E /x\nbody\nE");
  const Copy& copy = std::get<Copy>(onbuild.instruction->value);
  CHECK(copy.from == "a");
  CHECK(copy.files.front().text == "body\n");
}

}  // namespace
}  // namespace lade::containerfile
