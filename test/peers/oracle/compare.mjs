// Compares two JSON values and says where they differ. `count` counts the leaves, so that the test can say how much it saw.
const show = (value) => {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
};

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

export function compare(rill, oracle, path, found) {
  if (Array.isArray(rill) && Array.isArray(oracle)) {
    if (rill.length !== oracle.length)
      found.differences.push({ path, rill: `${rill.length} elements`, oracle: `${oracle.length} elements` });
    for (let i = 0; i < Math.min(rill.length, oracle.length); i++) compare(rill[i], oracle[i], `${path}[${i}]`, found);
  } else if (isObject(rill) && isObject(oracle)) {
    for (const name of new Set([...Object.keys(rill), ...Object.keys(oracle)]))
      compare(rill[name], oracle[name], path ? `${path}.${name}` : name, found);
  } else {
    found.count++;
    if (!Object.is(rill, oracle)) found.differences.push({ path, rill: show(rill), oracle: show(oracle) });
  }
}

export const newFindings = () => ({ count: 0, differences: [] });
