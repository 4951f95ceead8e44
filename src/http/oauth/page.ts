/** Plain, self-contained pages: no script, no request to anywhere, everything that comes from outside escaped. */
import { createHash } from 'node:crypto';
import type { Response } from 'express';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #f6f7f9; --card: #fff; --line: #d5d9df; --good: #116329; --bad: #a40e26; --code: #eef1f5 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --soft: #a5adb8; --paper: #14171b; --card: #1d2126; --line: #383e47; --good: #6ecb86; --bad: #ff8b98; --code: #12151a } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
main { max-width: 42rem; margin: 8vh auto; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem }
header { color: var(--soft); font-weight: 600; letter-spacing: .02em }
h1 { margin: .25rem 0 1rem; font-size: 1.6rem; line-height: 1.25 }
h1.good { color: var(--good) } h1.bad { color: var(--bad) }
h2 { margin: 1.75rem 0 .5rem; font-size: 1.1rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 1rem 0 }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
pre { margin: .5rem 0; padding: .9rem 1rem; overflow-x: auto; background: var(--code); border: 1px solid var(--line); border-radius: .5rem; font-size: .875rem }
@media (max-width: 30rem) { main { margin: 0; border: 0; border-radius: 0; min-height: 100vh; padding: 1.25rem } }
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Markup that is safe to put into a page: made by `html` only. */
export type Html = { readonly markup: string };

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

/** Values are escaped, unless they are markup already. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const rendered = values.map((value) => (typeof value === 'string' ? escaped(value) : value.markup));
  return { markup: parts.reduce((page, part, i) => `${page}${rendered[i - 1] ?? ''}${part}`) };
}

/** The answers of this flow are for one pair of eyes, and their address says more than others should learn. */
export function sendPage({
  res,
  status,
  title,
  tone,
  body,
}: {
  res: Response;
  status: number;
  title: string;
  tone: 'good' | 'bad' | 'plain';
  body: Html;
}): void {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Seatkeeper</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<main>
<header>Seatkeeper</header>
<h1 class="${tone}">${title}</h1>
${body}
</main>
</body>
</html>
`;
  res.status(status).set({
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': POLICY,
  });
  res.type('html').send(page.markup);
}
