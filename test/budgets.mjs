// What rill may cost: test/budgets.txt has a line "name number" for each number that is measured. More than 2 % beyond it
// is a failure; less by as much is told, so that the budget follows.
import { readFileSync, writeFileSync } from 'node:fs';

const file = 'test/budgets.txt';
const MARGIN = 0.02;

const headOf = (text) => /^(#.*\n)*/.exec(text)[0];
const isLine = (line) => line !== '' && !line.startsWith('#');

export function read() {
  const lines = readFileSync(file, 'utf8').split('\n').filter(isLine);
  return new Map(lines.map((line) => [line.replace(/ +\S+$/, ''), Number(/\S+$/.exec(line)[0])]));
}

// Puts the numbers of now in place of the budgets of the same names.
export function write(measured) {
  const all = new Map([...read(), ...measured]);
  const width = Math.max(...[...all.keys()].map((name) => name.length));
  const lines = [...all].map(([name, number]) => `${name.padEnd(width)} ${number}\n`);
  writeFileSync(file, headOf(readFileSync(file, 'utf8')) + lines.join(''));
}

// Compares numbers by name with their budgets, and says what is wrong with them; gives how many are.
export function compare(measured) {
  const budgets = read();
  let wrong = 0;
  for (const [name, number] of measured) {
    const budget = budgets.get(name);
    if (budget === undefined || number > budget * (1 + MARGIN)) {
      wrong++;
      console.log(`${name}: ${number}, ${budget === undefined ? 'without a budget' : `beyond its budget of ${budget}`}`);
    } else if (number < budget * (1 - MARGIN)) {
      console.log(`${name}: ${number}; its budget of ${budget} can be lowered`);
    }
  }
  return wrong;
}
