import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { PRODUCT_VERSION } from '../../src/domain/product-version.ts';

describe('the version that documents and exports name', () => {
  it('is that of the package', async () => {
    const { version } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as {
      version: string;
    };
    assert.equal(PRODUCT_VERSION, version);
  });
});
