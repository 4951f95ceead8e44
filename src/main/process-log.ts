/** The JSON log of a process. Calls name what they log; this is the second wall, for the one that is careless. */
import pino, { type DestinationStream, type Logger } from 'pino';

const PRIVATE = [
  'accessToken',
  'apiKey',
  'authorization',
  'body',
  'clientSecret',
  'codeVerifier',
  'cookie',
  'displayName',
  'email',
  'givenName',
  'headers',
  'password',
  'query',
  'refreshToken',
  'secret',
  'surname',
  'token',
  'url',
];

/** An error as its class, code and place: messages of drivers quote values, and values are personal data. */
function withoutWords(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  const frames = error.stack?.replace(error.message, '').split('\n');
  return { type: error.name, code, stack: frames?.filter((line) => /^\s+at /.test(line)).slice(0, 12) };
}

/** @param destination stdout unless a test reads along */
export function processLog({
  level,
  role,
  destination = pino.destination(1),
}: {
  level: string;
  role: 'api' | 'worker';
  destination?: DestinationStream;
}): Logger {
  const paths = PRIVATE.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    {
      level,
      base: { role },
      redact: { paths, censor: '[redacted]' },
      serializers: { err: withoutWords },
      hooks: {
        // Given nothing but an error, pino would make its message the line's.
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[];
          if (first instanceof Error && rest.length === 0)
            return method.apply(this, [{ err: first }, first.name]);
          return method.apply(this, args);
        },
      },
    },
    destination,
  );
}
