    int in, out; /* file descriptors that do not block */
