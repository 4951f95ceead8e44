import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** The first program of that name on the PATH, as a shell would find it. */
export async function findProgram({
  name,
  env,
}: {
  name: string;
  env: NodeJS.ProcessEnv;
}): Promise<string | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of (env.PATH ?? '').split(delimiter).filter(isAbsolute)) {
    if (await isProgram(join(folder, file))) return join(folder, file);
  }
  return undefined;
}

/** Whether there is something that may be executed. */
export const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
