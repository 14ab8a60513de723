#!/usr/bin/env node
// verify.mjs VAULT [--now MS] [--pin SEQ:HEADHEX:VAULTIDHEX]: verifies without a key, prints one line of JSON.
// Exit: 0 whole, 1 a finding, 2 not a vault or newer (3 for a wrong command line or an unreadable file).
import { closeSync, fstatSync, openSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FileSource } from './src/layout.mjs';
import { walk } from './src/walk.mjs';

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true, options: { now: { type: 'string' }, pin: { type: 'string' } },
  });
  if (positionals.length !== 1) throw new Error('one vault is needed');
  const [seq, head, vault] = values.pin?.toLowerCase().split(':') ?? [];
  if (values.pin && !(/^\d+$/.test(seq) && /^[0-9a-f]{64}$/.test(head) && /^[0-9a-f]{64}$/.test(vault))) {
    throw new Error('a pin is SEQ:HEADHEX:VAULTIDHEX');
  }
  const fd = openSync(positionals[0], 'r');
  const { report, exit } = walk(new FileSource(fd, fstatSync(fd).size), {
    now: values.now ?? Date.now(), pin: values.pin ? { seq: Number(seq), head, vault } : null,
  });
  closeSync(fd);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = exit;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 3;
}
