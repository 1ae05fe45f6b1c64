# As ESP-IDF's for an ESP32-C3, with Debian's compiler.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_C_FLAGS_INIT "-march=rv32imc -mabi=ilp32 --specs=picolibc.specs -Os -Wall -Wextra -Werror")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
