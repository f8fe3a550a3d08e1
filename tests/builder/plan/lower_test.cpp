#include "builder/plan/lower.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

BaseImage debian() {
  BaseImage image{"docker.io/library/debian:12", digest_of("debian"), {}, {}};
  image.config.platform = Platform::parse("linux/amd64");
  image.config.config.env = {"PATH=/usr/bin", "BASE=yes"};
  image.config.config.cmd = {"bash"};
  image.config.history = {{std::nullopt, "base layer", "", "", false}};
  image.layers = {
      {Descriptor{"application/vnd.oci.image.layer.v1.tar", digest_of("l"), 1}, digest_of("d")}};
  return image;
}

LowerOptions options() {
  LowerOptions lowering;
  lowering.build_platform = Platform::parse("linux/amd64");
  lowering.target_platform = Platform::parse("linux/amd64");
  lowering.find_image = [](const std::string& name, const Platform&) {
    if (name != "debian") fail(ErrorKind::not_found, "no image {}", name);
    return debian();
  };
  return lowering;
}

Plan plan_of(const std::string& text, const LowerOptions& lowering = options()) {
  return lower(containerfile::parse_containerfile("Containerfile", text), lowering);
}

std::string error_of(const std::string& text, const LowerOptions& lowering = options()) {
  try {
    plan_of(text, lowering);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

std::vector<std::string> labels_of(const Plan& plan) {
  std::vector<std::string> labels;
  for (const Node& node : plan.graph.nodes) labels.push_back(node.label);
  return labels;
}

TEST_CASE("metadata instructions become config and make no node") {
  const Plan plan = plan_of(
      "FROM scratch\nENV A=1 B=$A\nENV C=${A}x\nLABEL k=v\nEXPOSE 80 53/udp 8000-8001\n"
      "USER 7:8\nVOLUME /data\nSTOPSIGNAL SIGINT\nSHELL [\"/bin/bash\",\"-c\"]\n"
      "CMD echo hi\nENTRYPOINT [\"/x\"]\nHEALTHCHECK --interval=5s CMD true\n"
      "ONBUILD RUN make\nMAINTAINER me\n");
  const RunConfig& config = plan.config.config;
  CHECK(config.env == std::vector<std::string>{"A=1", "B=", "C=1x"});
  CHECK(config.labels == std::map<std::string, std::string>{{"k", "v"}});
  CHECK(config.exposed_ports == std::set<std::string>{"80/tcp", "53/udp", "8000/tcp", "8001/tcp"});
  CHECK(config.user == "7:8");
  CHECK(config.volumes == std::set<std::string>{"/data"});
  CHECK(config.stop_signal == "SIGINT");
  CHECK(config.cmd == std::vector<std::string>{"/bin/bash", "-c", "echo hi"});
  CHECK(config.entrypoint == std::vector<std::string>{"/x"});
  REQUIRE(config.healthcheck);
  CHECK(config.healthcheck->test == std::vector<std::string>{"CMD-SHELL", "true"});
  CHECK(config.healthcheck->interval_ns == 5'000'000'000);
  CHECK(config.on_build == std::vector<std::string>{"RUN make"});
  CHECK(plan.config.author == "me");
  CHECK(plan.graph.nodes.size() == 1);
}

TEST_CASE("an entry point drops the base image's command, but not one of this file") {
  CHECK_FALSE(plan_of("FROM debian\nENTRYPOINT [\"/x\"]\n").config.config.cmd);
  CHECK(plan_of("FROM debian\nCMD [\"a\"]\nENTRYPOINT [\"/x\"]\n").config.config.cmd ==
        std::vector<std::string>{"a"});
}

TEST_CASE("only the stages that the target needs are looked at") {
  const std::string text =
      "FROM nowhere AS unused\nRUN false\nFROM debian AS build\nRUN make\n"
      "FROM scratch\nCOPY --from=build /a /b\n";
  const Plan plan = plan_of(text);
  CHECK(labels_of(plan) ==
        std::vector<std::string>{"[stage-2 1/2] FROM scratch", "[build 1/2] FROM debian",
                                 "[build 2/2] RUN make", "[stage-2 2/2] COPY --from=build /a /b"});
  LowerOptions target = options();
  target.target = "build";
  CHECK(plan_of(text, target).graph.nodes.size() == 2);
  target.target = "1";
  CHECK(plan_of(text, target).graph.nodes.size() == 2);
}

TEST_CASE("a stage goes on where the stage it is FROM ended") {
  const Plan plan = plan_of("FROM debian AS a\nENV X=1\nRUN one\nFROM a\nRUN two $X\n");
  REQUIRE(plan.graph.nodes.size() == 3);
  CHECK(plan.graph.nodes[2].base == NodeId{1});
  CHECK(find_env(plan.config.config.env, "X") == "1");
  REQUIRE(plan.history.size() == 4);
  CHECK(plan.history[0].inherited);
  CHECK(plan.history[0].entry.created_by == "base layer");
  CHECK(plan.history[3].entry.created_by == "RUN /bin/sh -c two $X");
  CHECK(plan.base_layers == 1);
}

TEST_CASE("ARG takes the given value, else its default, else the global one") {
  LowerOptions given = options();
  given.build_args = {{"A", "given"}};
  const std::string text =
      "ARG G=global\nARG A=top\nFROM scratch\nARG A=default\nARG B=default\nARG G\nARG N\n"
      "ENV A=$A B=$B G=$G N=${N:-none}\n";
  CHECK(plan_of(text, given).config.config.env ==
        std::vector<std::string>{"A=given", "B=default", "G=global", "N=none"});
  CHECK(plan_of(text).config.config.env ==
        std::vector<std::string>{"A=default", "B=default", "G=global", "N=none"});
}

TEST_CASE("RUN sees ENV and declared ARGs, and ENV wins") {
  LowerOptions given = options();
  given.build_args = {{"HTTP_PROXY", "p"}, {"UNDECLARED", "u"}};
  const Plan plan = plan_of("FROM debian\nARG V=arg\nARG BASE=arg\nRUN x\n", given);
  const RunOp& run = std::get<RunOp>(plan.graph.nodes[1].op);
  CHECK(run.env == std::vector<std::string>{"PATH=/usr/bin", "BASE=yes", "V=arg"});
  CHECK(run.proxy_env == std::vector<std::string>{"HTTP_PROXY=p"});
  CHECK(plan.history.back().entry.created_by == "RUN |2 V=arg BASE=arg /bin/sh -c x");
}

TEST_CASE("a proxy that is declared or set by ENV is a variable like any other") {
  LowerOptions given = options();
  given.build_args = {{"HTTP_PROXY", "p"}, {"no_proxy", "n"}};
  const Plan plan = plan_of("FROM debian\nARG HTTP_PROXY\nENV no_proxy=e\nRUN x\n", given);
  const RunOp& run = std::get<RunOp>(plan.graph.nodes[1].op);
  CHECK(run.env ==
        std::vector<std::string>{"PATH=/usr/bin", "BASE=yes", "no_proxy=e", "HTTP_PROXY=p"});
  CHECK(run.proxy_env.empty());
}

TEST_CASE("ARGs of a stage are known in the stages that are FROM it, and in no other") {
  const Plan plan = plan_of(
      "FROM debian AS a\nARG V=1\nFROM a AS b\nENV X=$V\nRUN x\nFROM debian AS c\nENV Y=$V\n"
      "COPY --from=b /x /y\nRUN y\n");
  REQUIRE(plan.graph.nodes.size() == 4);
  CHECK(find_env(plan.config.config.env, "Y") == "");
  for (const Node& node : plan.graph.nodes) {
    const auto* run = std::get_if<RunOp>(&node.op);
    if (run == nullptr) continue;
    const bool in_child = find_env(run->env, "X") == "1";
    CHECK((find_env(run->env, "V") == "1") == in_child);
  }
}

TEST_CASE("a named context wins over a stage of that name, in FROM and in --from") {
  LowerOptions named = options();
  named.named_contexts = {{"build", "docker-image://other"}};
  std::vector<std::string> wanted;
  named.find_image = [&](const std::string& name, const Platform&) {
    wanted.push_back(name);
    return debian();
  };
  plan_of("FROM debian AS build\nRUN x\nFROM scratch\nCOPY --from=build /a /b\n", named);
  CHECK(wanted == std::vector<std::string>{"other"});
  wanted.clear();
  plan_of("FROM debian AS build\nRUN x\nFROM build\n", named);
  CHECK(wanted == std::vector<std::string>{"other"});
}

TEST_CASE("a named context may be an image of a layout, and a directory is no base") {
  LowerOptions named = options();
  std::string wanted;
  named.find_image = [&](const std::string& name, const Platform&) {
    wanted = name;
    return debian();
  };
  named.named_contexts = {{"base", "oci-layout:///d:1"}};
  plan_of("FROM base\n", named);
  CHECK(wanted == "oci:/d:1");
  named.named_contexts = {{"base", "/a/directory"}};
  CHECK(error_of("FROM base\n", named)
            .find("Containerfile:1: the build context base=/a/directory is a directory") == 0);
}

TEST_CASE("labels of the base are dropped on demand, those of the file stay though equal") {
  LowerOptions lowering = options();
  lowering.find_image = [](const std::string&, const Platform&) {
    BaseImage image = debian();
    image.config.config.labels = {{"a", "1"}, {"b", "2"}};
    return image;
  };
  const std::string text = "FROM debian\nLABEL a=1\n";
  using Labels = std::map<std::string, std::string>;
  CHECK(plan_of(text, lowering).config.config.labels == Labels{{"a", "1"}, {"b", "2"}});
  lowering.inherit_labels = false;
  CHECK(plan_of(text, lowering).config.config.labels == Labels{{"a", "1"}});
}

TEST_CASE("platform arguments are there to be declared") {
  LowerOptions arm = options();
  arm.target_platform = Platform::parse("linux/arm/v7");
  const Plan plan = plan_of(
      "FROM scratch\nARG TARGETPLATFORM\nARG TARGETARCH\nARG TARGETVARIANT\nARG BUILDARCH\n"
      "ENV P=$TARGETPLATFORM A=$TARGETARCH V=$TARGETVARIANT B=$BUILDARCH\n",
      arm);
  CHECK(plan.config.config.env ==
        std::vector<std::string>{"P=linux/arm/v7", "A=arm", "V=v7", "B=amd64"});
  CHECK(plan.config.platform.variant == "v7");
}

TEST_CASE("WORKDIR joins relative paths and cleans them") {
  const Plan plan = plan_of("FROM scratch\nWORKDIR /a\nWORKDIR b/./c\nWORKDIR ../d\n");
  CHECK(plan.config.config.working_dir == "/a/b/d");
  CHECK(std::get<MakeDirOp>(plan.graph.nodes[3].op).path == "/a/b/d");
}

TEST_CASE("heredocs become scripts and files") {
  const Plan plan = plan_of(
      "FROM scratch\nRUN <<EOF\na\nb\nEOF\nRUN <<EOF\n#!/usr/bin/env python3\nprint()\nEOF\n"
      "COPY <<one <<\"two\" /etc/\n$HOME\none\n$HOME\ntwo\n");
  CHECK(std::get<RunOp>(plan.graph.nodes[1].op).argv ==
        std::vector<std::string>{"/bin/sh", "-c", "a\nb\n"});
  const RunOp& program = std::get<RunOp>(plan.graph.nodes[2].op);
  REQUIRE(program.scripts.size() == 1);
  CHECK(program.scripts[0].content == "#!/usr/bin/env python3\nprint()\n");
  const CopyOp& copy = std::get<CopyOp>(plan.graph.nodes[3].op);
  REQUIRE(copy.inline_files.size() == 2);
  CHECK(copy.inline_files[0].content == "\n");
  CHECK(copy.inline_files[1].content == "$HOME\n");
}

TEST_CASE("ONBUILD triggers of the base run first and are not inherited") {
  LowerOptions triggers = options();
  triggers.find_image = [](const std::string&, const Platform&) {
    BaseImage image = debian();
    image.config.config.on_build = {"ENV T=1", "COPY . /src"};
    return image;
  };
  const Plan plan = plan_of("FROM debian\nRUN make\n", triggers);
  CHECK(labels_of(plan) ==
        std::vector<std::string>{"[1/3] FROM debian", "[2/3] COPY . /src", "[3/3] RUN make"});
  CHECK(plan.config.config.on_build.empty());
  CHECK(find_env(plan.config.config.env, "T") == "1");
}

TEST_CASE("what cannot be lowered is refused with file and line") {
  CHECK(error_of("FROM debian\nCOPY --from=3 a b\n") ==
        "Containerfile:2: --from=3: there is no earlier stage 3");
  CHECK(error_of("FROM $NONE\n").find("Containerfile:1") == 0);
  CHECK(error_of("FROM absent\n") == "Containerfile:1: no image absent");
  CHECK(error_of("FROM debian AS build\nFROM debian\nCOPY --from=biuld a b\n") ==
        "Containerfile:3: \"biuld\" is no stage (did you mean \"build\"?), and as an image: "
        "no image biuld");
  CHECK(error_of("FROM debian AS build\nFROM Biuld\n") ==
        "Containerfile:2: \"Biuld\" is no stage (did you mean \"build\"?), and as an image: "
        "no image Biuld");
  CHECK(error_of("FROM debian AS build\nFROM debian\nCOPY --from=nginx a b\n") ==
        "Containerfile:3: no image nginx");
  LowerOptions first = options();
  first.target = "one";
  CHECK(error_of("FROM debian AS one\nCOPY --from=two a b\nFROM debian AS two\n", first) ==
        "Containerfile:2: \"two\" is no earlier stage (the stage of that name does not end before "
        "this one begins), and as an image: no image two");
  CHECK(
      error_of("FROM debian\nCOPY a b c\n")
          .find("Containerfile:2: with more than one source the destination must be a directory") ==
      0);
  CHECK(error_of("FROM debian\nEXPOSE 99999\n").find("Containerfile:2: EXPOSE 99999") == 0);
  CHECK(error_of("FROM debian\nADD --checksum=sha256:x http://h/f /\n").find("Containerfile:2") ==
        0);
  LowerOptions target = options();
  target.target = "biuld";
  CHECK(error_of("FROM debian AS build\n", target) ==
        "there is no stage \"biuld\" in Containerfile, did you mean \"build\"?");
}

}  // namespace
}  // namespace lade::builder
