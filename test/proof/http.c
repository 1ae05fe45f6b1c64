/* http: a response in two calls, cut in front of the window; then its end. */
#include "rill/http.h"
#include "window.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"

static const char *const heads[] = {
    "", "\r", "H", "HTTP/1.", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.1 200 O",
    "HTTP/1.1 200 OK\r", OK, OK "C", OK "Content-", OK "Content-Lengt", OK "Content-Length", OK "Content-Length:",
    OK "Content-Length: 1844674407370955161", OK "Content-Length: 1, ", OK "Content-Length: 1\r", OK "Content-Length: 1\r\n",
    OK "Content-Length: 1\r\n\r", OK "Content-Length: 1\r\n\r\n", OK "Content-Type: text/event-strea",
    OK "Content-Type: application", OK "Content-Type: application/jso", OK "Content-Type: a+", OK "Content-Type: a; ",
    OK "Retry-After: 1844674407370955161", OK "Retry-After: 1 ", OK "Content-Encoding: identit",
    OK "Transfer-Encoding: chunke", OK "Transfer-Encoding: chunked,",
    OK "x-request-id: 0123456789012345678901234567890123456789", OK "request-id: ",
    OK "request-id: 01234567890123456789012345678901234567", CHUNKED, CHUNKED "f", CHUNKED "fffffffffffffff",
    CHUNKED "1;", CHUNKED "1;a", CHUNKED "1;a ", CHUNKED "1;a=", CHUNKED "1;a=b", CHUNKED "1;a=\"", CHUNKED "1;a=\"\\",
    CHUNKED "1;a=\"b\"", CHUNKED "1 ", CHUNKED "1\r", CHUNKED "1\r\n", CHUNKED "1\r\nx", CHUNKED "1\r\nx\r", CHUNKED "0\r\n",
    CHUNKED "0\r\na:b\r\n", CHUNKED "0\r\n\r\n", "HTTP/1.1 100 \r\n\r\n", "HTTP/1.0 200\r\n", "HTTP/1.1 204 N\r\n\r",
    OK "a:b\r\n ",
};
enum { HEADS = sizeof heads / sizeof heads[0], MOST = 96 };

static void read(rill_http *http, const char *bytes, size_t length)
{
    rill_http_piece piece;
    while (rill_http_next(http, bytes, length, &piece) == RILL_OK) {
        size_t used = piece.used;
        if (piece.kind == RILL_HTTP_BODY) {
            rill_http_take(http, piece.length);
            used += piece.length;
        }
        bytes += used;
        length -= used;
    }
}

int main(void)
{
    static char bytes[MOST];
    for (size_t i = 0; i < HEADS; i++) {
        rill_http http;
        size_t length = put_window(bytes, heads[i]);
        rill_http_begin(&http);
        read(&http, bytes, length - WINDOW);
        read(&http, bytes + length - WINDOW, WINDOW);
        rill_http_close(&http);
        //@ slevel merge;
        ;
    }
    return 0;
}
