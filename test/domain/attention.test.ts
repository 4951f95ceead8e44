import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ATTENTION } from '../../src/domain/attention.ts';
import { REFUSALS } from '../../src/domain/refusals.ts';

const document = readFileSync(new URL('../../docs/attention.md', import.meta.url), 'utf8');

/** The part of the document about one code. */
const chapterOf = (code: string): string =>
  document.split(/^#+ /m).find((chapter) => chapter.startsWith(`\`${code}\``)) ?? '';

describe('the reasons for attention', () => {
  for (const [code, { message, nextStep }] of Object.entries(ATTENTION)) {
    it(`say what is the matter and what to do (${code})`, () => {
      for (const sentence of [message, nextStep]) assert.match(sentence, /^[A-Z].{10,}\.$/);
      assert.notEqual(message, nextStep);
    });

    it(`are in the document, in the same words (${code})`, () => {
      const chapter = chapterOf(code);
      assert.ok(chapter.includes(message) && chapter.includes(nextStep));
    });
  }

  it('are in the document with every tag that leads to them', () => {
    for (const [route, { tags }] of Object.entries(REFUSALS)) {
      for (const [tag, { code }] of Object.entries(tags)) {
        // Of these two kinds attention is not the usual end; the document says so in a paragraph of its own.
        const chapter =
          tag === 'user_already_on_team' || route.endsWith('/recover') ? document : chapterOf(code);
        assert.ok(chapter.includes(`\`${tag}\``), `${route} ${tag} under ${code}`);
      }
    }
  });

  it('are no longer in the document when they are gone', () => {
    const named = [...document.matchAll(/^### `(\w+)`$/gm)].map(([, code]) => code);
    assert.deepEqual(named.sort(), Object.keys(ATTENTION).sort());
  });
});
