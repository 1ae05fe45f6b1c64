    close(line->in);
    close(line->out);
