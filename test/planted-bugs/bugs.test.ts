import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../src/main/project-folder.ts';
import { PLANTED_BUGS } from './bugs.ts';

describe('the bugs to plant', () => {
  for (const { name, file, from, to, caughtBy } of PLANTED_BUGS) {
    it(`can still be planted: ${name}`, () => {
      const code = readFileSync(join(PROJECT_FOLDER, file), 'utf8');
      assert.equal(code.split(from).length, 2, `${file} holds it once: ${from}`);
      assert.notEqual(from, to);
      assert.ok(existsSync(join(PROJECT_FOLDER, caughtBy)), caughtBy);
    });
  }
});
