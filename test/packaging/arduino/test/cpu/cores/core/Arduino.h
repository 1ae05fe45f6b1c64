// As much of Arduino's core as the library's example needs; Serial is stdin and stdout.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

void setup();
void loop();

struct Stdio {
  void begin(unsigned long) {}
  int available();
  int read();
  size_t write(const uint8_t *bytes, size_t length) { return fwrite(bytes, 1, length, stdout); }
};
extern Stdio Serial;
