import type { Environment } from './api/server.ts';

/** @returns whether one was asked to open; whether it did, no system says */
export async function openBrowser({ url, env }: { url: string; env: Environment }): Promise<boolean> {
  // Without a display the openers of Linux end in a text browser, or in nothing.
  const headless =
    process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY && !env.WSL_DISTRO_NAME;
  if (headless || env.SSH_CONNECTION) return false;
  try {
    const { default: open } = await import('open');
    const opener = await open(url);
    opener.once('error', () => {});
    return true;
  } catch {
    return false;
  }
}
