    struct pollfd wait = {line->out, POLLOUT, 0};
    poll(&wait, 1, (int)(wait_ms < 1000 ? wait_ms : 1000));
    ssize_t moved = write(line->out, bytes, length);
    if (moved >= 0)
        return (int32_t)moved;
    return errno == EAGAIN ? 0 : RILL_PORT_BUS;
