#!/bin/sh
# Prints <, = or > for each line with two versions.
while read -r a b; do
  if dpkg --compare-versions "$a" lt "$b" 2>/dev/null; then
    echo '<'
  elif dpkg --compare-versions "$a" eq "$b" 2>/dev/null; then
    echo '='
  else
    echo '>'
  fi
done
