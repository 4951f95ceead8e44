/** What docker-compose.yml must keep to besides the specification: each rule says what is wrong, in words. */

type Service = {
  image?: string;
  build?: unknown;
  user?: string;
  environment?: Record<string, string>;
  ports?: string[];
  healthcheck?: { test?: unknown };
  depends_on?: Record<string, { condition: string }>;
  restart?: string;
  read_only?: boolean;
  tmpfs?: string[];
  command?: string | string[];
};
export type ComposeFile = { services: Record<string, Service> };

/** They do their work and end. */
const JOBS = new Set(['temporal-schema', 'temporal-namespace']);
const PUBLISHED = new Set(['api', 'temporal-ui']);
const SECRET = /PASSWORD|_PWD$|SECRET|TOKEN|ENCRYPTION_KEYS|API_KEY|APP_KEY|DATABASE_URL|CODEC_ENDPOINT/;
const WAITS: Record<string, Record<string, string>> = {
  'temporal-schema': { postgres: 'service_healthy' },
  temporal: { 'temporal-schema': 'service_completed_successfully' },
  'temporal-namespace': { temporal: 'service_healthy' },
  'temporal-ui': { temporal: 'service_healthy' },
  api: { postgres: 'service_healthy', 'temporal-namespace': 'service_completed_successfully' },
  worker: { postgres: 'service_healthy', 'temporal-namespace': 'service_completed_successfully' },
};

/** Names of the variables that Compose fills in. */
export const variablesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name = '']) => name)),
];

export function composeFaults({
  file,
  text,
  example,
}: {
  file: ComposeFile;
  text: string;
  example: string;
}): string[] {
  const services = Object.entries(file.services);
  return [
    ...services.flatMap(([name, service]) => serviceFaults({ name, service })),
    ...environmentFaults(file),
    ...variableFaults({ text, example }),
  ];
}

function serviceFaults({ name, service }: { name: string; service: Service }): string[] {
  const faults: string[] = [];
  const { image = '', user, environment = {}, ports = [], depends_on: waitsFor = {} } = service;
  if (!/:v?\d+\.\d+(\.\d+)?(-[\w.]+)?$/.test(image)) faults.push(`${name}: image ${image} is not pinned`);
  if (user === undefined || /^(root|0)(:|$)/.test(user)) faults.push(`${name}: runs as root`);
  for (const [variable, value] of Object.entries(environment)) {
    // `:?` stops the start; a default would be a secret that everybody knows.
    if (SECRET.test(variable) && !/\$\{\w+:\?[^}]+\}/.test(value)) {
      faults.push(`${name}: ${variable} is a secret and must come from the environment`);
    }
  }
  if (service.read_only && !service.tmpfs?.includes('/tmp:exec'))
    faults.push(`${name}: needs /tmp to write to and load from`);
  if (!JOBS.has(name)) {
    if (service.healthcheck?.test === undefined) faults.push(`${name}: has no health check`);
    if (service.restart !== 'unless-stopped') faults.push(`${name}: is not started again`);
  }
  if (ports.length > 0 && !PUBLISHED.has(name)) faults.push(`${name}: must not publish a port`);
  for (const port of ports) {
    if (!/^(127\.0\.0\.1|\$\{BIND_ADDRESS:-127\.0\.0\.1\}):/.test(port)) {
      faults.push(`${name}: publishes ${port} beyond this machine`);
    }
  }
  for (const [other, condition] of Object.entries(WAITS[name] ?? {})) {
    if (waitsFor[other]?.condition !== condition)
      faults.push(`${name}: must wait for ${other} (${condition})`);
  }
  return faults;
}

function environmentFaults({ services }: ComposeFile): string[] {
  const faults: string[] = [];
  for (const role of ['api', 'worker'] as const) {
    if (services[role]?.environment?.HOST !== '0.0.0.0') faults.push(`${role}: HOST must be 0.0.0.0`);
  }
  const codec = services['temporal-ui']?.environment?.TEMPORAL_CODEC_ENDPOINT ?? '';
  if (!/^\$\{PUBLIC_URL:\?[^}]+\}\/codec\/\$\{CODEC_TOKEN:\?[^}]+\}$/.test(codec)) {
    faults.push('temporal-ui: its codec endpoint must be that of the API');
  }
  const script = [services['temporal-namespace']?.command ?? []].flat().join('\n');
  const retentions = [...script.matchAll(/--retention (\S+)/g)].map(([, value]) => value);
  if (retentions.length === 0 || retentions.some((value) => value !== '90d')) {
    faults.push('temporal-namespace: the namespace needs a retention of 90 days');
  }
  return faults;
}

function variableFaults({ text, example }: { text: string; example: string }): string[] {
  const used = variablesIn(text);
  const explained = [...example.matchAll(/^(\w+)=/gm)].map(([, name = '']) => name);
  const filledIn = [...example.matchAll(/^(\w+)=(.+)$/gm)].filter(([, name = '']) => SECRET.test(name));
  return [
    ...used.filter((name) => !explained.includes(name)).map((name) => `${name} is not in .env.example`),
    ...explained
      .filter((name) => !used.includes(name))
      .map((name) => `${name} is in .env.example and not used`),
    ...filledIn.map(([, name]) => `${name} has a value in .env.example`),
  ];
}
