/* kernel: what the image of this folder needs of an RTOS, so that each RTOS is one file. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtos.h"

/* The threads, highest priority first. Below them all runs image_idle(). */
enum kernel_thread { KERNEL_BEAT, KERNEL_DECODER, KERNEL_FEEDER, KERNEL_THREADS };

/* Sets the kernel up. Threads may be started afterwards, then comes kernel_run(), which does not return. */
void kernel_begin(void);
void kernel_start(enum kernel_thread which, void (*run)(void));
void kernel_run(void);

/* In the thread KERNEL_BEAT: sleeps until the next millisecond begins; not at all when it has begun already. */
void kernel_next_beat(void);
/* In a thread: sleeps. */
void kernel_sleep(uint32_t ms);

/* What port/rtos has for this RTOS; ready after kernel_begin(). */
extern const rill_rtos_system *const kernel_system;
extern void *const kernel_semaphore;
void kernel_wake(void); /* from a thread */

/* Bytes of a thread's stack that were ever used, and how many it has. */
size_t kernel_stack_used(enum kernel_thread which);
size_t kernel_stack_size(enum kernel_thread which);
size_t kernel_interrupt_stack_used(void);
uint32_t kernel_switches(void); /* from one thread to another, since kernel_begin() */

/* ---- what the kernel's file calls */

/* Every interrupt but the tick. True: the decoder is to be woken. */
bool image_interrupt(unsigned number);
/* In the tick's interrupt. True: as above. */
bool image_tick(void);
/* Nothing can run. Does not return. */
void image_idle(void);

/* The vector table is in vectors.c: interrupts and the tick come here. */
void kernel_interrupt(void);
void kernel_tick(void);

#endif
