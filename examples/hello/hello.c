#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const char* greeting = getenv("GREETING");
  printf("%s, %s! I am process %d, user %d.\n", greeting ? greeting : "hello",
         argc > 1 ? argv[1] : "nobody", (int)getpid(), (int)getuid());
  return 0;
}
