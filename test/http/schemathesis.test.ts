/**
 * An outside suite holds the API against its own document: every call, with values that the document allows and values
 * that it does not, in all checks and phases. What the document cannot say stands in schemathesis/hooks.py, with reasons.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { workflowHistories } from '../../src/commands/person-histories.ts';
import { createKeyring } from '../../src/crypto/keyring.ts';
import { createPayloadCodec } from '../../src/crypto/payload-codec.ts';
import { hasPython, pythonWith } from '../support/python-tool.ts';
import { testTemporal } from '../support/temporal.ts';
import { connect } from './connect-steps.ts';
import { ADMIN_KEY, type RunningApi, startApi } from './running-api.ts';

const here = (name: string): string => fileURLToPath(new URL(`schemathesis/${name}`, import.meta.url));

/** The same requests in every run: what it finds today it finds tomorrow. */
const SEED = '4711';
const WITHIN_MS = 240_000;

describe('schemathesis', () => {
  let api: RunningApi;
  let temporal: Connection;
  let python: string;

  before(async function () {
    this.timeout(360_000);
    if (!(await hasPython())) {
      // .ci/run installs it, so there this is a failure.
      assert.equal(process.env.CI, undefined, 'CI runs this suite: install python3 and python3-venv');
      process.stdout.write('    schemathesis is skipped: there is no python3 here\n');
      this.skip();
    }
    python = await pythonWith({ name: 'schemathesis', requirements: here('requirements.txt') });
    temporal = await Connection.connect({ address: (await testTemporal()).address });
    const codec = createPayloadCodec(createKeyring([{ id: 'test', key: randomBytes(32) }]));
    const histories = workflowHistories({ client: new Client({ connection: temporal }), codec });
    api = await startApi({ deps: { histories } });
    await populate(api);
  });
  after(async () => {
    await api?.close();
    await temporal?.close();
  });

  it('finds nothing in any call', async function () {
    this.timeout(WITHIN_MS);
    // A connection that is being disconnected refuses most of what is asked: that call has a run of its own.
    const { code, output } = await schemathesis(['--exclude-operation-id', 'disconnect']);
    assert.equal(code, 0, output);
    const { json } = await api.call('GET /openapi.json');
    const operations = Object.values<object>(json.paths).flatMap((path) => Object.keys(path)).length;
    assert.match(output, new RegExp(`Tested: +${operations - 1}\\b`), output);
  });

  it('finds nothing in disconnecting', async function () {
    this.timeout(WITHIN_MS);
    const { code, output } = await schemathesis(['--include-operation-id', 'disconnect']);
    assert.equal(code, 0, output);
  });

  /** A running process, its end and all that it said. */
  function schemathesis(selection: string[]): Promise<{ code: number | null; output: string }> {
    const options = ['--url', api.url, '--header', `Authorization: Bearer ${ADMIN_KEY}`];
    const scope = [
      '--checks',
      'all',
      '--phases',
      'examples,coverage,fuzzing,stateful',
      '--max-examples',
      '15',
    ];
    const repeatable = [
      '--seed',
      SEED,
      '--generation-database',
      'none',
      '--continue-on-failure',
      '--no-color',
    ];
    const child = spawn(
      python,
      [
        '-m',
        'schemathesis.cli',
        'run',
        `${api.url}/openapi.json`,
        ...options,
        ...scope,
        ...repeatable,
        ...selection,
      ],
      {
        env: { PATH: process.env.PATH, SCHEMATHESIS_HOOKS: here('hooks.py'), PYTHONDONTWRITEBYTECODE: '1' },
        timeout: WITHIN_MS,
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', (code) => done({ code, output }));
    });
  }
});

/** So that the examples of the document (`corp-dropbox`, `E100`, `Engineering`) name something. */
async function populate(api: RunningApi): Promise<void> {
  const { slug } = await connect({ api });
  assert.equal(slug, 'corp-dropbox');
  const events = ['E001', 'E100', 'E101'].map((externalId) => ({
    id: `evt-of-${externalId}`,
    type: 'joiner',
    person: { externalId, email: `${externalId.toLowerCase()}@corp.example`, groups: ['Engineering'] },
  }));
  const sent = await api.call('POST /v1/events', { body: events });
  assert.equal(sent.json.accepted.length, events.length, sent.text);
  const assigned = await api.call(`PUT /v1/connections/${slug}/assignments`, { body: { everyone: true } });
  assert.equal(assigned.status, 200, assigned.text);
}
