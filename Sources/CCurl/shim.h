#pragma once
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

// Swift cannot call variadic functions, so each kind of option has a function of its own.

static inline CURLcode usher_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode usher_curl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode usher_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode usher_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode usher_curl_on_debug(CURL *handle, curl_debug_callback callback, void *context) {
    curl_easy_setopt(handle, CURLOPT_DEBUGDATA, context);
    curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, callback);
    return curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
}

static inline CURLcode usher_curl_on_read(CURL *handle, curl_read_callback callback, void *context) {
    curl_easy_setopt(handle, CURLOPT_READDATA, context);
    return curl_easy_setopt(handle, CURLOPT_READFUNCTION, callback);
}

static inline CURLcode usher_curl_on_progress(CURL *handle, curl_xferinfo_callback callback, void *context) {
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, callback);
    return curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

static inline CURLcode usher_curl_on_request(CURL *handle, curl_prereq_callback callback, void *context) {
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, context);
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
}

static inline CURLcode usher_curl_on_socket(
    CURL *handle, curl_sockopt_callback opened, curl_closesocket_callback closed, void *context) {
    curl_easy_setopt(handle, CURLOPT_SOCKOPTDATA, context);
    curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, opened);
    curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, context);
    return curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, closed);
}

static inline CURLcode usher_curl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

// Ends the talk on a socket that the library still owns: whatever waits on it gets an end of file.
static inline void usher_socket_stop(int socket) { shutdown(socket, SHUT_RDWR); }

static inline int usher_socket_close(int socket) { return close(socket); }
