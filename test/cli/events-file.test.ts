/** What a file of events is understood as. */
import assert from 'node:assert/strict';
import { chunksOf } from '../../src/cli/events-file/chunks.ts';
import { csvEvents } from '../../src/cli/events-file/csv-events.ts';
import type { Entry } from '../../src/cli/events-file/entry.ts';
import { jsonEvents } from '../../src/cli/events-file/json-events.ts';
import { CliFailure } from '../../src/cli/failure.ts';

const parsed = (entries: readonly Entry[]): unknown[] =>
  entries.map((entry) =>
    'json' in entry ? [entry.line, JSON.parse(entry.json)] : [entry.line, entry.unreadable],
  );

const refusal = async (read: () => unknown): Promise<CliFailure> => {
  try {
    await read();
  } catch (error) {
    assert.ok(error instanceof CliFailure, String(error));
    assert.equal(error.exit, 'usage');
    return error;
  }
  throw new Error('it was not refused');
};

describe('a CSV file of events', () => {
  it('names the fields of the event and of the person in any order', async () => {
    const text =
      'type,id,effectiveAt,externalId,email,givenName,surname,managerExternalId,timeZone,groups\n' +
      'joiner,c1,2026-12-01,E100,ada@corp.example,Ada,Lovelace,E001,Europe/Berlin,Engineering; Staff\n';
    assert.deepEqual(parsed(await csvEvents(text)), [
      [
        2,
        {
          id: 'c1',
          type: 'joiner',
          effectiveAt: '2026-12-01',
          person: {
            externalId: 'E100',
            email: 'ada@corp.example',
            givenName: 'Ada',
            surname: 'Lovelace',
            managerExternalId: 'E001',
            timeZone: 'Europe/Berlin',
            groups: ['Engineering', 'Staff'],
          },
        },
      ],
    ]);
  });

  it('says nothing where a cell is empty, and "no groups" with a semicolon alone', async () => {
    const text =
      'id,type,externalId,email,groups,cancels\nc1,mover,E1,,;,\nc2,mover,E2,,,\nc3,cancellation,,,,c1\n';
    assert.deepEqual(parsed(await csvEvents(text)), [
      [2, { id: 'c1', type: 'mover', person: { externalId: 'E1', groups: [] } }],
      [3, { id: 'c2', type: 'mover', person: { externalId: 'E2' } }],
      [4, { id: 'c3', type: 'cancellation', cancels: 'c1' }],
    ]);
  });

  it('knows the line of each event over quotes, line ends of Windows and empty lines', async () => {
    const text =
      'id,type,externalId,surname\r\n' +
      '\r\n' +
      'c1,joiner,E1,"O""Hara, Scarlett"\r\n' +
      'c2,joiner,E2,"two\r\nlines"\r\n' +
      ',,,\r\n' +
      '\r\n' +
      'c3,joiner,E3,Plain';
    const lines = (await csvEvents(text)).map(({ line }) => line);
    assert.deepEqual(lines, [3, 4, 8]);
    assert.match(JSON.stringify(await csvEvents(text)), /O\\\\\\"Hara, Scarlett/);
  });

  const REFUSED: Record<string, { text: string; says: RegExp }> = {
    'an unknown column, by name': { text: 'id,type,E-Mail\n1,joiner,x\n', says: /Unknown column: "E-Mail"/ },
    'a column given twice': { text: 'id,type,id\n', says: /Column given twice: id/ },
    'a missing id': { text: 'type,externalId\njoiner,E1\n', says: /Missing column: id/ },
    'semicolons between columns': { text: 'id;type;email\n1;joiner;x\n', says: /not separated by commas/ },
    'a line with too few columns': { text: 'id,type\n1,joiner\n2\n', says: /^Line 3 has another number/ },
    'a quote that is never closed': { text: 'id,type\n1,"joiner\n2,x\n', says: /never closed/ },
    'a quote within a value': { text: 'id,type\n1,jo"iner\n', says: /^Line 2 has a quote/ },
  };
  for (const [what, { text, says }] of Object.entries(REFUSED)) {
    it(`is refused as a whole for ${what}`, async () => {
      assert.match((await refusal(() => csvEvents(text))).message, says);
    });
  }
});

describe('a JSON file of events', () => {
  it('may be one event, an array or one a line', () => {
    assert.deepEqual(parsed(jsonEvents('\n{\n "id": "a" }\n')), [[2, { id: 'a' }]]);
    assert.deepEqual(parsed(jsonEvents('{"id":"a"}\r\n\r\n{"id":"b"}\r\n')), [
      [1, { id: 'a' }],
      [3, { id: 'b' }],
    ]);
    assert.deepEqual(parsed(jsonEvents('[]')), []);
  });

  it('knows the line of each element of an array, whatever its strings hold', () => {
    const text =
      '[\n  {"id": "a]},\\"[", "person":\n    {"groups": ["x", "y"]}},\n\n  {"id": "b"}, 7,\n"c"\n]\n';
    assert.deepEqual(parsed(jsonEvents(text)), [
      [2, { id: 'a]},"[', person: { groups: ['x', 'y'] } }],
      [5, { id: 'b' }],
      [5, 7],
      [6, 'c'],
    ]);
  });

  it('keeps the good lines of NDJSON and names the bad ones', () => {
    assert.deepEqual(parsed(jsonEvents('{"id":"a"}\n{"id":\n{"id":"c"}\n')), [
      [1, { id: 'a' }],
      [2, 'This line is not one JSON object.'],
      [3, { id: 'c' }],
    ]);
  });

  for (const [text, says] of [
    ['[\n{"id":"a"},\n{"id" "b"}\n]', /line 3/],
    ['[{"id":"a"},]', /line 1/],
    ['[{"id":"a"}', /no end/],
    ['[{"id":"a"}] x', /line 1/],
  ] as const) {
    it(`is refused as a whole where an array is broken: ${JSON.stringify(text)}`, async () => {
      assert.match((await refusal(() => jsonEvents(text))).message, says);
    });
  }
});

describe('the requests of a file', () => {
  const entry = (line: number, size: number) => ({ line, json: 'x'.repeat(size) });

  it('hold at most a thousand events and fit the limit of a body', () => {
    const many = Array.from({ length: 2_100 }, (_, i) => entry(i + 1, 10));
    assert.deepEqual(
      [...chunksOf(many)].map((chunk) => chunk.length),
      [1_000, 1_000, 100],
    );
    const large = [entry(1, 600_000), entry(2, 600_000), entry(3, 2_000_000), entry(4, 10)];
    assert.deepEqual(
      [...chunksOf(large)].map((chunk) => chunk.map(({ line }) => line)),
      [[1], [2], [3], [4]],
    );
  });
});
