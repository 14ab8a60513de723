#!/usr/bin/env node
// read.mjs VAULT --passphrase-fd N [--member NAME] [--now MS] [--trace]: verifies, opens a member's slot, prints what
// that member may read, a JSON object a line. Exit: as verify.mjs; 4 wrong passphrase; 5 a part that does not fit.
import { fstatSync, openSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FileSource } from './src/layout.mjs';
import { printLine } from './src/plain.mjs';
import { read, WRONG_PASSPHRASE } from './src/reading.mjs';

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'passphrase-fd': { type: 'string' }, member: { type: 'string' }, now: { type: 'string' }, trace: { type: 'boolean' },
    },
  });
  if (positionals.length !== 1 || !values['passphrase-fd']) throw new Error('a vault and --passphrase-fd are needed');
  const passphrase = readFileSync(Number(values['passphrase-fd']), 'utf8').replace(/\r?\n$/, '');
  const fd = openSync(positionals[0], 'r');
  const { exit, report, lines } = await read(new FileSource(fd, fstatSync(fd).size), {
    passphrase, member: values.member, now: values.now ?? Date.now(),
    trace: values.trace ? (name, fields) => printLine({ trace: name, ...fields }) : undefined,
  });
  if (exit === WRONG_PASSPHRASE) process.stderr.write('the passphrase opens no slot\n');
  if (exit === 1 || exit === 2) printLine(report);
  lines.forEach(printLine);
  return exit;
}

main().then((code) => { process.exitCode = code; }, (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 3;
});
