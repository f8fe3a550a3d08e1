#include "sbom/license/dep5.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sbom/license/copyright_holder.h"

namespace lade::sbom {
namespace {

constexpr const char* example = R"(# a comment
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: X Solitaire
Source: ftp://ftp.example.com/pub/games
Copyright: Copyright 1998 John Doe <jdoe@example.com>
License: GPL-2+
 This program is free.
 .
   * indented
 .

Files: *
Copyright: 1998 John Doe <jdoe@example.com>
           1999, 2001 Jane
License: GPL-2+

files: debian/* debian/a\*b
	src/x.?
copyright: 2008 Dr. X
license: Expat or ISC
Comment: nothing
junk without colon

License: ISC
 The text of the ISC licence.
)";

TEST_CASE("a machine-readable file is read into its paragraphs") {
  const auto dep5 = find_dep5(example);
  REQUIRE(dep5);
  CHECK(dep5->upstream_name == "X Solitaire");
  CHECK(dep5->source == "ftp://ftp.example.com/pub/games");
  CHECK(dep5->copyrights == std::vector<std::string>{"Copyright 1998 John Doe <jdoe@example.com>"});
  REQUIRE(dep5->license);
  CHECK(dep5->license->name == "GPL-2+");
  CHECK(dep5->license->text == "This program is free.\n\n  * indented\n\n");
  REQUIRE(dep5->files.size() == 2);
  CHECK(dep5->files[0].patterns == std::vector<std::string>{"*"});
  CHECK(dep5->files[0].copyrights ==
        std::vector<std::string>{"1998 John Doe <jdoe@example.com>", "1999, 2001 Jane"});
  CHECK(dep5->files[1].patterns == std::vector<std::string>{"debian/*", "debian/a\\*b", "src/x.?"});
  CHECK(dep5->files[1].license.name == "Expat or ISC");
  CHECK(dep5->files[1].license.text.empty());
  REQUIRE(dep5->licenses.size() == 1);
  CHECK(dep5->text_of("isc") == "The text of the ISC licence.\n");
  CHECK(dep5->text_of("GPL-3").empty());
}

TEST_CASE("the last paragraph that matches a path is the one that counts") {
  const auto dep5 = find_dep5(example);
  REQUIRE(dep5);
  const auto license_of = [&](std::string_view path) {
    const Dep5Files* const files = dep5->find_files(path);
    return files == nullptr ? "" : files->license.name;
  };
  CHECK(license_of("main.c") == "GPL-2+");
  CHECK(license_of("debian/rules") == "Expat or ISC");
  CHECK(license_of("debian/patches/a") == "Expat or ISC");
  CHECK(license_of("src/x.c") == "Expat or ISC");
  CHECK(license_of("src/x.cc") == "GPL-2+");
  CHECK(find_dep5("Format: x\n\nFiles: a\nLicense: MIT\n")->find_files("b") == nullptr);
}

TEST_CASE("patterns of Files match as the format says") {
  struct Row {
    std::string_view pattern;
    std::string_view path;
    bool matches;
  };
  for (const Row& row : {
           Row{"*", "", true},       {"*", "a/b/c", true},
           {"a*", "a/b/c", true},    {"*.c", "x/y.c", true},
           {"*.c", "x/y.cc", false}, {"a?c", "abc", true},
           {"a?c", "a/c", true},     {"a?c", "ac", false},
           {"a\\*c", "a*c", true},   {"a\\*c", "abc", false},
           {"a\\?c", "a?c", true},   {"a\\\\c", "a\\c", true},
           {"", "", true},           {"", "a", false},
           {"a", "", false},         {"*a*b*", "xxaxxbxx", true},
           {"*a*b", "xaxbx", false}, {"a**", "a", true},
           {"a\\", "a\\", true},
       }) {
    INFO(row.pattern << " " << row.path);
    CHECK(matches_dep5(row.pattern, row.path) == row.matches);
  }
  CHECK_FALSE(matches_dep5(std::string(2000, '*') + "b", std::string(2000, 'a')));
}

TEST_CASE("what is not machine-readable is told from what is") {
  for (const std::string_view text : {"", "\n\n", "This is a package.\n", "Name: x\nLicense: MIT\n",
                                      " Format: x\n", "#Format: x\n"}) {
    INFO(text);
    CHECK_FALSE(find_dep5(text));
  }
  CHECK(find_dep5("\n\nFormat: x"));
  CHECK(find_dep5("format-specification: x\r\n\r\nFiles: *\r\nLicense: MIT\r\n")->files.size() ==
        1);
}

TEST_CASE("hostile copyright files are read within bounds") {
  std::string many = "Format: x\n";
  for (int i = 0; i < 200'000; ++i) many += "\nFiles: a\nLicense: MIT\n";
  CHECK(find_dep5(many)->files.size() < Dep5::paragraph_limit);
  CHECK(
      find_dep5("Format: x\n" + std::string(1'000'000, ' ') + "\n" + std::string(1'000'000, ':')));
  std::string longest = "Format: ";
  longest.resize(Dep5::text_limit_bytes + 1000, 'x');
  CHECK(find_dep5(longest));
}

TEST_CASE("holders are named without the word, the sign and the years") {
  struct Row {
    std::string_view statement;
    std::string_view holder;
  };
  for (const Row& row : {
           Row{"Copyright (C) 1999-2003, 2005 Jane Doe <jane@example.com>",
               "Jane Doe <jane@example.com>"},
           {"1998, John Doe", "John Doe"},
           {"2001-02 A", "A"},
           {"\xc2\xa9 2020\xe2\x80\x93"
            "2024 B GmbH",
            "B GmbH"},
           {"(c) Copyright 2010 by C, Inc. All Rights Reserved.", "C, Inc"},
           {"Copyright: 2019 - present D", "D"},
           {"2020 3M Company", "3M Company"},
           {"1999", ""},
           {"Copyright", ""},
           {"", ""},
       }) {
    INFO(row.statement);
    CHECK(find_copyright_holder(row.statement).value_or("") == row.holder);
  }
  CHECK(copyright_holders_in("/*\n * Copyright (c) 2001 Zed\n * Copyright 2002 Ann\n"
                             "# Copyright (C) 2003, Ann\nThe copyright notice\n"
                             "Copyright law is hard\n") == std::vector<std::string>{"Ann", "Zed"});
}

}  // namespace
}  // namespace lade::sbom
