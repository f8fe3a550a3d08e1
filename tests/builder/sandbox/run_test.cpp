#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "libimage/base/fd.h"
#include "tests/builder/sandbox/sandbox_fixture.h"

namespace lade::builder {
namespace {

TEST_CASE("a run answers the exit code of its process") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  for (const int code : {0, 1, 42, 255}) {
    const Ran ran = sandbox.sh("exit " + std::to_string(code));
    CHECK(ran.status.code == code);
    CHECK(ran.status.signal == 0);
  }
}

TEST_CASE("a process killed by a signal ends with 128 and the signal") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  for (const int signal : {SIGTERM, SIGKILL, SIGSEGV}) {
    const Ran ran = sandbox.sh("kill -" + std::to_string(signal) + " $$");
    CHECK(ran.status.code == 128 + signal);
    CHECK(ran.status.signal == signal);
  }
}

TEST_CASE("output comes by its two streams") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  const Ran ran = sandbox.sh("echo to out; echo to err >&2");
  CHECK(ran.out == "to out\n");
  CHECK(ran.err == "to err\n");
}

TEST_CASE("much output on both streams does not block") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  const Ran ran = sandbox.sh(
      "dd if=/dev/zero bs=1M count=8 2>/dev/null & "
      "dd if=/dev/zero bs=1M count=8 >&2 2>/dev/null; wait");
  CHECK(ran.out.size() == 8U << 20);
  CHECK(ran.err.size() == 8U << 20);
}

TEST_CASE("standard input is empty unless given") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  CHECK(sandbox.sh("cat; readlink /proc/self/fd/0").out == "/dev/null\n");
  auto [read, write] = make_pipe();
  write_full(write.get(), as_bytes("given"));
  write.reset();
  RunSpec spec = sandbox.script("cat");
  spec.stdio.in = read.get();
  CHECK(Sandbox::run(spec).out == "given");
}

TEST_CASE("descriptors can stand for the output") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  auto [read, write] = make_pipe();
  RunSpec spec = sandbox.script("echo both >&2; echo streams");
  spec.stdio.out = spec.stdio.err = write.get();
  const Ran ran = Sandbox::run(spec);
  write.reset();
  char text[64] = {};
  CHECK(read_full(read.get(), std::as_writable_bytes(std::span(text))) == 13);
  CHECK(std::string(text) == "both\nstreams\n");
  CHECK(ran.out.empty());
}

TEST_CASE("a container holds no descriptor but the standard three") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  auto [read, write] = make_pipe();
  const Fd leaky(::dup(read.get()));  // without O_CLOEXEC
  const Fd high(::dup2(read.get(), 200));
  // the fourth is the directory that ls reads
  CHECK(sandbox.sh("exec ls /proc/self/fd | tr '\\n' ' '").out == "0 1 2 3 ");
}

TEST_CASE("the environment and the arguments are exactly what was given") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("");
  spec.argv = {"env"};
  spec.env = {"B=2 x", "PATH=/nowhere:/bin", "A=\n", "EMPTY="};
  CHECK(Sandbox::run(spec).out == "B=2 x\nPATH=/nowhere:/bin\nA=\n\nEMPTY=\n");
  spec.argv = {"/bin/sh", "-c", "printf '[%s]' \"$0\" \"$@\"", "a b", "", "*"};
  CHECK(Sandbox::run(spec).out == "[a b][][*]");
}

TEST_CASE("a program that cannot be run is an error that names it") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  write_file(sandbox.lower() + "/bin/plain", "text");
  struct Row {
    std::string program;
    ErrorKind kind;
  };
  for (const Row& row : {Row{"nothing", ErrorKind::not_found},
                         {"/no/such", ErrorKind::not_found},
                         {"plain", ErrorKind::denied},
                         {"/bin", ErrorKind::denied}}) {
    RunSpec spec = sandbox.script("");
    spec.argv = {row.program};
    try {
      Sandbox::run(spec);
      FAIL("ran " << row.program);
    } catch (const Error& error) {
      CHECK(error.kind() == row.kind);
      CHECK_THAT(error.message(), Catch::Contains("cannot run " + row.program));
    }
  }
}

