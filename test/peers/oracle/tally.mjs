// Counts checks, and says which failed and why.
export function newTally(longest) {
  const tally = { passed: 0, failed: 0 };

  // One check: passes where there are no complaints.
  tally.check = (name, complaints) => {
    if (complaints.length === 0) {
      tally.passed++;
      return;
    }
    tally.failed++;
    console.log(`FAIL ${name}`);
    for (const line of complaints.slice(0, longest)) console.log(`  ${line}`);
    if (complaints.length > longest) console.log(`  ... and ${complaints.length - longest} more`);
  };

  // Ends the program.
  tally.close = () => {
    console.log(`${tally.passed} passed, ${tally.failed} failed`);
    process.exit(tally.failed === 0 ? 0 : 1);
  };
  return tally;
}
