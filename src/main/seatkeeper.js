#!/usr/bin/env node
// The package's `bin`: TypeScript is run as it stands, also when called from another folder.
import { register } from 'tsx/esm/api';

register();
await import('./cli.ts');
