import assert from 'node:assert/strict';
import { processLog } from '../../src/main/process-log.ts';

describe('the log of a process', () => {
  function logged(use: (log: ReturnType<typeof processLog>) => void): {
    text: string;
    lines: Record<string, unknown>[];
  } {
    const text: string[] = [];
    use(processLog({ level: 'trace', role: 'api', destination: { write: (line) => text.push(line) } }));
    return { text: text.join(''), lines: text.map((line) => JSON.parse(line)) };
  }

  it('is JSON that says which role wrote it', () => {
    const { lines } = logged((log) => log.info({ route: '/v1/events' }, 'request'));
    assert.equal(lines[0]?.role, 'api');
    assert.equal(lines[0]?.route, '/v1/events');
    assert.equal(lines[0]?.msg, 'request');
  });

  it('strikes out what is private, however it came there, down to the third level', () => {
    const { text } = logged((log) => {
      log.info({ email: 'canary', authorization: 'canary', token: 'canary' });
      log.info({ req: { headers: { authorization: 'canary' }, url: 'canary', body: { email: 'canary' } } });
      log.info({ person: { givenName: 'canary', surname: 'canary' }, grant: { refreshToken: 'canary' } });
      log.info({ a: { b: { accessToken: 'canary', clientSecret: 'canary', cookie: 'canary' } } });
    });
    assert.doesNotMatch(text, /canary/);
    assert.match(text, /\[redacted\]/);
  });

  it('shows of an error its class, code and place, and never its words', () => {
    const error = Object.assign(new TypeError('Key (email)=(canary@corp.example)\n    at canary (exists)'), {
      code: '23505',
      detail: 'canary',
    });
    const { text, lines } = logged((log) => {
      log.error(error);
      log.error({ err: error }, 'it failed');
    });
    assert.doesNotMatch(text, /canary/);
    assert.equal(lines[0]?.msg, 'TypeError');
    const [, line] = lines;
    assert.ok(line);
    const { type, code, stack } = line.err as { type: string; code: string; stack: string[] };
    assert.deepEqual([type, code], ['TypeError', '23505']);
    assert.match(stack[0] ?? '', /process-log\.test\.ts/);
  });
});
