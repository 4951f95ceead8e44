import { startSimulator } from '../../src/simulator/simulator.ts';

// A simulator in a process of its own, so that a test can kill it. Argument: the state file.
const stateFile = process.argv[2] ?? '';
const simulator = await startSimulator({ teamSize: 50, stateFile, settings: { asyncProbability: 0 } });
process.stdout.write(`${simulator.origin} ${simulator.issueTokens().accessToken}\n`);
