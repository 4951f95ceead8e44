/** Which embedded part could not be started, and why in one sentence for the person at the keyboard. */
export class PartFailure extends Error {
  readonly code = 'embedded_part_failed';
  readonly part: 'postgres' | 'temporal' | 'simulator';

  constructor({ part, message, cause }: { part: PartFailure['part']; message: string; cause?: unknown }) {
    super(message, { cause });
    this.name = 'PartFailure';
    this.part = part;
  }
}
