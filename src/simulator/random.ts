/** A well-mixed 32-bit number for (seed, index, salt): the same team for the same seed on every machine. */
export function hash32(seed: number, index: number, salt: number): number {
  let mixed = (seed ^ Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A number in [0, 1) for (seed, index, salt). */
export const share = (seed: number, index: number, salt: number): number =>
  hash32(seed, index, salt) / 4_294_967_296;

/** Draws in a fixed order from the seed, so that a run with probabilities can be repeated. */
export class SeededRandom {
  private draws = 0;
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  next(): number {
    this.draws += 1;
    return share(this.seed, this.draws, 0x51);
  }

  happens(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }
}
