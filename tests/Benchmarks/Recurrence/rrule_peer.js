// Answers lines `rule|start|zone|after` (UTC only) with the next occurrence in seconds since 1970 and the microseconds that it takes from the rule's text on.
const { RRule } = require('rrule');

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];

for (const line of require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const [rule, start, , after] = line.split('|');
  const dtstart = new Date(start + 'Z');
  const moment = new Date(after + 'Z');
  const rounds = [];
  let next;
  for (let round = 0; round < 8; round++) {
    const began = process.hrtime.bigint();
    let calls = 0;
    let elapsed = 0;
    while (calls === 0 || elapsed < 1e8) {
      // Without its cache, which would answer from the call before.
      next = new RRule({ ...RRule.parseString(rule), dtstart }, true).after(moment);
      calls++;
      elapsed = Number(process.hrtime.bigint() - began);
    }
    if (round > 0) rounds.push(elapsed / calls / 1000);
  }
  console.log(next.getTime() / 1000, median(rounds));
}
