/** Runs recorded histories against workflow code: today's, unless another bundle is given. */
import { fileURLToPath } from 'node:url';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { type ReplayResult, Worker } from '@temporalio/worker';
import { readConfig } from '../../src/config.ts';
import { dataConverter } from '../../src/crypto/data-converter.ts';
import { createKeyring, type Keyring } from '../../src/crypto/keyring.ts';

export const WORKFLOWS_PATH = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));

/** @param keys as ENCRYPTION_KEYS has them */
export const keyringOf = (keys: string): Keyring =>
  createKeyring(readConfig({ ENCRYPTION_KEYS: keys }).encryptionKeys);

/** @returns one result a history; a replay that went wrong does not throw, its result has an `error` */
export async function replayed({
  histories,
  keys,
  code,
}: {
  histories: HistoryAndWorkflowId[];
  keys: string;
  /** A bundle of other workflow code. */
  code?: string;
}): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  const workflows = code === undefined ? { workflowsPath: WORKFLOWS_PATH } : { workflowBundle: { code } };
  const options = { ...workflows, dataConverter: dataConverter(keyringOf(keys)) };
  for await (const result of Worker.runReplayHistories(options, histories)) results.push(result);
  return results;
}
