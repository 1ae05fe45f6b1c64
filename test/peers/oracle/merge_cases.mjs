// The merge is what the memory tests stand on, so it has cases of its own. `faults`: how many complaints it must make.
const chunk = (part, members) => ({ kind: 'chat.chunk', ...members, part });
const choice = (members) => ({ choices: [{ at: 0, index: 0, ...members }] });
const whole = (members) => ({ kind: 'chat.chunk', ...members });
const end = { kind: 'end', reason: 'done' };

export const mergeCases = [
  {
    name: 'strings are joined, scalars count once',
    parts: [
      chunk('first', { id: 'a', created: 1, ...choice({ delta: { content: 'x' } }) }),
      chunk('middle', { created: 1, ...choice({ delta: { content: 'y' } }) }),
      chunk('last', { created: 1, ...choice({ delta: { content: 'z' }, finish_reason: null }) }),
      end,
    ],
    lines: [whole({ id: 'a', created: 1, choices: [{ index: 0, delta: { content: 'xyz' }, finish_reason: null }] }), end],
  },
  {
    name: 'elements are merged by position; the last index counts',
    parts: [
      chunk('first', { choices: [{ at: 0, index: 0 }, { at: 1, index: 1, text: 'a' }] }),
      chunk('last', { choices: [{ at: 1, index: 7, text: 'b' }, { at: 2, index: 2 }] }),
    ],
    lines: [whole({ choices: [{ index: 0 }, { index: 7, text: 'ab' }, { index: 2 }] })],
  },
  {
    name: 'a position that is missing is found',
    parts: [chunk('first', { choices: [{ at: 0, index: 0 }] }), chunk('last', { choices: [{ at: 2, index: 2 }] })],
    lines: [whole({ choices: [{ index: 0 }, { index: 2 }] })],
    faults: 1,
  },
  {
    name: 'numbers that disagree are found',
    parts: [chunk('first', { created: 1 }), chunk('last', { created: 2 })],
    lines: [whole({ created: 1 })],
    faults: 1,
  },
  {
    name: 'arrays without positions count once',
    parts: [chunk('first', { bytes: [1, 2] }), chunk('last', { id: 'a' })],
    lines: [whole({ bytes: [1, 2], id: 'a' })],
  },
  {
    name: 'null, then a text under another name of the same member',
    parts: [chunk('first', { a: null }), chunk('last', { a: 'x' })],
    lines: [whole({ a: 'x' })],
  },
  {
    name: 'answer and error of one event are merged apart',
    parts: [
      chunk('first', { id: 'a' }),
      { kind: 'error', message: 'x', part: 'first' },
      chunk('last', { model: 'm' }),
      { kind: 'error', message: 'y', part: 'last' },
    ],
    lines: [whole({ id: 'a', model: 'm' }), { kind: 'error', message: 'xy' }],
  },
  {
    name: 'a bad event drops what it handed out before',
    parts: [chunk('first', { id: 'a' }), { kind: 'bad', reason: 'json', offset: 9 }, chunk('whole', { id: 'b' })],
    lines: [{ kind: 'bad', reason: 'json', offset: 9 }, whole({ id: 'b' })],
  },
  {
    name: 'a part of no event, and an event without an end, are found',
    parts: [chunk('middle', { id: 'a' }), end],
    lines: [end],
    faults: 2,
  },
];
