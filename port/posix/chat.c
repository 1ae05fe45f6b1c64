#include "commands.h"
int command_chat(const command_line *options) { (void)options; return EXIT_USAGE; }
