#include <Arduino.h>

Stdio Serial;

static int ahead = EOF;  // a byte that available() has seen

int Stdio::available() {
  if (ahead == EOF) ahead = getchar();
  return ahead != EOF;
}

int Stdio::read() {
  int byte = available() ? ahead : EOF;
  ahead = EOF;
  return byte;
}

int main() {
  setup();
  while (!feof(stdin)) loop();
  return 0;
}
