// zones -- the time zones to choose from: those that the browser knows, UTC, and the one chosen
// already, which a browser may know by another name.
export function zonesWith(...chosen: readonly string[]): readonly { id: string; label: string }[] {
  const all = new Set(["Etc/UTC", ...chosen, ...Intl.supportedValuesOf("timeZone")]);
  return [...all].sort().map((id) => ({ id, label: id.replaceAll("_", " ") }));
}
