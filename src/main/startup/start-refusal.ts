/** Why nothing is started, as one sentence for the person at the keyboard, which says what to do. */
export class StartRefusal extends Error {
  readonly code = 'start_refused';

  constructor(message: string) {
    super(message);
    this.name = 'StartRefusal';
  }
}
