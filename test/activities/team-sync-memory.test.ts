import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withSyncedTeam } from './synced-team.ts';

const PROGRAMME = fileURLToPath(new URL('./fixtures/list-and-compare.ts', import.meta.url));

/** A log of 60 days in three pages for the small team, thirty for the big one. */
const SPARSE = { generatedEventsPerMemberDay: 0.03 };

type Measured = {
  members: number;
  events: number;
  peakHeapBytes: number;
  peakRssBytes: number;
  durationMs: number;
};

/** @param members size of the simulated team, which lives in this process, unlike the sync */
async function measure(members: number): Promise<Measured> {
  let measured: Measured | undefined;
  await withSyncedTeam(
    { teamSize: members, settings: SPARSE },
    async ({ url, simulator, accessToken, connectionId }) => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--import=tsx',
        '--expose-gc',
        PROGRAMME,
        url,
        simulator.origin,
        accessToken,
        connectionId,
      ]);
      measured = JSON.parse(stdout) as Measured;
    },
  );
  assert.equal(measured?.members, members);
  return measured;
}

describe('the memory that a sync takes', function () {
  this.timeout(180_000);

  it('is the same for 20,000 members as for 2,000, within a fifth', async () => {
    const small = await measure(2_000);
    const big = await measure(20_000);
    const said = `${JSON.stringify(small)} ${JSON.stringify(big)}`;
    assert.ok(big.events > 8 * small.events, said);
    assert.ok(big.peakHeapBytes < small.peakHeapBytes * 1.2, said);
    assert.ok(big.peakRssBytes < small.peakRssBytes * 1.2, said);
  });
});
