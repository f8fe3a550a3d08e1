#!/bin/sh
# Prints <, = or > for each line with two versions; the words hold nothing that Lua or rpm takes for
# more than a character.
pairs=$(awk '{ printf "{\"%s\",\"%s\"},", $1, $2 }')
rpm --eval "%{lua: for _, p in ipairs({$pairs}) do
  local c = rpm.vercmp(p[1], p[2])
  print((c < 0 and '<' or c > 0 and '>' or '=') .. '\\n')
end}"
