/** One way of getting the program into a folder of its own; undefined when this way does not work here. */
export type Supplier = (options: {
  folder: string;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
  signal: AbortSignal;
}) => Promise<string | undefined>;
