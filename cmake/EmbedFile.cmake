# cmake -DINPUT=… -DOUTPUT=… -DHEADER=… -DNAME=… -P EmbedFile.cmake
#
# Writes OUTPUT, a source file that defines NAME as a std::string_view of the bytes of INPUT.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\"\n\"" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${hex}")
file(SIZE ${INPUT} size)
file(WRITE ${OUTPUT}
  "#include \"${HEADER}\"\n\nconst std::string_view ${NAME}(\n\"${bytes}\", ${size});\n")
