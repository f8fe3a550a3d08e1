#include "cmd/output/table.h"

#include <catch2/catch.hpp>

using namespace lade::cmd;

TEST_CASE("a table is as wide as its widest cells, three blanks between columns") {
  Table table({"NAME", "SIZE"});
  table.add({"a-long-name", "1 kB"});
  table.add({"b", "20 kB"});
  CHECK(table.text() ==
        "NAME          SIZE\n"
        "a-long-name   1 kB\n"
        "b             20 kB\n");
}

TEST_CASE("a table without rows is its header") {
  CHECK(Table({"NAME", "SIZE"}).text() == "NAME   SIZE\n");
  CHECK(Table().text().empty());
}

TEST_CASE("a column can be aligned to the right") {
  Table table;
  table.align_right(0);
  table.add({"7", "a"});
  table.add({"1000", "b"});
  CHECK(table.text() == "   7   a\n1000   b\n");
}

TEST_CASE("a cell cannot send commands to the terminal") {
  Table table;
  table.add({"a\x1b[31mb\nc"});
  CHECK(table.text() == "a\\x1b[31mb\\x0ac\n");
}

TEST_CASE("rows may have fewer cells than others") {
  Table table({"A", "B", "C"});
  table.add({"1"});
  CHECK(table.text() == "A   B   C\n1\n");
}

TEST_CASE("width counts columns of the terminal, not bytes") {
  CHECK(width_of("") == 0);
  CHECK(width_of("abc") == 3);
  CHECK(width_of("äöü") == 3);
  CHECK(width_of("日本") == 4);
  CHECK(width_of("e\xCC\x81") == 1);
  CHECK(width_of("\xFF\xC3") == 2);
}

TEST_CASE("text is shortened to a width, never in the middle of a character") {
  CHECK(shorten("abc", 3) == "abc");
  CHECK(shorten("abcd", 3) == "ab…");
  CHECK(shorten("日本語", 4) == "日…");
  CHECK(shorten("ääää", 3) == "ää…");
  CHECK(shorten("abc", 0).empty());
}
