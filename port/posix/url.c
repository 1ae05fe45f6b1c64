/* URLs; see url.h. */
#include "url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char endpoint[] = "/chat/completions";

static const struct {
    const char *name;
    bool tls;
    uint16_t port;
} schemes[] = {{"http", false, 80}, {"https", true, 443}};

/* A part of the text. */
typedef struct span {
    const char *at;
    size_t length;
} span;

static bool equals(span part, const char *word)
{
    return part.length == strlen(word) && strncasecmp(part.at, word, part.length) == 0;
}

/* Takes what stands in front of the first of these bytes off the text. */
static span take_until(const char **text, const char *stops)
{
    span part = {*text, strcspn(*text, stops)};
    *text += part.length;
    return part;
}

static bool has_forbidden_byte(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text <= ' ' || *text == 0x7f)
            return true;
    return false;
}

static const char *parse_scheme(const char **text, url *parsed)
{
    const char *mark = strstr(*text, "://");
    span name = {"http", 4};
    bool told = mark != NULL && strcspn(*text, ":/?#") == (size_t)(mark - *text);
    if (told) {
        name = (span){*text, (size_t)(mark - *text)};
        *text = mark + 3;
    }
    bool misspelt = !told && (strncasecmp(*text, "http:", 5) == 0 || strncasecmp(*text, "https:", 6) == 0);
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0] && !misspelt; i++) {
        if (equals(name, schemes[i].name)) {
            parsed->tls = schemes[i].tls;
            parsed->port = schemes[i].port;
            return NULL;
        }
    }
    return "it begins with neither http:// nor https://";
}

static const char *parse_host(span host, url *parsed)
{
    bool bracketed = host.length > 0 && host.at[0] == '[';
    if (host.length == 0 || (bracketed && (host.length < 3 || host.at[host.length - 1] != ']')))
        return "it names no host";
    if (host.length >= URL_HOST_SIZE)
        return "its host is too long";
    memcpy(parsed->host, host.at, host.length);
    parsed->host[host.length] = '\0';
    if (bracketed)
        host = (span){host.at + 1, host.length - 2};
    memcpy(parsed->name, host.at, host.length);
    parsed->name[host.length] = '\0';
    return NULL;
}

/* The digits behind the colon; there may be none, which means the scheme's own port. */
static const char *parse_port(span digits, url *parsed)
{
    unsigned long port = 0;
    for (size_t i = 0; i < digits.length; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9')
            return "its port is no number";
        port = port * 10 + (unsigned long)(digits.at[i] - '0');
        if (port > 65535)
            return "its port is above 65535";
    }
    if (digits.length > 0 && port == 0)
        return "its port is 0";
    if (digits.length > 0 && port != parsed->port)
        parsed->port = parsed->told_port = (uint16_t)port;
    return NULL;
}

/* host, host:port, [address], [address]:port */
static const char *parse_authority(span authority, url *parsed)
{
    if (memchr(authority.at, '@', authority.length) != NULL)
        return "it holds a user name or password: give a key through the environment";
    const char *bracket = memchr(authority.at, ']', authority.length);
    size_t skipped = bracket != NULL ? (size_t)(bracket - authority.at) : 0;
    const char *colon = memchr(authority.at + skipped, ':', authority.length - skipped);
    span host = {authority.at, colon != NULL ? (size_t)(colon - authority.at) : authority.length};
    const char *problem = parse_host(host, parsed);
    if (problem == NULL && colon != NULL)
        problem = parse_port((span){colon + 1, authority.length - host.length - 1}, parsed);
    snprintf(parsed->service, sizeof parsed->service, "%u", (unsigned)parsed->port);
    return problem;
}

static const char *parse_path(span path, span query, url *parsed)
{
    static const char version[] = "/v1";
    size_t tail = sizeof endpoint - 1;
    while (path.length > 0 && path.at[path.length - 1] == '/')
        path.length--;
    if (path.length == 0)
        path = (span){version, sizeof version - 1};
    bool complete = path.length >= tail && memcmp(path.at + path.length - tail, endpoint, tail) == 0;
    int length = snprintf(parsed->path, sizeof parsed->path, "%.*s%s%.*s", (int)path.length, path.at,
                          complete ? "" : endpoint, (int)query.length, query.at);
    return length < URL_PATH_SIZE ? NULL : "its path is too long";
}

const char *url_parse(const char *text, url *parsed)
{
    memset(parsed, 0, sizeof *parsed);
    if (has_forbidden_byte(text) || strlen(text) > URL_HOST_SIZE + URL_PATH_SIZE)
        return "it holds a blank, or is too long";
    const char *problem = parse_scheme(&text, parsed);
    if (problem != NULL)
        return problem;
    span authority = take_until(&text, "/?#");
    span path = take_until(&text, "?#");
    span query = take_until(&text, "#");
    problem = parse_authority(authority, parsed);
    return problem != NULL ? problem : parse_path(path, query, parsed);
}
