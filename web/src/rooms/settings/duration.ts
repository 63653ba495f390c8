// duration -- a length as a number and a unit: the largest that says it whole.
export const UNITS = [
  { id: "days", ms: 86_400_000 },
  { id: "hours", ms: 3_600_000 },
  { id: "minutes", ms: 60_000 },
  { id: "seconds", ms: 1000 },
] as const;
export type Unit = (typeof UNITS)[number]["id"];

export function msOf(unit: Unit): number {
  return UNITS.find(({ id }) => id === unit)?.ms ?? 1;
}

export function unitOf(ms: number): Unit {
  if (ms === 0) return "minutes";
  return UNITS.find((unit) => ms % unit.ms === 0)?.id ?? "seconds";
}
