/** What somebody sees who has typed `npm start` and set nothing: every part is one of ours. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '../../src/main/ports.ts';
import { openBrowser } from '../support/browser.ts';
import { newDataDir, startWholeRun, type WholeRun } from '../support/whole-run.ts';
import { untilSeat } from './seat-of.ts';

const SEVEN_DAYS_MS = 7 * 86_400_000;

/** Waits for all of these words; the Temporal UI shows what people wrote in frames of its own. */
async function textOnce(page: Page, words: readonly string[]): Promise<string> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const texts = await Promise.all(
      page.frames().map((frame) => frame.textContent('body', { timeout: 2_000 }).catch(() => '')),
    );
    const text = texts.join('\n');
    const missing = words.filter((word) => !text.includes(word));
    if (missing.length === 0) return text;
    assert.ok(Date.now() < deadline, `not shown: ${missing.join(' | ')}`);
    await sleep(200);
  }
}

describe('npm start with nothing set', function () {
  this.timeout(120_000);
  let run: WholeRun;
  let browser: Browser;
  let place: Awaited<ReturnType<typeof newDataDir>>;

  before(async () => {
    place = await newDataDir();
    run = await startWholeRun({ dataDir: place.dataDir, port: await freePort() });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    const stopped = await run?.stop();
    await place?.remove();
    assert.deepEqual(stopped?.left, []);
  });

  it('brings a simulated team, which is connected by a click in a browser', async () => {
    assert.match(run.printed(), /^ {2}Simulated Dropbox +http:\/\/127\.0\.0\.1:\d+\/simulator$/m);
    const begun = await run.call<{ id: string; authorizeUrl: string }>('POST /v1/authorizations', {});
    const page = await browser.newPage();
    await page.goto(begun.body.authorizeUrl);
    await page.click('#continue-as-admin-0');
    await page.waitForURL(/\/connected\?authorization=/);
    assert.equal(await page.textContent('h1'), 'Dropbox has granted access');
    await page.close();
    const name = 'Corp Dropbox';
    const saved = await run.call('POST /v1/connections', { authorizationId: begun.body.id, name });
    assert.equal(saved.status, 201);
    const deadline = Date.now() + 30_000;
    for (;;) {
      const { body } = await run.call<{ sync: { status: string } | null }>(
        'GET /v1/connections/corp-dropbox',
      );
      if (body.sync?.status === 'succeeded') break;
      assert.ok(Date.now() < deadline, JSON.stringify(body));
      await sleep(200);
    }
  });

  it('shows a removed person on hold for seven days, and says so in the Temporal UI', async () => {
    const settings = { provision: { enabled: true }, deprovision: { enabled: true } };
    await run.call('PUT /v1/connections/corp-dropbox/provisioning', settings);
    await run.call('PUT /v1/connections/corp-dropbox/assignments', { everyone: true });
    const person = { externalId: 'E100', email: 'ada@corp.example', givenName: 'Ada', surname: 'Lovelace' };
    await run.call('POST /v1/events', { id: 'evt-1', type: 'joiner', person });
    await untilSeat({ run, person: 'E100', is: 'invited' });
    await run.call('POST /v1/events', { id: 'evt-2', type: 'leaver', person: { externalId: 'E100' } });
    const { emailHold, temporalUrl } = await untilSeat({ run, person: 'E100', is: 'held' });
    const leftMs = Date.parse(emailHold?.until ?? '') - Date.now();
    assert.ok(leftMs > SEVEN_DAYS_MS - 60_000 && leftMs <= SEVEN_DAYS_MS + 3_000, `${leftMs} ms`);

    const page = await browser.newPage();
    await page.goto(temporalUrl);
    // Encrypted in Temporal; the UI asks our codec server, which only decodes.
    await page.getByText('"personRef"').first().waitFor({ timeout: 20_000 });
    const history = (await page.textContent('main')) ?? '';
    await page.getByText('User Metadata').click();
    const metadata = await textOnce(page, [
      'Seat of E100 on corp-dropbox',
      'Address held, removal can be undone until',
      'Removed from the Dropbox team. The e-mail address is held and the removal can be undone.',
      'If the same person returns before, the account is recovered.',
    ]);
    const text = `${history}${metadata}`;
    assert.doesNotMatch(text, /ada@corp|Lovelace/);
    await page.close();
  });
});
