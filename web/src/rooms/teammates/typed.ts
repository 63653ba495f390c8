// typed -- values as a person types them into a cell or a field: whole numbers, language codes,
// skills with their level, minutes. Pure; undefined where the text cannot be read.

// "" and "-" mean: as the workspace; "none" (in any case) no limit at all.
export function readNumber(text: string, min: number, max: number): unknown {
  const plain = text.trim().normalize("NFKC").toLowerCase();
  if (plain === "" || plain === "-" || plain === "–") return "inherit";
  if (plain === "∞" || plain === "none") return null;
  const value = Number(plain.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)));
  return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

export function numberText(own: unknown): string {
  if (own === "inherit" || own === undefined) return "";
  return own === null ? "∞" : String(own);
}

const CODE = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;

export function readLanguages(text: string): string[] | undefined {
  const codes = text.split(/[\s,;،]+/).filter((code) => code !== "");
  return codes.every((code) => CODE.test(code)) ? [...new Set(codes)] : undefined;
}

// "refunds 3, vat 2"; a skill without a number is at level 1.
export function readSkills(text: string): Record<string, number> | undefined {
  const skills: Record<string, number> = {};
  for (const part of text.split(/[,;،\n]/)) {
    const trimmed = part.trim();
    if (trimmed === "") continue;
    const found = /^(.*\S)\s+([1-5])$/.exec(trimmed);
    if (found === null && /\d+$/.test(trimmed) && /\s\d+$/.test(trimmed)) return undefined;
    skills[found?.[1] ?? trimmed] = Number(found?.[2] ?? 1);
  }
  return skills;
}

export const skillsText = (skills: Readonly<Record<string, number>>): string =>
  Object.entries(skills)
    .map(([name, level]) => `${name} ${level}`)
    .join(", ");
