// Preloaded under valgrind: it writes into the mask that sigsuspend(2) is given, and libdispatch's lies in memory that
// cannot be written. Only what calls it from a shared library comes by here.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int sigsuspend(const sigset_t *mask) {
    sigset_t copy = *mask;
    return (int)syscall(SYS_rt_sigsuspend, &copy, 8);
}
