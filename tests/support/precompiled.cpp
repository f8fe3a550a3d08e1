// Takes the precompiled header, and so makes CMake build it; main.cpp cannot, since it compiles
// Catch2's implementation.
