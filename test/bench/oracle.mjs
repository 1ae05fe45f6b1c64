// What each body must give, by JSON.parse: the values of values.h.

class Values {
  checksum = 0xcbf29ce484222325n;
  events = 0;
  textBytes = 0;
  integers = 0;

  fold(bytes) {
    for (const byte of bytes) this.checksum = BigInt.asUintN(64, (this.checksum ^ BigInt(byte)) * 0x100000001b3n);
  }

  integer(value) {
    const number = typeof value === 'number' ? Math.trunc(value) : 0;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(number));
    this.fold(bytes);
    this.integers = (this.integers + number) % 2 ** 32;
  }

  text(value) {
    const length = Buffer.from([255, 255, 255, 255]);
    const bytes = typeof value === 'string' ? Buffer.from(value) : null;
    if (bytes) length.writeUInt32LE(bytes.length);
    this.fold(length);
    if (bytes) this.fold(bytes);
    this.textBytes += bytes?.length ?? 0;
  }
}

function takeChoice(to, choice) {
  const calls = Array.isArray(choice.delta?.tool_calls) ? choice.delta.tool_calls : [];
  to.integer(choice.index);
  to.text(choice.delta?.role);
  to.text(choice.delta?.content);
  to.text(choice.finish_reason);
  to.integer(calls.length);
  for (const call of calls) {
    to.integer(call.index);
    to.text(call.id);
    to.text(call.function?.name);
    to.text(call.function?.arguments);
  }
}

function takeEvent(to, event) {
  if (!Array.isArray(event?.choices)) return;
  to.events++;
  to.text(event.id);
  to.text(event.model);
  to.integer(event.created);
  to.integer(event.choices.length);
  for (const choice of event.choices) takeChoice(to, choice);
  const usage = event.usage ?? null;
  to.integer(usage ? 1 : 0);
  if (!usage) return;
  for (const name of ['prompt_tokens', 'completion_tokens', 'total_tokens']) to.integer(usage[name]);
  to.integer(usage.prompt_tokens_details?.cached_tokens);
  to.integer(usage.completion_tokens_details?.reasoning_tokens);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an event that is no JSON counts for nothing
  }
}

// {checksum, events, sums} of a body; checksum and sums as the contestants print them.
export function expected(bytes) {
  const to = new Values();
  for (const event of bytes.toString().replace(/^\ufeff/, '').split(/\r?\n\r?\n/)) {
    const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
    if (lines.length === 0) continue;
    const text = lines.map((line) => line.replace(/^data: ?/, '')).join('\n');
    if (text === '[DONE]') break;
    takeEvent(to, parsed(text));
  }
  const checksum = to.checksum.toString(16).padStart(16, '0');
  return { checksum, events: to.events, sums: `${to.events} ${to.textBytes} ${to.integers}` };
}
