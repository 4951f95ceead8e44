/** `currentStep` of src/domain/plan.ts for statements that judge many seats at once. */
import { type SQL, sql } from 'drizzle-orm';

/** What the plan of a row of `seats` (under the alias `s`) wants at present: `member`, `suspended` or `none`. */
export const WANTED_NOW: SQL = sql`coalesce(
  (select e.step->>'desired' from jsonb_array_elements(s.plan->'steps') with ordinality as e(step, place)
   where (e.step->>'at')::timestamptz <= now() order by e.place desc limit 1),
  s.plan->'steps'->0->>'desired')`;

/** Whether the plan of `s` has a step that lies in the future. */
export const WAITS_FOR_A_DATE: SQL = sql`exists (
  select from jsonb_array_elements(s.plan->'steps') as e(step) where (e.step->>'at')::timestamptz > now())`;
