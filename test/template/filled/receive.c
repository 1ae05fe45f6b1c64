    struct pollfd wait = {line->in, POLLIN, 0};
    poll(&wait, 1, (int)(wait_ms < 1000 ? wait_ms : 1000));
    ssize_t moved = read(line->in, bytes, size);
    if (moved > 0)
        return (int32_t)moved;
    if (moved == 0)
        return RILL_PORT_CLOSED;
    return errno == EAGAIN ? 0 : RILL_PORT_BUS;
