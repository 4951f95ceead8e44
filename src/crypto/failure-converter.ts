/** Loaded by path, also inside the workflow sandbox: messages and stacks of failures go through the payload codec. */
import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
