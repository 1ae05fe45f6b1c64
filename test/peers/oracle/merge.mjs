// The parts of an event, merged: the strings of one member are joined, array elements are merged by `at`, all else counts
// once. The result must be the line that a large buffer gives.
//
// An event may tell an answer and an error. Each is handed out in parts of its own, so each is merged by itself, and
// stands where its last part stood. A bad event drops what is open: what it handed out before depends on the memory.

const ANSWERS = ['chat.chunk', 'chat.completion', 'text.completion'];
const familyOf = (line) => (ANSWERS.includes(line.kind) ? 'answer' : line.kind);
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const holdsElements = (array) => array.every((element) => isObject(element) && 'at' in element);

class Merger {
  faults = [];

  value(path, old, added) {
    if (old === undefined || (old === null && added !== null)) return this.first(path, added);
    if (typeof old === 'string' && typeof added === 'string') return old + added;
    if (isObject(old) && isObject(added)) return this.object(path, old, added);
    if (Array.isArray(old) && Array.isArray(added) && holdsElements(old) && holdsElements(added))
      return added.reduce((elements, element) => this.element(path, elements, element), old);
    if (JSON.stringify(old) !== JSON.stringify(added))
      this.faults.push(`${path}: the parts disagree: ${JSON.stringify(old)}, then ${JSON.stringify(added)}`);
    return old;
  }

  // Also a first value goes through here, since two elements of one array in one part may have the same position.
  first(path, value) {
    if (Array.isArray(value) && value.length > 0 && holdsElements(value))
      return value.reduce((elements, element) => this.element(path, elements, element), []);
    if (isObject(value)) return this.object(path, {}, value);
    return value;
  }

  object(path, old, added) {
    const merged = { ...old };
    for (const [name, value] of Object.entries(added)) {
      // A part that ends before the element's own `index` can only say the position; the last part knows.
      if (name === 'at' || (name === 'index' && 'at' in added)) merged[name] = value;
      else merged[name] = this.value(`${path}.${name}`, merged[name], value);
    }
    return merged;
  }

  element(path, elements, added) {
    const found = elements.findIndex((element) => element.at === added.at);
    if (found < 0) return [...elements, this.object(`${path}[${added.at}]`, {}, added)];
    return elements.map((element, i) => (i === found ? this.object(`${path}[${added.at}]`, element, added) : element));
  }

  // Positions have done their work: they must count from 0 without a gap, and are taken away.
  settle(path, value) {
    if (Array.isArray(value)) {
      if (value.length > 0 && value.every(isObject)) {
        const held = holdsElements(value);
        if (held && value.some((element, i) => element.at !== i))
          this.faults.push(`${path}: positions are ${value.map((element) => element.at).join(', ')}`);
      }
      return value.map((element, i) => this.settle(`${path}[${i}]`, element));
    }
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => name !== 'at')
        .map(([name, member]) => [name, this.settle(`${path}.${name}`, member)]),
    );
  }
}

// Gives { lines, faults }: the items of a stream without parts, and what was wrong with the parts.
export function merge(lines) {
  const merged = [];
  const faults = [];
  const open = new Map(); // family: its line so far and its merger
  for (const [number, line] of lines.entries()) {
    const family = familyOf(line);
    const { part = 'whole', ...item } = line;
    const fault = (text) => faults.push(`line ${number + 1}: ${text}`);
    if (line.kind === 'bad' || line.kind === 'end') {
      if (line.kind === 'end' && open.size > 0) fault('the end comes before the last part');
      open.clear();
      merged.push(item);
      continue;
    }
    const begins = part === 'whole' || part === 'first';
    if (begins === open.has(family)) fault(`part ${part} ${begins ? 'while an event is open' : 'of no event'}`);
    if (begins || !open.has(family)) open.set(family, { merger: new Merger(), item: {} });
    const entry = open.get(family);
    // The kind may become clear only in a later part: the last one knows.
    entry.item = { ...entry.merger.value('', entry.item, { ...item, kind: '' }), kind: item.kind };
    if (part !== 'whole' && part !== 'last') continue;
    merged.push(entry.merger.settle('', entry.item));
    entry.merger.faults.forEach(fault);
    open.delete(family);
  }
  return { lines: merged, faults };
}
