import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { type RunningApi, startApi } from './running-api.ts';

describe('connecting a team in a real browser', () => {
  let api: RunningApi;
  let browser: Browser;
  let page: Page;
  before(async () => {
    api = await startApi();
    browser = await openBrowser();
  });
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(() => page.close());
  after(async () => {
    await browser?.close();
    await api?.close();
  });

  const press = async (button: string): Promise<string> => {
    const { json } = await api.call('POST /v1/authorizations');
    await page.goto(json.authorizeUrl);
    await page.click(button);
    await page.waitForLoadState();
    return json.id;
  };

  it('ends on a page that says what was granted and what comes next', async () => {
    const id = await press('#continue-as-admin-0');
    assert.equal(new URL(page.url()).pathname, '/connected');
    const text = (await page.textContent('body')) ?? '';
    assert.match(text, /Corp/);
    assert.match(text, /POST \/v1\/connections|v1\/connections/);
    assert.match(text, new RegExp(id));
    assert.doesNotMatch(await page.content(), /sl\.|code=/, 'nothing secret is on the page');
  });

  it('tells somebody with a personal account to use a private window', async () => {
    await press('#continue-as-personal');
    assert.match((await page.textContent('body')) ?? '', /private window/);
  });

  it('tells an ordinary member at Dropbox, and stays pending', async () => {
    const id = await press('#continue-as-member');
    assert.match((await page.textContent('body')) ?? '', /admin/i);
    assert.equal((await api.call(`GET /v1/authorizations/${id}`)).json.status, 'pending');
  });

  it('says what to do after a refusal', async () => {
    const id = await press('#refuse');
    assert.match((await page.textContent('body')) ?? '', /What to do/);
    assert.equal((await api.call(`GET /v1/authorizations/${id}`)).json.status, 'refused');
  });
});
