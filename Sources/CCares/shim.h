#pragma once
#include <ares.h>
#include <poll.h>

/// A channel that asks by UDP, and by TCP what UDP cut off; with no search list. It is freed by `ares_destroy`.
static inline int usher_ares_open(ares_channel *channel, int timeout_ms, int tries) {
    struct ares_options options = {0};
    options.flags = ARES_FLAG_NOSEARCH;
    options.timeout = timeout_ms;
    options.tries = tries;
    return ares_init_options(channel, &options, ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
}

/// TXT records (RFC 1035 section 3.3.14) of the Internet class.
static inline void usher_ares_ask_texts(ares_channel channel, const char *name, ares_callback callback, void *context) {
    ares_query(channel, name, 1, 16, callback, context);
}

/// Waits for the channel's sockets, at most so long, and lets it go on. False when it waits for nothing.
static inline int usher_ares_step(ares_channel channel, int timeout_ms) {
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    int bits = ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
    struct pollfd waits[ARES_GETSOCK_MAXNUM];
    nfds_t count = 0;
    for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
        short events = 0;
        if (ARES_GETSOCK_READABLE(bits, i)) events |= POLLIN;
        if (ARES_GETSOCK_WRITABLE(bits, i)) events |= POLLOUT;
        if (!events) break;
        waits[count].fd = sockets[i];
        waits[count].events = events;
        waits[count].revents = 0;
        count++;
    }
    if (!count) return 0;
    struct timeval most = {timeout_ms / 1000, (timeout_ms % 1000) * 1000}, own;
    struct timeval *wait = ares_timeout(channel, &most, &own);
    int ready = poll(waits, count, (int)(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000));
    if (ready <= 0) {
        ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        return 1;
    }
    for (nfds_t i = 0; i < count; i++) {
        short seen = waits[i].revents;
        if (!seen) continue;
        ares_process_fd(channel, seen & (POLLIN | POLLERR | POLLHUP) ? waits[i].fd : ARES_SOCKET_BAD,
                        seen & POLLOUT ? waits[i].fd : ARES_SOCKET_BAD);
    }
    return 1;
}