TEST_CASE("a working directory is entered, a missing one named") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("pwd");
  spec.cwd = "/tmp";
  CHECK(Sandbox::run(spec).out == "/tmp\n");
  spec.cwd = "/missing";
  CHECK_THROWS_WITH(Sandbox::run(spec), Catch::Contains("working directory /missing"));
  spec.cwd = "relative";
  CHECK_THROWS_WITH(Sandbox::run(spec), Catch::Contains("absolute"));
}

TEST_CASE("pid 1 is not the process, and reaps what loses its parent") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  const Ran ran = sandbox.sh(
      "echo $$; (true & ) ; (sleep 0.1 & exit 0); sleep 0.3; ps -o pid,stat | grep -c Z");
  CHECK(ran.out == "2\n0\n");
}

TEST_CASE("what a process leaves running dies with it") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  // the orphan holds the output pipe: the run would not end if it lived
  CHECK(sandbox.sh("setsid sleep 1000 & exit 3").status.code == 3);
}

TEST_CASE("a timeout stops everything in the container") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("trap '' TERM; sleep 1000 & sleep 1000");
  spec.timeout_ms = 50;
  try {
    Sandbox::run(spec);
    FAIL("ended by itself");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::cancelled);
    CHECK_THAT(error.message(), Catch::Contains("after 50 ms"));
  }
}

TEST_CASE("a cancelled token stops a run, and the next does not start") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  CancelToken token;
  std::thread later([&] {
    ::usleep(50'000);
    token.cancel();
  });
  CHECK_THROWS_WITH(Sandbox::run(sandbox.script("sleep 1000"), &token),
                    Catch::Contains("cancelled"));
  later.join();
  CHECK_THROWS_WITH(Sandbox::run(sandbox.script("touch /started"), &token),
                    Catch::Contains("cancelled"));
  CHECK(sandbox.upper_entries() == std::vector<std::string>{});
}

TEST_CASE("signals are passed on to the process") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  const std::pair<Fd, Fd> pipe = make_pipe();
  RunHooks hooks;
  hooks.signals = pipe.first.get();
  hooks.output = [&](OutputStream, std::string_view) {
    const std::byte signal{SIGUSR1};
    write_full(pipe.second.get(), {&signal, 1});
  };
  const RunSpec spec =
      sandbox.script("trap 'exit 7' USR1; echo ready; while true; do sleep 0.01; done");
  CHECK(NativeRunner(test_mapping()).run(spec, hooks).code == 7);
}

TEST_CASE("killing the process that runs a container kills the container") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  auto [read, write] = make_pipe();
  std::fflush(nullptr);
  const pid_t runner = ::fork();
  if (runner == 0) {
    read.reset();
    RunSpec spec = sandbox.script("echo x; trap '' TERM HUP; sleep 1000 & sleep 1000");
    spec.stdio.out = write.get();
    try {
      Sandbox::run(spec);
    } catch (...) {
    }
    ::_exit(0);
  }
  write.reset();
  char text[3] = {};
  REQUIRE(read_some(read.get(), std::as_writable_bytes(std::span(text))) == 2);
  ::kill(runner, SIGKILL);
  // the end comes when nobody holds the pipe any more
  CHECK(read_some(read.get(), std::as_writable_bytes(std::span(text))) == 0);
  int status = 0;
  ::waitpid(runner, &status, 0);
  CHECK(exit_status(status).signal == SIGKILL);
}

TEST_CASE("several runs at once do not disturb one another") {
  REQUIRE_CONTAINERS();
  const Sandbox sandboxes[4];
  std::vector<std::thread> threads;
  std::vector<std::string> outputs(4);
  test_mapping();
  for (std::size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        outputs[i] += sandboxes[i].sh("echo " + std::to_string(i)).out;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string line = std::to_string(i) + "\n";
    CHECK(outputs[i] == line + line + line + line + line);
  }
}

TEST_CASE("a specification that makes no sense is refused") {
  struct Row {
    RunSpec spec;
    std::string message;
  };
  const Row rows[] = {
      {{.argv = {}}, "without a program"},
      {{.argv = {""}}, "without a program"},
      {{.argv = {"a", std::string("b\0c", 3)}}, "zero byte"},
      {{.argv = {"a"}, .env = {std::string("b=\0", 3)}}, "zero byte"},
      {{.argv = {"a"}}, "needs a lower directory"},
  };
  for (const Row& row : rows) {
    CHECK_THROWS_WITH(NativeRunner(IdMapping{}).run(row.spec, {}), Catch::Contains(row.message));
  }
}

}  // namespace
}  // namespace lade::builder
