import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const LARGEST_BYTES = 20_000_000;

/** One file for each child in `DATA_DIR/logs`, with the one before it as `<name>.old.log`. */
export class LogFiles {
  readonly folder: string;
  readonly #open = new Map<string, { descriptor: number; bytes: number }>();

  constructor({ dataDir }: { dataDir: string }) {
    this.folder = join(dataDir, 'logs');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  /** A full disk must not stop the supervisor: what cannot be written is lost. */
  write({ name, line }: { name: string; line: string }): void {
    try {
      const file = this.#open.get(name) ?? this.#begin(name);
      file.bytes += writeSync(file.descriptor, `${line}\n`);
      if (file.bytes > LARGEST_BYTES) this.#turnOver(name);
    } catch {
      this.#open.delete(name);
    }
  }

  close(): void {
    for (const { descriptor } of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }

  #begin(name: string): { descriptor: number; bytes: number } {
    const descriptor = openSync(join(this.folder, `${name}.log`), 'a', 0o600);
    const file = { descriptor, bytes: fstatSync(descriptor).size };
    this.#open.set(name, file);
    return file;
  }

  #turnOver(name: string): void {
    const file = this.#open.get(name);
    if (file) closeSync(file.descriptor);
    this.#open.delete(name);
    renameSync(join(this.folder, `${name}.log`), join(this.folder, `${name}.old.log`));
  }
}
