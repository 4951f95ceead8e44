import { hash32 } from '../random.ts';
import type { SimulatorSettings } from '../settings.ts';
import { type AuditEntry, involves, type StoredEntry } from './entry.ts';
import type { GeneratedLog } from './generated-log.ts';
import type { StoredLog } from './stored-log.ts';
import type { Filter, Horizon, Place, Walk } from './walk.ts';

const DAY_MS = 86_400_000;
/** Slots looked at per page. A filter that fits little makes short and empty pages, as at Dropbox, and never a long wait. */
const SLOTS_PER_PAGE = 60_000;
const STORED_PER_PAGE = 400_000;

export interface CollectedPage {
  readonly entries: readonly AuditEntry[];
  readonly place: Place;
  readonly hasMore: boolean;
}

/** The next events of a walk from both parts of the log, merged by time. Costs what the page costs, however long the log. */
export function collectPage({
  walk,
  from,
  generated,
  stored,
  settings,
}: {
  walk: Walk;
  from: Place;
  generated: GeneratedLog;
  stored: StoredLog;
  settings: SimulatorSettings;
}): CollectedPage {
  const { filter, since, until } = walk;
  const limit = Math.min(walk.limit, settings.auditPageMaximum);
  const lastSlot = slotsEnd({ filter, until, generated });
  const passes = entryTest({ filter, until, settings });
  const entries: AuditEntry[] = [];
  let slot = settings.generatedEvents ? from.slot : Math.max(from.slot, lastSlot);
  let index = stored.indexAfter(from.stored);
  let place = from.stored;
  const slotBudget = slot + SLOTS_PER_PAGE;
  const indexBudget = index + STORED_PER_PAGE;
  for (;;) {
    const candidate = nextStored({ stored, index, filter });
    const slotIsNext =
      slot < lastSlot && (candidate === undefined || generated.timeMsOf(slot) <= candidate.atMs);
    if (!slotIsNext && candidate === undefined) {
      return { entries, place: { slot: Math.max(slot, lastSlot), stored: place }, hasMore: false };
    }
    if (entries.length >= limit || slot >= slotBudget || index >= indexBudget) {
      return { entries, place: { slot, stored: place }, hasMore: true };
    }
    if (slotIsNext) {
      const entry = generated.entryAt({ slot, settings });
      if (entry !== null && passes(entry)) entries.push(entry);
      slot += 1;
    } else if (candidate !== undefined) {
      const isNew = isVisible(candidate, until) && !(since !== null && isVisible(candidate, since));
      if (isNew && passes(candidate)) entries.push(candidate);
      place = { atMs: candidate.atMs, seq: candidate.seq };
      index += 1;
    }
  }
}

/** In no order, and the same one each time. */
export function shuffled({
  entries,
  salt,
}: {
  entries: readonly AuditEntry[];
  salt: number;
}): readonly AuditEntry[] {
  return entries
    .map((entry, index) => ({ entry, lot: hash32(salt, index, 31) }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ entry }) => entry);
}

const isVisible = ({ arrivedMs, atMs }: StoredEntry, { nowMs, delayMs }: Horizon): boolean =>
  arrivedMs <= nowMs && atMs + delayMs <= nowMs;

function slotsEnd({
  filter,
  until,
  generated,
}: {
  filter: Filter;
  until: Horizon;
  generated: GeneratedLog;
}): number {
  const seen = generated.firstSlotFrom(until.nowMs - until.delayMs + 1);
  return filter.endMs === null ? seen : Math.min(seen, generated.endSlotOf(filter.endMs));
}

function nextStored({
  stored,
  index,
  filter: { endMs },
}: {
  stored: StoredLog;
  index: number;
  filter: Filter;
}): StoredEntry | undefined {
  const entry = stored.at(index);
  return entry !== undefined && (endMs === null || entry.atMs < endMs) ? entry : undefined;
}

function entryTest({
  filter,
  until,
  settings,
}: {
  filter: Filter;
  until: Horizon;
  settings: SimulatorSettings;
}): (entry: AuditEntry) => boolean {
  const { startMs, endMs, member, category, type } = filter;
  const { auditRetentionDays, hasTeamFileEvents } = settings;
  const keptFromMs = auditRetentionDays === null ? 0 : until.nowMs - auditRetentionDays * DAY_MS;
  const fromMs = Math.max(startMs ?? 0, keptFromMs);
  return (entry) =>
    entry.atMs >= fromMs &&
    (endMs === null || entry.atMs < endMs) &&
    (category === null || entry.category === category) &&
    (type === null || entry.type === type) &&
    (hasTeamFileEvents || !isFileEvent(entry)) &&
    (member === null || involves({ entry, member }));
}

/** Without the feature the log has neither file operations nor what Paper documents have in their place. */
const isFileEvent = ({ category, type }: AuditEntry): boolean =>
  category === 'file_operations' || type.startsWith('paper_content_');
