// Never ends: shows that a run stops at its instruction limit, at the same instruction on every machine.
int main(void) {
  volatile unsigned counter = 0;
  for (;;) counter++;
}
