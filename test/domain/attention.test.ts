import assert from 'node:assert/strict';
import { ATTENTION } from '../../src/domain/attention.ts';

describe('the reasons for attention', () => {
  for (const [code, { message, nextStep }] of Object.entries(ATTENTION)) {
    it(`say what is the matter and what to do (${code})`, () => {
      for (const sentence of [message, nextStep]) assert.match(sentence, /^[A-Z].{10,}\.$/);
      assert.notEqual(message, nextStep);
    });
  }
});
