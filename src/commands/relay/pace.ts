/** Sleeps that end early: for news, which everybody hears who waits for it, and for the end of the relay. */
export type Pace = {
  readonly isOver: boolean;
  /** Ends with the relay only. */
  pause(ms: number): Promise<void>;
  /** Ends with the next news, too; at once if there was news since the one before. */
  untilNews(ms: number, listener: { heard: number }): Promise<void>;
  news(): void;
  end(): void;
};

export function pace(): Pace {
  let isOver = false;
  let told = 0;
  const sleepers = new Set<{ forNews: boolean; wake: () => void }>();
  const sleep = ({ ms, forNews }: { ms: number; forNews: boolean }): Promise<void> => {
    if (isOver || ms <= 0) return Promise.resolve();
    return new Promise((done) => {
      const sleeper = {
        forNews,
        wake: (): void => {
          clearTimeout(timer);
          sleepers.delete(sleeper);
          done();
        },
      };
      const timer = setTimeout(sleeper.wake, ms);
      sleepers.add(sleeper);
    });
  };
  return {
    get isOver() {
      return isOver;
    },
    pause: (ms) => sleep({ ms, forNews: false }),
    untilNews: async (ms, listener) => {
      if (listener.heard === told) await sleep({ ms, forNews: true });
      listener.heard = told;
    },
    news: () => {
      told += 1;
      for (const { forNews, wake } of sleepers) if (forNews) wake();
    },
    end: () => {
      isOver = true;
      for (const { wake } of sleepers) wake();
    },
  };
}
