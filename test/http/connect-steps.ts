/** What a person does between POST /v1/authorizations and a connection, without a browser. */
import assert from 'node:assert/strict';
import type { Answer, CallOptions, RunningApi } from './running-api.ts';

/**
 * Presses a button on Dropbox's page and follows the browser back.
 * @param as `admin:0`, `member`, `personal` or `refuse`
 * @returns where Dropbox sends the browser, or null where it stays on Dropbox's page
 */
export async function pressAtDropbox({
  authorizeUrl,
  as,
  scopes,
}: {
  authorizeUrl: string;
  as: string;
  scopes?: readonly string[];
}): Promise<string | null> {
  const { origin, pathname, searchParams } = new URL(authorizeUrl);
  const form = new URLSearchParams(searchParams);
  form.set('as', as);
  if (scopes !== undefined) {
    form.set('scopes_shown', 'yes');
    for (const scope of scopes) form.append('granted', scope);
  }
  const answer = await fetch(`${origin}${pathname}`, { method: 'POST', body: form, redirect: 'manual' });
  await answer.text();
  return answer.headers.get('location');
}

/** The browser arrives at our callback. */
export async function arrive(location: string): Promise<Response> {
  const answer = await fetch(location, { redirect: 'manual' });
  await answer.clone().text();
  return answer;
}

export async function authorise({
  api,
  as = 'admin:0',
  access,
  scopes,
  ...options
}: CallOptions & {
  api: RunningApi;
  as?: string;
  access?: 'read' | 'provision';
  scopes?: readonly string[];
}): Promise<{ id: string; authorization: Answer['json'] }> {
  const begun = await api.call('POST /v1/authorizations', { ...options, body: access ? { access } : {} });
  assert.equal(begun.status, 201, begun.text);
  const location = await pressAtDropbox({
    authorizeUrl: begun.json.authorizeUrl,
    as,
    ...(scopes === undefined ? {} : { scopes }),
  });
  assert.ok(location, 'Dropbox sent the browser back');
  const back = await arrive(location);
  assert.equal(back.status, 303);
  const { id } = begun.json;
  assert.equal(back.headers.get('location'), `/connected?authorization=${id}`);
  const shown = await api.call(`GET /v1/authorizations/${id}`, options);
  return { id, authorization: shown.json };
}

/** A saved connection. */
export async function connect({
  api,
  name = 'Corp Dropbox',
  as,
  access,
}: {
  api: RunningApi;
  name?: string;
  as?: string;
  access?: 'read' | 'provision';
}): Promise<Answer['json']> {
  const { id } = await authorise({ api, ...(as ? { as } : {}), ...(access ? { access } : {}) });
  const saved = await api.call('POST /v1/connections', { body: { authorizationId: id, name } });
  assert.equal(saved.status, 201, saved.text);
  return saved.json;
}
