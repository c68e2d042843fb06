// Does not compile: shows what a caller sees of a failed build.
#include <stdio.h>

int main(void) {
  printf("%d\n", undeclared_variable);
  return 0;
}
