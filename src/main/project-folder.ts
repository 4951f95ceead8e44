import { fileURLToPath } from 'node:url';

/** The checkout. Our processes run there, because Node finds `--import=tsx` from where a process runs. */
export const PROJECT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));
