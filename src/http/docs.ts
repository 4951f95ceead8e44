/** The reference page: Swagger UI from our own disk, with nothing from anywhere else. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Express } from 'express';
import { type Html, html } from './oauth/page.ts';
import { methodNotAllowed } from './operations.ts';

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];
const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Its icons are data: images; styles it sets by script need no permission. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = (base: string): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API reference · Seatkeeper</title>
<link rel="icon" href="${base}/docs/favicon-32x32.png">
<link rel="stylesheet" href="${base}/docs/swagger-ui.css">
</head>
<body>
<main id="reference"></main>
<script src="${base}/docs/swagger-ui-bundle.js"></script>
<script src="${base}/docs/start.js"></script>
</body>
</html>
`;

/** The key that somebody types into the page stays in that page's memory. */
const start = (base: string): string => `SwaggerUIBundle({
  url: ${JSON.stringify(`${base}/openapi.json`)},
  dom_id: '#reference',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
});
`;

export function mountDocs({
  app,
  document,
  basePath: base,
}: {
  app: Express;
  document: object;
  basePath: string;
}): void {
  // Whoever opens the bare address is a person with a browser: this page is the one there is for them.
  app.get('/', (_req, res) => res.redirect(`${base}/docs`));
  app.get('/openapi.json', (_req, res) => void res.json(document));
  app.get('/docs', (_req, res) => {
    res.set('Content-Security-Policy', POLICY).type('html').send(page(base).markup);
  });
  app.get('/docs/start.js', (_req, res) => void res.type('js').send(start(base)));
  for (const asset of ASSETS) {
    app.get(`/docs/${asset}`, (_req, res) => res.sendFile(join(folder, asset), { maxAge: '1d' }));
  }
  app.all(['/', '/openapi.json', '/docs'], methodNotAllowed(['GET', 'HEAD']));
}
