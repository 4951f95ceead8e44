/**
 * What a person does on the simulator's authorisation page, over plain HTTP: opens it, unticks scopes, presses a button.
 */
export async function clickThrough({
  authorizeUrl,
  as,
  without = [],
}: {
  authorizeUrl: string;
  /** The button's value: `admin:0`, `admin:1`, `member`, `personal` or `refuse`. */
  as: string;
  /** Scopes to untick. */
  without?: readonly string[];
}): Promise<{ status: number; location: URL | null; html: string }> {
  const page = await fetch(authorizeUrl, { redirect: 'manual' });
  const html = await page.text();
  if (page.status !== 200) return { status: page.status, location: null, html };
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of html.matchAll(
    /<input type="hidden" name="([^"]*)" value="([^"]*)">/g,
  )) {
    form.append(name, unescaped(value));
  }
  for (const [, value = ''] of html.matchAll(/name="granted" value="([^"]*)"/g)) {
    if (!without.includes(value)) form.append('granted', value);
  }
  form.append('as', as);
  const target = new URL('/oauth2/authorize', authorizeUrl);
  const answer = await fetch(target, { method: 'POST', body: form, redirect: 'manual' });
  const location = answer.headers.get('location');
  return {
    status: answer.status,
    location: location === null ? null : new URL(location),
    html: await answer.text(),
  };
}

const unescaped = (text: string): string =>
  text.replace(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)));
