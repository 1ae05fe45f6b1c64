// The way out of transparent data: three escape characters, with silence before and behind (the guard time).
export class Escape {
  constructor({ character = '+', guardMs = 1000, pass, escaped }) {
    Object.assign(this, { byte: character.charCodeAt(0), guardMs, pass, escaped });
    this.held = 0;
    this.last = -Infinity; // when the last byte that was data came
  }

  feed(bytes) {
    clearTimeout(this.timer);
    const now = performance.now();
    const begins = this.held > 0 || now - this.last >= this.guardMs;
    if (begins && this.held + bytes.length <= 3 && bytes.every((byte) => byte === this.byte)) {
      this.held += bytes.length;
      this.timer = setTimeout(() => this.#silence(), this.guardMs);
      return;
    }
    this.last = now;
    this.pass(Buffer.concat([this.#release(), bytes]));
  }

  stop() {
    clearTimeout(this.timer);
  }

  #silence() {
    if (this.held === 3) this.escaped();
    else this.pass(this.#release());
  }

  #release() {
    const bytes = Buffer.alloc(this.held, this.byte);
    this.held = 0;
    return bytes;
  }
}
