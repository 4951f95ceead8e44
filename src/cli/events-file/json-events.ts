/** Events as JSON: an array, a single one, or one a line (NDJSON). Told apart by how the text begins. */
import { wrongUsage } from '../failure.ts';
import type { Entry } from './entry.ts';

/** @throws CliFailure usage where an array is broken, with the line; of NDJSON only the broken lines are unreadable */
export function jsonEvents(text: string): Entry[] {
  if (/^\s*\[/.test(text)) return arrayEvents(text);
  if (parsed(text) !== undefined) {
    const [before = ''] = /^\s*/.exec(text) ?? [];
    return [{ line: linesIn(before) + 1, json: text }];
  }
  return text.split('\n').flatMap((content, index): Entry[] => {
    if (content.trim() === '') return [];
    const line = index + 1;
    return parsed(content) === undefined
      ? [{ line, unreadable: 'This line is not one JSON object.' }]
      : [{ line, json: content.trim() }];
  });
}

/** Undefined for what is not JSON. An event that is another value than an object is the server's to refuse. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const linesIn = (text: string): number => text.split('\n').length - 1;

/** JSON.parse would lose the lines, so the elements are found by their brackets and parsed one by one. */
function arrayEvents(text: string): Entry[] {
  const entries: Entry[] = [];
  const open = text.indexOf('[');
  let line = linesIn(text.slice(0, open)) + 1;
  let depth = 0;
  let inString = false;
  let from = open + 1;
  let fromLine = line;
  let begun = false;
  const broken = (at: number) =>
    wrongUsage(`The event that begins in line ${at} is not valid JSON.`, 'Nothing was sent; correct it.');
  const take = (to: number): void => {
    const json = text.slice(from, to);
    if (parsed(json) === undefined) throw broken(fromLine);
    entries.push({ line: fromLine, json: json.trim() });
  };
  for (let i = open; i < text.length; i += 1) {
    const character = text.charAt(i);
    // An element begins at its first character that is not white space.
    if (depth === 1 && !begun && !/[\s,\]]/.test(character)) {
      begun = true;
      fromLine = line;
    }
    if (character === '\n') line += 1;
    if (inString) {
      if (character === '\\') i += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') {
      depth -= 1;
      if (depth > 0) continue;
      if (begun || entries.length > 0) take(i);
      if (character !== ']' || text.slice(i + 1).trim() !== '') throw broken(line);
      return entries;
    } else if (character === ',' && depth === 1) {
      take(i);
      from = i + 1;
      fromLine = line;
      begun = false;
    }
  }
  throw wrongUsage('The array of events has no end.', 'Nothing was sent; the file may be cut off.');
}
