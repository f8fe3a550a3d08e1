// A Containerfile, parsed, understood, expanded and checked; and its text as one word.
#include <cstddef>
#include <cstdint>
#include <string>

#include "builder/containerfile/check.h"
#include "builder/containerfile/containerfile.h"
#include "builder/containerfile/parser.h"
#include "libimage/base/error.h"

namespace {

const lade::containerfile::Variables variables = {
    {"PWD", "/home"}, {"NULL", ""}, {"LONG", "a/b.c/d.e.f\n two words "}};

template <class Action>
void attempt(Action action) {
  try {
    action();
  } catch (const lade::Error&) {
    // refusing is fine; anything else ends the run
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lade::containerfile;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Lookup lookup = lookup_in(variables);
  attempt([&] { dump(parse_lines(Source("Containerfile", text))); });
  attempt([&] { check(parse_containerfile("Containerfile", text)); });
  attempt([&] {
    Containerfile file = parse_containerfile("Containerfile", text);
    for (Stage& stage : file.stages) {
      for (Instruction& instruction : stage.instructions) {
        attempt([&] { expand(file, instruction, lookup); });
      }
    }
  });
  attempt([&] { expand_word(text, lookup); });
  attempt([&] { expand_word(text, lookup, {.escape = '`', .keep_quotes = true}); });
  attempt([&] { expand_word(text, lookup, {.keep_escapes = true, .keep_unset = true}); });
  return 0;
}
